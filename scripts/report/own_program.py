"""The advice on a user's own data: what the program would take with fewer jobs and with more."""

from costs.advice import Program, equals, predictions
from costs.break_even import jobs_to_pay
from costs.fit_costs import fit, runs_with_memory
from report.markdown import markdown
from report.predicted import predicted_memory, predicted_time
from stats.evidence import select
from wording.labels import names_of
from wording.machines import usable_cpus_of
from wording.mechanisms import SERIAL, has_data
from wording.units import MOST_NAMES, is_own, listed, number, time, workers

TIMES_AS_MANY_JOBS = (0.1, 1, 10, 100)  # as many jobs as were measured


def own_program(evidence):
    """Return the section as Markdown blocks; nothing of a study of this project's own data."""
    runs = runs_with_memory(evidence)
    runs = runs[runs["workload"].map(is_own) & (runs["status"] == "ok")]
    alone = runs[(runs["strategy"] == SERIAL) & (runs["size"] == runs["size"].max())]
    if alone.empty or runs["strategy"].nunique() < 3:
        return []
    names, cpus = names_of(evidence.runs), usable_cpus_of(evidence.runs)
    models = fit(runs)
    rows, sentences, projected = [], [], False
    for interpreter, own in alone.groupby("interpreter"):
        measured = runs[(runs["interpreter"] == interpreter) & runs["strategy"].map(has_data)]
        program = users_program(own.iloc[-1], evidence, interpreter, measured, cpus)
        jobs = sorted({max(1, round(program.jobs * factor)) for factor in TIMES_AS_MANY_JOBS})
        for each in jobs:
            asked = Program(**{**vars(program), "jobs": each})
            found = predictions(models, asked)
            if not found:
                break
            row, outside = row_of(names[interpreter], asked, found)
            rows.append(row)
            projected = projected or outside
        sentences += pays(models, program, names[interpreter])
    if not rows:
        return []
    note = "In brackets: 95 %, of the runs resampled. "
    note += "What lies outside of the measured numbers is a projection." if projected else ""
    return [
        "## With fewer jobs, and with more",
        "The same data and the same work a job, by the costs that were fitted to the runs below.",
        markdown(rows),
        *(["\n".join(f"- {sentence}" for sentence in sentences)] if sentences else []),
        note.strip(),
    ]


def users_program(run, evidence, interpreter, measured, cpus):
    """Return the user's program as it was measured, as a `Program`."""
    jobs = select(
        evidence.jobs, interpreter=interpreter, strategy=SERIAL, size=run["size"],
        workload=run["workload"],
    )  # fmt: skip
    methods = measured["start_method"]
    method = next(
        (one for one in ("fork", "forkserver", "spawn") if (methods == one).any()), "fork"
    )
    number_of = int(min(measured["workers"].max(), max(cpus, 2)))
    return Program(
        interpreter,
        run["workload"],
        int(run["size"]),
        int(run["jobs"]),
        number_of,
        min(number_of, cpus),
        float(jobs["seconds"].median()) if len(jobs) else 0.0,
        start_method=method,
        gil=bool(run["gil"]),
    )


def row_of(called, program, found):
    """Return a row of the table, and whether it is a projection."""
    alike = [f"`{one.strategy}`" for one in equals(found)]
    first = found[0]
    shown = alike[:MOST_NAMES]
    if len(alike) > MOST_NAMES:
        shown.append(f"{len(alike) - MOST_NAMES} more")
    without = next(one for one in found if one.strategy == SERIAL)
    row = {
        "interpreter": called,
        "jobs": f"{program.jobs} of {time(program.job_s)}",
        "best, least memory first": listed(shown),
        "time": predicted_time(first),
        "memory": predicted_memory(first),
        "without workers": predicted_time(without),
    }
    return row, bool(first.outside)


def pays(models, program, called):
    """Return from how many jobs on workers pay: by the strategy that is fastest with many jobs."""
    many = Program(**{**vars(program), "jobs": program.jobs * TIMES_AS_MANY_JOBS[-1]})
    with_workers = [
        one
        for one in predictions(models, many)
        if one.strategy != SERIAL and one.start_method not in ("none", "own")
    ]
    if not with_workers:
        return []
    best = min(with_workers, key=lambda one: one.seconds)
    key = (program.interpreter, program.workload)
    model, alone = models[(*key, best.strategy, best.start_method)], models[(*key, SERIAL, "none")]
    jobs = jobs_to_pay(model, alone, program.size, program.workers, program.cpus, other_workers=1)
    if jobs == float("inf"):
        return [f"{called}: processes do not pay, however many jobs there are."]
    when = "from the first job on" if jobs < 1 else f"from {number(jobs)} jobs on"
    return [f"{called}: {workers(program.workers)} by `{best.strategy}` pay {when}."]
