// The advice, as costs/decision.py, costs/advice.py and costs/answer_words.py have it: a test lays
// both side by side. `file` is costs.json, which has all formulas and all words.
"use strict";

const ALONE = "serial";
const NO_WORKERS = [ALONE, "serial_library_threads"];
const EVEN = 1 + 1e-12;

const OPERATIONS = {
  "+": (...all) => all.reduce((sum, one) => sum + one, 0),
  "-": (first, ...others) => first - others.reduce((sum, one) => sum + one, 0),
  "*": (...all) => all.reduce((product, one) => product * one, 1),
  "/": (one, other) => one / other,
  "min": Math.min, "max": Math.max, "ceil": Math.ceil, "exp": Math.exp, "log": Math.log,
  "hypot": Math.hypot,
};

function paid(powers, known) {
  let often = 1;
  for (const [name, power] of Object.entries(powers)) often *= known[name] ** power;
  return often;
}

// Return the height at a place of a line through points.
function interpolated(points, at) {
  for (let place = 1; place < points.length; place++) {
    const [[left, low], [right, high]] = [points[place - 1], points[place]];
    if (at <= right) return low + ((high - low) * (at - left)) / (right - left);
  }
  return points[points.length - 1][1];
}

// Return a formula's value: the name of something known, a number, or an operation.
function computed(formula, known, kind, terms) {
  if (typeof formula === "string") return known[formula];
  if (!Array.isArray(formula)) return formula;
  const [operation, ...operands] = formula;
  const value = (one) => computed(one, known, kind, terms);
  if (operation === "if") return value(value(operands[0]) ? operands[1] : operands[2]);
  if (operation === "value") return kind.values[operands[0]] || 0;
  if (operation === "curve") return interpolated(kind.curve, value(operands[0]));
  if (operation === "sum" || operation === "spread") {
    const own = Object.entries(terms[operands[0]]);
    const often = own.map(([, powers]) => paid(powers, known));
    const summed = (each) => often.reduce((sum, number, place) => sum + each(place) * number, 0);
    if (operation === "sum") return summed((place) => kind.values[own[place][0]] || 0);
    return Math.hypot(0, ...kind.spread[operands[0]].map((row) => summed((place) => row[place])));
  }
  return OPERATIONS[operation](...operands.map(value));
}

function predict(file, kind, program) {
  const known = { ...kind.is, ...program };
  for (const formulas of [file.amounts, file.steps]) {
    for (const [name, formula] of Object.entries(formulas)) {
      known[name] = computed(formula, known, kind, file.terms);
    }
  }
  const { seconds, low, high, memory_mib, least_mib, most_mib } = known;
  const { strategy, start_method } = kind;
  const candidate = { strategy, start_method, seconds, low, high, memory_mib, least_mib, most_mib };
  return { ...candidate, kind, results: known };
}

const rising = (...keys) => (one, other) => {
  for (const key of keys) {
    const [x, y] = [key(one), key(other)];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
};
const byName = [(one) => one.strategy, (one) => one.start_method];

// Return candidates in levels by rising memory: those of a level need equally much.
function byMemory(known, equal) {
  const levels = [];
  for (const one of [...known].sort(rising((each) => each.most_mib, ...byName))) {
    const last = levels[levels.length - 1];
    if (last && one.most_mib <= last[0].most_mib * (1 + equal)) last.push(one);
    else levels.push([one]);
  }
  return levels;
}

function nearFastest(fitting, equal) {
  const least = Math.min(...fitting.map((one) => one.seconds));
  return fitting.filter((one) => one.seconds <= least * (1 + equal));
}

// Return what to do: the least time of what fits; simpler or smaller if at most 5 % slower.
function decide(file, known, memory) {
  const bySeconds = (one) => one.seconds;
  const alone = known.filter((one) => one.strategy === ALONE).sort(rising(bySeconds))[0] || null;
  const nothing = { chosen: null, others: [], within: [], alone };
  if (!known.length) return { ...nothing, why: "nothing known" };
  const fits = (level) => level[level.length - 1].most_mib <= memory;
  const levels = byMemory(known, file.equal).filter(fits);
  if (!levels.length) return { ...nothing, why: "nothing fits" };
  const simple = rising((one) => file.simplicity[one.strategy]); // of those the smallest, the first
  const fitting = [];
  let chosen = null;
  for (const level of levels) {
    fitting.push(...level.sort(rising(bySeconds, ...byName)));
    const simplest = nearFastest(fitting, file.equal).sort(simple)[0];
    if (!chosen || simplest.seconds <= chosen.seconds) chosen = simplest;
  }
  const aloneFits = alone !== null && fitting.includes(alone);
  const rest = new Map();
  for (const one of nearFastest(fitting, file.equal).sort(rising(bySeconds, byName[0]))) {
    const slower = aloneFits && one.seconds > alone.seconds;
    if (one.strategy !== chosen.strategy && !slower && !rest.has(one.strategy)) {
      rest.set(one.strategy, one);
    }
  }
  const all = [...rest.values()];
  return {
    chosen, alone, others: all.slice(0, file.others),
    within: all.slice(file.others).map((one) => one.strategy),
    why: reason(chosen, fitting, alone, aloneFits),
  };
}

function reason(chosen, fitting, alone, aloneFits) {
  const fastest = Math.min(...fitting.map((one) => one.seconds));
  const serial = (one) => NO_WORKERS.includes(one.strategy);
  if (serial(chosen)) {
    if (fitting.every(serial)) return "only that fits";
    return chosen.seconds <= fastest ? "workers gain nothing" : "workers gain little";
  }
  if (alone && !aloneFits) return "alone does not fit";
  return chosen.seconds <= fastest ? "fastest" : "simpler";
}

// Return the decision on a program with as many workers as it is asked about, or none, and the
// prediction of every strategy measured for it.
function adviseOnSoMany(file, program) {
  const methods = [program.start_method, "own", "none"];
  const predictions = file.kinds
    .filter((one) => one.interpreter === program.interpreter && one.workload === program.workload)
    .filter((one) => methods.includes(one.start_method) && !program.too_new.includes(one.strategy))
    .map((kind) => predict(file, kind, program));
  return { program, predictions, decision: decide(file, predictions, program.memory_mib) };
}

// Return the same, and `fewer`: the advice on the most workers that fit and gain, if none of so many
// do for want of memory, else null.
function advise(file, program) {
  const advice = adviseOnSoMany(file, program);
  return { ...advice, fewer: withFewerWorkers(file, advice) };
}

const hasWorkers = ({ decision: { chosen } }) =>
  chosen !== null && !NO_WORKERS.includes(chosen.strategy);

function withFewerWorkers(file, advice) {
  const { program } = advice;
  if (!advice.decision.chosen || hasWorkers(advice)) return null;
  if (!hasWorkers(adviseOnSoMany(file, { ...program, memory_mib: Infinity }))) return null;
  let [found, fits, tooMany] = [null, 1, program.workers];
  while (tooMany - fits > 1) {
    const workers = Math.floor((fits + tooMany) / 2);
    const tried = adviseOnSoMany(file, { ...program, workers });
    if (hasWorkers(tried)) [found, fits] = [tried, workers];
    else tooMany = workers;
  }
  return found;
}

const number = (value) =>
  Math.abs(value) >= 99.5 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
const mib = (size) => (size >= 1024 ? `${(size / 1024).toFixed(1)} GiB` : `${size.toFixed(1)} MiB`);
function duration(seconds) {
  for (const [unit, factor] of [["s", 1], ["ms", 1e3], ["µs", 1e6], ["ns", 1e9]]) {
    const value = seconds * factor;
    if (Math.abs(value) >= 1 || unit === "ns") {
      return `${Math.abs(value) < 999.5 ? Number(value.toPrecision(3)) : value.toFixed(0)} ${unit}`;
    }
  }
}
const twoDigits = (value) => Number(value.toPrecision(2));
const aboutTime = (seconds) => duration(twoDigits(seconds * EVEN));
function aboutMib(size) {
  const gib = (size * EVEN) / 1024;
  if (gib >= 1) return `${gib >= 99.5 ? gib.toFixed(0) : twoDigits(gib)} GiB`;
  return `${size * EVEN >= 0.1 ? twoDigits(size * EVEN) : 0} MiB`;
}
const listed = (texts) =>
  [texts.slice(0, -1).join(", "), ...texts.slice(-1)].filter((text) => text).join(" and ");
const filled = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function facts(words, one) {
  const name = filled(words["strategy"], one);
  return {
    chosen: name, strategy: name,
    threads: one.strategy === NO_WORKERS[1] ? words["library threads"] : "",
    time: aboutTime(one.seconds), memory: aboutMib(one.memory_mib),
    low_s: aboutTime(one.low), high_s: aboutTime(one.high),
    least: aboutMib(one.least_mib), most: aboutMib(one.most_mib),
  };
}

// Return from which job length on one with workers pays beside `alone`, in seconds.
function jobSecondsToPay(one, alone) {
  const behind = one.results.modelled - alone.results.modelled;
  const saved = alone.results.rounds - one.results.rounds;
  if (behind <= 0) return saved >= 0 ? 0 : Infinity;
  return saved > 0 ? behind / saved : Infinity;
}

function paying(words, { predictions, decision, program }) {
  const fitting = predictions.filter(
    (one) => one.start_method !== "none" && one.most_mib <= program.memory_mib
  );
  const { chosen } = decision;
  const works = chosen && chosen.start_method !== "none";
  const one = works ? chosen : fitting.sort(rising((each) => each.seconds))[0];
  if (!one || !decision.alone) return [];
  const seconds = jobSecondsToPay(one, decision.alone);
  const values = { strategy: filled(words["strategy"], one), seconds: aboutTime(seconds) };
  const pattern = seconds === 0 ? "pays always" : seconds === Infinity ? "pays never" : "pays";
  return [filled(words[pattern], values)];
}

function howFar(words, results, [amount, called, least, most]) {
  const value = results[amount];
  const say = (pattern, times) =>
    filled(words[pattern], { words: called, times: number(times * EVEN) });
  if (value > results[most] * 1.01) return say("more", value / results[most]);
  if (least && value * 1.01 < results[least]) return say("less", results[least] / value);
  return "";
}

function cautions(words, program, { kind, results }) {
  const said = [];
  const far = words.spans.map((line) => howFar(words, results, line)).filter((text) => text);
  if (far.length) said.push(filled(words["far"], { far: listed(far) }));
  const own = (kind.values["a worker's own, an item"] || 0) * results.touched * results.items;
  if (own > 0.1 * results.data && results.data > 0) {
    said.push(filled(words["copies"], { own: mib(own * EVEN) }));
  }
  if (kind.is["bound"] && results["touched"] > results["surely touched"]) said.push(words["bound"]);
  if (kind.is["long bound"] && program.long) said.push(words["long bound"]);
  if (kind.is["lets go"]) said.push(words["threads"]);
  if (program.start_method !== "fork" && !["none", "own"].includes(kind.start_method)) {
    said.push(filled(words["no globals"], { method: program.start_method }));
  }
  const each = results.data_mib * 2 ** 20 * EVEN;
  const sizes = { data: mib(results.data * EVEN), each: `${number(each)} B` };
  return [...said, filled(words["size"], sizes)];
}

function tooShort(words, program, { results }) {
  if (!(program.job_s > 0 && program.job_s < 0.5 * results.reading)) return [];
  const [reading, job] = [results.reading, program.job_s].map((one) => duration(one * EVEN));
  return [filled(words["impossible"], { reading, job })];
}

// Return the answer's sentences: of fewer workers than asked about, if that is the advice.
function answer(file, asked) {
  const { words } = file;
  const advice = asked.fewer || asked;
  const { decision, predictions, program } = advice;
  if (!decision.chosen) {
    const least = Math.min(...predictions.map((one) => one.most_mib));
    return [filled(words[decision.why], { least: mib(least * EVEN) })];
  }
  const { chosen, alone, others, within } = decision;
  const numbers = { workers: program.workers, asked: asked.program.workers };
  const verdict = words[asked.fewer ? "fewer workers" : decision.why];
  const said = [
    filled(verdict, { ...numbers, ...facts(words, chosen) }),
    ...tooShort(words, program, chosen),
    filled(words["spread"], facts(words, chosen)),
  ];
  if (alone && alone !== chosen) said.push(filled(words["without"], facts(words, alone)));
  if (others.length) {
    const named = others.map((one) => filled(words["other"], facts(words, one)));
    said.push(filled(words["others"], { others: listed(named) }));
  }
  if (within.length) {
    const names = within.map((strategy) => filled(words["strategy"], { strategy }));
    said.push(filled(words["rest"], { rest: listed(names) }));
  }
  const plain = asked.predictions.find((one) => one.strategy === "global");
  const tooLarge = plain && plain.most_mib > program.memory_mib;
  const large = tooLarge ? [filled(words["too large"], facts(words, plain))] : [];
  return [...said, ...paying(words, advice), ...large, ...cautions(words, program, chosen)];
}

// Return the sentence on what is wrong with a number that was typed, null if nothing is.
function mistake(field, typed, words) {
  const text = String(typed).trim();
  const say = (pattern) => filled(words[pattern], { ...field, text });
  if (!text) return field.free ? null : say("empty");
  const value = Number(text.replaceAll("_", ""));
  if (Number.isNaN(value)) return say("no number");
  if (!(value >= field.least && value <= field.most)) return say("out of range");
  return field.whole && !Number.isInteger(value) ? say("no whole number") : null;
}

if (typeof module !== "undefined") module.exports = { advise, answer, mistake };
