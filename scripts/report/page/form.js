// The form on top of the page: asks, computes by advice.js, shows the sentences.
"use strict";

const form = document.getElementById("program");
const shown = document.getElementById("answer");
const [MOST_BARS, WIDEST] = [5, 94]; // the widest leaves a gap, in %
let costs = null;

const typed = (name) => form.elements[name].value;
const numberTyped = (name) => Number(typed(name).replaceAll("_", "")); // as `mistake` reads it

// Return the fields that count: how much a job reads is a percentage, or a number of items.
function fieldsAsked() {
  const reads = typed("read");
  const left = { percent: reads !== "percent", count: reads !== "count" };
  return costs.numbers.filter((field) => !left[field.name]);
}

function programAsked(version, data) {
  const reads = typed("read");
  const workers = numberTyped("workers");
  return {
    interpreter: version.uses[data.workload], workload: data.workload, start_method: typed("start_method"),
    too_new: version.too_new,
    items: numberTyped("items"), jobs: numberTyped("jobs"), job_s: numberTyped("job_s"),
    share: reads === "percent" ? numberTyped("percent") / 100 : 1,
    count: reads === "count" ? numberTyped("count") : 0,
    long: typed("lives") === "long" ? 1 : 0,
    workers, cpus: numberTyped("cpus"),
    memory_mib: typed("memory_gib").trim() ? numberTyped("memory_gib") * 1024 : Infinity,
  };
}

function add(parent, tag, text = "", name = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (name) element.className = name;
  return parent.appendChild(element);
}

const plain = (text) => text.replaceAll("`", "");
const say = (tag, text, name) => add(shown, tag, plain(text), name);

// Return what a strategy is: the first line of its program.
function about(strategy) {
  const source = document.getElementById(`recipe-${strategy}`);
  return source ? source.textContent.split("\n")[0].replaceAll('"', "") : "";
}

// Return what is compared: what to use, no workers, a global as it is, and what comes near.
function compared({ predictions, decision }) {
  const { chosen, others, alone } = decision;
  const global = predictions.find((one) => one.strategy === "global");
  const all = [chosen, alone, global, ...others].filter((one) => one);
  return [...new Set(all)].slice(0, MOST_BARS).sort(rising((one) => one.seconds));
}

// A table whose numbers have a bar behind them; a bar says nothing that the number does not.
function showBars(advice) {
  const rows = compared(advice);
  const { decision } = advice;
  const columns = [["time", "seconds", aboutTime], ["memory", "memory_mib", aboutMib]];
  const table = say("table", "", "bars");
  const head = add(add(table, "thead"), "tr");
  ["strategy", ...columns.map(([title]) => title)].forEach((title) => {
    add(head, "th", title).scope = "col";
  });
  const body = add(table, "tbody");
  for (const one of rows) {
    const row = add(body, "tr", "", one === decision.chosen ? "chosen" : "");
    const name = add(row, "th", one === decision.alone ? `${one.strategy} (no workers)` : one.strategy);
    name.scope = "row";
    add(name, "span", about(one.strategy), "about");
    for (const [, key, words] of columns) {
      const cell = add(row, "td", "", "bar");
      const most = Math.max(...rows.map((each) => each[key]));
      add(cell, "span", "", "length").style.width = `${most ? (WIDEST * one[key]) / most : 0}%`;
      add(cell, "span", words(one[key]), "number");
    }
  }
}

// The program stands beside the answer, which is read aloud whenever it changes.
function showRecipe(chosen) {
  const place = document.getElementById("recipe");
  const source = chosen && document.getElementById(`recipe-${chosen.strategy}`);
  place.replaceChildren();
  if (!source) return;
  showSource(place, `The program to paste: ${chosen.strategy}`, source).open = true;
  const module = document.getElementById("module-immortal");
  if (source.textContent.includes("from immortal import")) {
    showSource(place, "immortal.py, a file beside it", module);
  }
}

function showSource(place, title, source) {
  const details = add(place, "details");
  add(details, "summary", title);
  add(details, "pre", source.textContent).tabIndex = 0; // scrolls, so a keyboard must reach it
  return details;
}

function show() {
  shown.replaceChildren();
  showRecipe(null);
  form.elements.percent.parentElement.hidden = typed("read") !== "percent";
  form.elements.count.parentElement.hidden = typed("read") !== "count";
  const wrong = fieldsAsked().map((field) => mistake(field, typed(field.name), costs.words));
  const sentences = wrong.filter((text) => text);
  if (sentences.length) return sentences.forEach((text) => say("p", text, "caution"));
  const version = costs.versions[Number(typed("version"))];
  const data = costs.data[Number(typed("data"))];
  const { words } = costs;
  if (!Object.keys(version.uses).length) return say("p", filled(words["no version"], version), "caution");
  const uses = version.uses[data.workload];
  if (!uses) return say("p", words["nothing known"], "caution");
  const advice = advise(costs, programAsked(version, data));
  const [verdict, ...more] = answer(costs, advice);
  say("p", verdict, "verdict");
  if (data.near) say("p", filled(words["near data"], data), "caution");
  if (data.convert) say("p", filled(words["convert"], data), "caution");
  if (uses !== version.name) {
    const nearest = { called: version.called, uses: costs.interpreters[uses].called };
    say("p", filled(words["near version"], nearest), "caution");
  }
  const advised = advice.fewer || advice;
  const { chosen } = advised.decision;
  if (chosen && chosen.start_method === "fork" && version.default !== "fork") {
    say("p", filled(words["ask for fork"], version), "caution");
  }
  if (chosen) showBars(advised);
  if (more.length) {
    const list = say("ul", "");
    more.forEach((text) => add(list, "li", plain(text)));
  }
  showRecipe(chosen);
}

// A study without a result has no form.
if (form) {
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  unpacked("costs").then((found) => {
    costs = found;
    show();
  });
}
