// The form on top of the page: asks, computes by advice.js, says in words.
"use strict";

const form = document.getElementById("program");
const answer = document.getElementById("answer");
const models = JSON.parse(document.getElementById("models").textContent);
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

function verdict(found) {
  const first = found[0];
  if (!first.fits) return "Nothing that was measured fits in that memory.";
  const alone = found.find((one) => one.strategy === "serial");
  const gain = alone ? `; without workers ${duration(alone.seconds)}, ${mib(alone.memory_mib)}` : "";
  if (first.strategy === "serial") {
    return `Predicted best: no workers, ${duration(first.seconds)}, ${mib(first.memory_mib)}.`;
  }
  return `Predicted best: ${first.strategy}, ${duration(first.seconds)}, ${mib(first.memory_mib)}${gain}.`;
}

function show() {
  const program = asked();
  const found = ways(models, program);
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
  const table = say("table", "");
  const head = table.createTHead().insertRow();
  for (const name of ["way", "start", "time", "memory", "rests on"]) {
    const cell = document.createElement("th");
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const one of found.slice(0, 8)) {
    const row = body.insertRow();
    const memory = mib(one.memory_mib) + (one.fits ? "" : ", too much");
    for (const text of [one.strategy, one.start_method, duration(one.seconds), memory, `${one.runs} runs`]) {
      row.insertCell().textContent = text;
    }
  }
  const far = Object.entries(found[0].outside);
  if (far.length) {
    const words = far.map(([name, value]) => `${name} ${Number(value.toPrecision(3))} × ${value > 1 ? "the most" : "the least"}`);
    say("p", `A projection: outside of what was measured (${words.join(", ")}).`).className = "caution";
  }
}

form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
show();
