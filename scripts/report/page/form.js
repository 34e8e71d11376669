// The form on top of the page: asks, computes by advice.js, says in words.
"use strict";

const form = document.getElementById("program");
const answer = document.getElementById("answer");
let models = [];
const UNITS = [["s", 1], ["ms", 1e3], ["µs", 1e6], ["ns", 1e9]];

function duration(seconds) {
  for (const [unit, factor] of UNITS) {
    if (Math.abs(seconds) * factor >= 1 || unit === "ns") {
      return `${Number((seconds * factor).toPrecision(3))} ${unit}`;
    }
  }
}

const mib = (size) => (size >= 1024 ? `${(size / 1024).toFixed(1)} GiB` : `${size.toFixed(1)} MiB`);

function asked() {
  const value = (name) => form.elements[name].value;
  return {
    interpreter: value("interpreter"),
    workload: value("workload"),
    start_method: value("start_method"),
    size: Number(value("items")),
    jobs: Number(value("jobs")),
    job_s: Number(value("job_ms")) / 1000,
    workers: Number(value("workers")),
    cpus: Math.min(Number(value("workers")), Number(value("cpus"))),
    memory_mib: value("memory_gib") ? Number(value("memory_gib")) * 1024 : Infinity,
  };
}

const spread = (say, value, low, high) => `${say(value)} (${say(low)} – ${say(high)})`;
const taking = (one) => spread(duration, one.seconds, one.low, one.high);
const needing = (one) => spread(mib, one.memory_mib, one.least_mib, one.most_mib);

// Return in a sentence from which job length on processes pay.
function pays(program, found) {
  const same = (one) => one.interpreter === program.interpreter && one.workload === program.workload;
  const other = found.find((one) => one.fits && one.start_method !== "none");
  if (!other) return "No strategy with processes fits in that memory.";
  const model = models.find(
    (one) => same(one) && one.strategy === other.strategy && one.start_method === other.start_method
  );
  const alone = models.find((one) => same(one) && one.strategy === "serial");
  const from = secondsToPay(model, alone, program);
  if (from === Infinity) return `Processes never pay here.`;
  return `Of the strategies with processes, ${other.strategy} is best: it pays from jobs of about ${duration(from)} on.`;
}

function verdict(found) {
  const first = found[0];
  if (!first.fits) return "Nothing that was measured fits in that memory.";
  const what = first.strategy === "serial" ? "no workers" : first.strategy;
  return `Predicted best: ${what}, ${taking(first)}, ${needing(first)}.`;
}

// Return the sentence on the others that are tied with the first.
function alike(found) {
  const same = found.filter((one) => one !== found[0] && one.equal);
  if (!same.length) return "";
  const names = same.slice(0, 6).map((one) => one.strategy).join(", ");
  const more = same.length > 6 ? ` and ${same.length - 6} more` : "";
  return `Tied with it: ${names}${more}.`;
}

function show() {
  const program = asked();
  const found = predictions(models, program);
  answer.replaceChildren();
  const say = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    return answer.appendChild(element);
  };
  if (!found) {
    say("p", "That was not measured with this interpreter.");
    return;
  }
  say("p", verdict(found)).className = "verdict";
  if (found[0].fits) {
    const others = alike(found);
    if (others) say("p", others);
    say("p", pays(program, found));
  }
  const far = Object.entries(found[0].outside);
  if (far.length) {
    const words = far.map(([name, value]) => `${name} ${Number(value.toPrecision(3))} × ${value > 1 ? "the most" : "the least"}`);
    say("p", `A projection: outside of what was measured (${words.join(", ")}).`).className = "caution";
  }
  const frame = say("div", "");
  frame.className = "wide";
  const table = frame.appendChild(document.createElement("table"));
  const head = table.createTHead().insertRow();
  for (const name of ["strategy", "start", "time", "memory", "rests on"]) {
    const cell = document.createElement("th");
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const one of found.slice(0, 8)) {
    const row = body.insertRow();
    const memory = needing(one) + (one.fits ? "" : ", too much");
    const method = one.start_method === "none" ? "–" : one.start_method;
    for (const text of [one.strategy, method, taking(one), memory, `${one.runs} runs`]) {
      row.insertCell().textContent = text;
    }
  }
  const source = document.getElementById(`recipe-${found[0].strategy}`);
  if (source) {
    const details = say("details", "");
    details.appendChild(document.createElement("summary")).textContent =
      `The program to paste: ${found[0].strategy}`;
    details.appendChild(document.createElement("pre")).textContent = source.textContent;
  }
}

// A study without a result has no form.
if (form) {
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  unpacked("models").then((found) => {
    models = found;
    show();
  });
}
