"""Say how data should reach a program's workers, or that it needs none, from a study's runs.

Five numbers are asked for; the answer is computed by the cost model that is fitted to the study:
a list of the strategies, best first, with predicted time and memory, and how far the program lies
outside of what was measured.
"""

import argparse
from pathlib import Path

from costs.advice import Program, equals, predictions, takes_turns
from costs.break_even import job_seconds_to_pay
from costs.cost_model import COMPUTE
from costs.fit_costs import fit, runs_with_memory
from report.predicted import predicted_memory, predicted_time
from stats.best import SERIAL_STRATEGIES
from stats.evidence import Evidence
from wording.labels import names_of
from wording.machines import usable_cpus_of
from wording.mechanisms import SERIAL
from wording.units import items, listed, time, workers
from wording.workloads import sentence_of

MOST_ADVISED = 8
DATA_OF_IDLE_POOL = "scan"  # the workload with which workers without data were measured
NAMES = {"size": "items", "jobs": "jobs", "workers": "workers"}


def main(argv=None):
    arguments = parse(argv)
    evidence = Evidence.read(arguments.study)
    names = names_of(evidence.runs)
    interpreter = interpreter_of(arguments.interpreter, names)
    if interpreter is None:
        return f"{arguments.interpreter} is none of {', '.join(sorted(names.values()))}"
    data = sorted(set(evidence.summary.loc[evidence.summary["n"] > 0, "workload"]))
    if arguments.data not in data:
        return f"{arguments.data} is none of the data that were measured: {', '.join(data)}"
    gil = evidence.runs.loc[evidence.runs["interpreter"] == interpreter, "gil"].dropna()
    program = Program(
        interpreter,
        arguments.data,
        int(arguments.items),
        arguments.jobs,
        arguments.workers,
        min(arguments.workers, arguments.cpus or usable_cpus_of(evidence.runs)),
        arguments.job_seconds,
        arguments.memory_gib * 1024,
        arguments.start_method,
        bool(gil.iloc[-1]) if len(gil) else True,
    )
    runs = runs_with_memory(evidence)
    own = runs["interpreter"].eq(interpreter) & runs["workload"].isin(
        [arguments.data, DATA_OF_IDLE_POOL]
    )
    models = fit(runs[own])
    print("\n".join(advice(program, models, names[interpreter])))
    return 0


def interpreter_of(asked, names):
    """Return the configured name of an interpreter, asked for by that or as it is called."""
    wanted = asked.lower()
    for name, called in names.items():
        if wanted in (name.lower(), called.lower()):
            return name
    begins = [name for name, called in names.items() if called.lower().startswith(wanted)]
    return begins[0] if begins else None


def advice(program, models, interpreter):
    """Return the answer as lines of text."""
    found = predictions(models, program)
    if not found:
        return ["Nothing of the kind was measured without workers: there is no advice."]
    first = found[0]
    lines = [
        f"{interpreter}: {sentence_of(program.workload) or program.workload}",
        f"{items(program.size)}, {program.jobs} jobs of {time(program.job_s)}, "
        f"{workers(program.workers)}, of which {program.cpus:g} compute at a time. In brackets: "
        "95 % interval, of the runs resampled.",
        "",
        verdict(program, models, found),
        "",
        *table(found),
    ]
    if any(one.outside for one in found[:MOST_ADVISED]):
        far = first.outside or next(one.outside for one in found if one.outside)
        words = ", ".join(f"{NAMES[name]} {times_in_words(value)}" for name, value in far.items())
        lines += ["", f"A projection: outside of what was measured ({words})."]
    if first.strategy not in SERIAL_STRATEGIES:
        lines += ["", f"The program to paste: examples/use_{first.strategy}.py"]
    return lines


def verdict(program, models, found):
    """Return in a sentence whether workers are needed, and what to do."""
    first = found[0]
    if not first.fits:
        return "Nothing that was measured fits in that memory."
    alone = models[program.interpreter, program.workload, SERIAL, "none"]
    with_workers = [
        one
        for one in found
        if one.strategy not in SERIAL_STRATEGIES
        and one.fits
        and not takes_turns(one.strategy, program)
    ]
    if not with_workers:
        return "No workers: nothing that has them fits in that memory."
    other = with_workers[0]
    model = models[program.interpreter, program.workload, other.strategy, other.start_method]
    pays = job_seconds_to_pay(
        model, alone, program.size, program.jobs, program.workers, program.cpus
    )
    walk = alone.values[COMPUTE] * program.size
    from_here = f"pays from jobs of about {time(walk + pays)} on"
    if pays == float("inf"):
        from_here = "never pays here"
    alike = [f"`{one.strategy}`" for one in equals(found)[1:]]
    beside = f" (tied with {listed(alike)})" if alike else ""
    if first.strategy in SERIAL_STRATEGIES:
        return f"You need no workers{beside}; `{other.strategy}` {from_here}."
    if first.strategy != other.strategy:
        return f"Use `{first.strategy}`{beside}; of processes `{other.strategy}` {from_here}."
    return f"Use `{first.strategy}`{beside}: it {from_here}."


def table(found):
    """Return the strategies as lines: best first."""
    rows = [("strategy", "start", "time", "memory", "rests on")]
    for one in found[:MOST_ADVISED]:
        rows.append(
            (
                one.strategy,
                one.start_method,
                predicted_time(one),
                predicted_memory(one) + ("" if one.fits else ", too much"),
                f"{one.runs} runs",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def times_in_words(value):
    """Return in words by how many times a number lies outside."""
    return f"{value:.3g} × the most" if value > 1 else f"{value:.3g} × the least"


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="a workload that is like it")
    parser.add_argument("--items", type=float, required=True, help="how many, such as 1e7")
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--job-seconds", type=float, required=True, help="of work, without workers")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cpus", type=float, help="that can be used; else the study's")
    parser.add_argument("--memory-gib", type=float, default=float("inf"))
    parser.add_argument("--interpreter", default="CPython", help="such as CPython 3.13, or PyPy")
    parser.add_argument("--start-method", default="fork", choices=("fork", "spawn", "forkserver"))
    parser.add_argument("--study", type=Path, default=Path("results/published"))
    return parser.parse_args(argv)
