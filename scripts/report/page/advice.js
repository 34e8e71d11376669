// The cost model and the advice, as costs/cost_model.py and costs/advice.py have them: a test
// lays both side by side. `models` are the fitted costs, each with its key, values and span.
"use strict";

const EQUAL = 0.05;
const ALONE = "serial";
const NO_WORKERS = [ALONE, "serial_library_threads"];
const CHUNKS = 4;
const COMPUTE = "compute an item";
const PAID = {
  publish_s: {
    "publish": () => 1,
    "publish an item": ({ n }) => n,
  },
  start_s: {
    "start": () => 1,
    "start a worker": ({ w }) => w,
    "start a worker, an item": ({ n, w }) => n * w,
  },
  map_s: {
    "compute an item": ({ n, jobs, p }) => (n * jobs) / p,
    "warm up": ({ w, p }) => w / p,
    "touch an item first": ({ n, w, p }) => (n * w) / p,
    "ship a job": ({ s }) => s,
    "ship a job's item": ({ n, s }) => n * s,
  },
  stop_s: {
    "stop": () => 1,
    "stop a worker": ({ w }) => w,
  },
  memory_mib: {
    "interpreter": () => 1,
    "the data, an item": ({ n }) => n,
    "garbage, an item": ({ n, full }) => Math.min(n, full),
    "a worker": ({ w }) => w,
    "a worker's own, an item": ({ n, w }) => n * w,
    "a worker's garbage, an item": ({ n, jobs, w, full }) => Math.min(n * jobs, w * full),
  },
};

const NORMAL = 1.96;
const TIMES = Object.entries(PAID)
  .filter(([phase]) => phase.endsWith("_s"))
  .flatMap(([, terms]) => Object.values(terms));

const atOnce = (workers, cpus) => Math.max(1, Math.min(workers, cpus));

// Return how often data is sent that is passed with the jobs: once for each, or for a chunk.
function shipments(model, jobs, workers) {
  return model.chunked ? Math.ceil(jobs / Math.ceil(jobs / (CHUNKS * workers))) : jobs;
}

// Return what terms are paid by: items, jobs, workers, how many of them compute, how often data is
// sent, and of how many items garbage is left at most.
function countsOf(model, n, jobs, w, cpus) {
  const [p, s] = [atOnce(w, cpus), shipments(model, jobs, w)];
  return { n, jobs, w, p, s, full: model.full };
}

function paid(model, phase, n, jobs, workers, cpus) {
  const at = countsOf(model, n, jobs, workers, cpus);
  let sum = 0;
  for (const [term, often] of Object.entries(PAID[phase])) sum += model.values[term] * often(at);
  return sum;
}

function total(model, n, jobs, workers, cpus) {
  const phases = Object.keys(PAID).filter((phase) => phase.endsWith("_s"));
  return phases.reduce((sum, phase) => sum + paid(model, phase, n, jobs, workers, cpus), 0);
}

// Return |R x|: the standard deviation of what is paid `at` some size, jobs and workers.
function deviation(spread, terms, at) {
  const x = terms.map((often) => often(at));
  const rows = spread.map((row) => row.reduce((sum, value, place) => sum + value * x[place], 0));
  return Math.hypot(...rows);
}

// Return from how much work a job on workers pay, in seconds; Infinity where they never do.
function secondsToPay(model, alone, { size, jobs, workers, cpus }) {
  const behind = total(model, size, jobs, workers, cpus) - total(alone, size, jobs, 1, cpus);
  const saved = jobs * (1 - 1 / atOnce(workers, cpus));
  const walk = alone.values[COMPUTE] * size;
  if (behind <= 0) return walk;
  return saved > 0 ? walk + behind / saved : Infinity;
}

function outside(model, asked) {
  const found = {};
  for (const [name, value] of Object.entries(asked)) {
    const [least, most] = model.span[name];
    if (value > most) found[name] = value / most;
    else if (value < least) found[name] = value / least;
  }
  return found;
}

// Return a prediction of every strategy that was measured, best first; null without one of `serial`.
function predictions(models, program) {
  const own = models.filter(
    (one) => one.interpreter === program.interpreter && one.workload === program.workload
  );
  const alone = own.find((one) => one.strategy === ALONE && one.start_method === "none");
  if (!alone) return null;
  const extra = Math.max(0, program.job_s - alone.values[COMPUTE] * program.size);
  const methods = [program.start_method, "own", "none"];
  const found = own
    .filter((one) => methods.includes(one.start_method))
    .map((model) => prediction(model, program, extra, alone));
  const fitting = found.filter((one) => one.fits);
  const fastest = Math.min(...fitting.map((one) => one.seconds));
  const first = fitting.find((one) => one.seconds === fastest);
  const equal = (one) =>
    one.fits && (one.seconds <= fastest * (1 + EQUAL) || one.low <= first.high);
  const needless = (one) => equal(one) && !NO_WORKERS.includes(one.strategy);
  for (const one of found) one.equal = equal(one);
  const key = (one) => [
    !one.fits,
    !equal(one),
    needless(one),
    equal(one) && Object.keys(one.outside).length > 0, // a projection
    equal(one) ? one.memory_mib : one.seconds,
  ];
  return found.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x.map((one, place) => one - y[place]).find((difference) => difference) || 0;
  });
}

// Whether threads compute at a time in spite of a GIL, as inside of NumPy; else they cannot beat one.
function letsGo(model, without) {
  const atATime = atOnce(model.span.workers[1], model.cpus);
  return model.values[COMPUTE] < ((1 + atATime) / 2) * without.values[COMPUTE];
}

function prediction(model, program, extra, without) {
  const alone = NO_WORKERS.includes(model.strategy);
  const takesTurns = model.mechanism === "threads" && model.gil;
  const heldUp = alone || takesTurns;
  const { size, jobs } = program;
  let workers = alone ? 1 : program.workers;
  const asked = alone ? { size, jobs } : { size, jobs, workers };
  let cpus = program.cpus;
  if (takesTurns) {
    // More of them, or more CPUs, than were measured make nothing faster.
    workers = Math.min(workers, model.span.workers[1]);
    cpus = Math.min(cpus, model.cpus);
  }
  const computed = total(model, size, jobs, workers, cpus);
  let beside = (jobs * extra) / (heldUp ? 1 : atOnce(workers, cpus));
  if (takesTurns && !letsGo(model, without)) {
    beside += Math.max(0, total(without, size, jobs, 1, program.cpus) - computed);
  }
  const memory = paid(model, "memory_mib", size, jobs, workers, cpus);
  const at = countsOf(model, size, jobs, workers, cpus);
  const reach = NORMAL * deviation(model.spread, TIMES, at);
  const room = NORMAL * deviation(model.memory_spread, Object.values(PAID.memory_mib), at);
  return {
    strategy: model.strategy,
    start_method: model.start_method,
    workers: alone ? 1 : program.workers,
    seconds: computed + beside,
    low: Math.max(0, computed - reach) + beside,
    high: computed + reach + beside,
    memory_mib: memory,
    least_mib: Math.max(0, memory - room),
    most_mib: memory + room,
    fits: memory <= program.memory_mib,
    runs: model.runs,
    outside: outside(model, asked),
  };
}

if (typeof module !== "undefined") module.exports = { predictions, total, secondsToPay };
