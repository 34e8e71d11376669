// The form on top of the page: asks, computes by advice.js, shows the sentences.
"use strict";

const form = document.getElementById("program");
const shown = document.getElementById("answer");
let costs = null;

const typed = (name) => form.elements[name].value;

// Return the fields that count: how much a job reads is a percentage, or a number of items.
function fieldsAsked() {
  const reads = typed("read");
  const left = { percent: reads !== "percent", count: reads !== "count" };
  return costs.numbers.filter((field) => !left[field.name]);
}

function programAsked(version, data) {
  const reads = typed("read");
  const [workers, memory] = [Number(typed("workers")), typed("memory_gib").trim()];
  return {
    interpreter: version.uses, workload: data.workload, start_method: typed("start_method"),
    items: Number(typed("items")), jobs: Number(typed("jobs")), job_s: Number(typed("job_s")),
    share: reads === "percent" ? Number(typed("percent")) / 100 : 1,
    count: reads === "count" ? Number(typed("count")) : 0,
    long: typed("lives") === "long" ? 1 : 0,
    workers, cpus: Number(typed("cpus")),
    memory_mib: memory ? Number(memory) * 1024 : Infinity,
  };
}

function say(tag, text, name = "") {
  const element = document.createElement(tag);
  element.textContent = text.replaceAll("`", "");
  element.className = name;
  return shown.appendChild(element);
}

function show() {
  shown.replaceChildren();
  form.elements.percent.parentElement.hidden = typed("read") !== "percent";
  form.elements.count.parentElement.hidden = typed("read") !== "count";
  const wrong = fieldsAsked().map((field) => mistake(field, typed(field.name), costs.words));
  const sentences = wrong.filter((text) => text);
  if (sentences.length) return sentences.forEach((text) => say("p", text, "caution"));
  const version = costs.versions[Number(typed("version"))];
  const data = costs.data[Number(typed("data"))];
  if (!version.uses) return say("p", filled(costs.words["no version"], version), "caution");
  const advice = advise(costs, programAsked(version, data));
  answer(costs, advice).forEach((text, place) => say("p", text, place ? "" : "verdict"));
  const uses = costs.interpreters[version.uses].called;
  const { words } = costs;
  if (data.near) say("p", filled(words["near data"], data), "caution");
  if (version.near) say("p", filled(words["near version"], { called: version.called, uses }));
  const { chosen } = advice.decision;
  const source = chosen && document.getElementById(`recipe-${chosen.strategy}`);
  if (source) {
    const details = say("details", "");
    details.appendChild(document.createElement("summary")).textContent =
      `The program to paste: ${chosen.strategy}`;
    details.appendChild(document.createElement("pre")).textContent = source.textContent;
  }
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
