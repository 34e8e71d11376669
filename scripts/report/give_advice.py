"""Say how data should reach a program's workers, or that it needs none, from a study's runs.

The answer is computed from the study's costs.json, as the form of its page does: what to do, what
that takes, and where nothing is known.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from costs.advice import Program, advise
from costs.answer_words import answer, patterns_of
from costs.asked import START_METHODS, found_data, found_version, mistake_typed
from costs.cost_file import read_costs
from costs.types import AskedData, AskedVersion, CostFile
from report.render import render
from wording import units


def main(argv: Sequence[str] | None = None) -> int | str:
    arguments = parse(argv)
    file = read_costs(arguments.study)
    if not file["kinds"]:
        return "Not known: nothing was measured without workers in this study."
    wrong = mistakes(file, arguments)
    version = found_version(arguments.interpreter, file["versions"])
    data = found_data(arguments.data, file["data"])
    if version is None:
        names = ", ".join(one["called"] for one in file["versions"])
        wrong.append(f"{arguments.interpreter} is none of {names}.")
    if data is None:
        wrong.append(f"{arguments.data} is none of the data that were measured: {calls(file)}.")
    if wrong or version is None or data is None:
        return "\n".join(wrong)
    if not version["uses"]:
        return patterns_of(file)["no version"].format(**version)
    if data["workload"] not in version["uses"]:
        return patterns_of(file)["nothing known"]
    program = program_asked(file, arguments, version, data)
    print(advice_text(file, program, version, data))
    return 0


def advice_text(file: CostFile, program: Program, version: AskedVersion, data: AskedData) -> str:
    """Return the answer as text."""
    advice = advise(file, program)
    uses = file["interpreters"][program.interpreter]["called"]
    words = patterns_of(file)
    notes = [words["near data"].format(**data)] if data["near"] else []
    if "convert" in data:
        notes.append(words["convert"].format(**data))
    if program.interpreter != version["name"]:
        notes.append(words["near version"].format(called=version["called"], uses=uses))
    chosen = (advice.fewer or advice).decision.chosen
    if chosen and chosen.start_method == "fork" != version["default"]:
        notes.append(words["ask for fork"].format(**version))
    return render(
        "advice.txt.j2",
        interpreter=uses,
        data=data,
        program=program,
        reads=reads_in_words(program),
        said=answer(file, advice),
        notes=notes,
        recipe=chosen.strategy if chosen and chosen.start_method != "none" else None,
    )


def reads_in_words(program: Program) -> str:
    """Return how much a job reads."""
    if program.count:
        return units.items(program.count)
    return "all of them" if program.share == 1 else f"{100 * program.share:g} % of them"


def mistakes(file: CostFile, arguments: argparse.Namespace) -> list[str]:
    """Return a sentence for every number that cannot be one."""
    typed = {
        "items": arguments.items,
        "jobs": arguments.jobs,
        "job_s": arguments.job_seconds,
        "workers": arguments.workers,
        "cpus": arguments.cpus or arguments.workers,
        "memory_gib": arguments.memory_gib,
        **how_much(arguments.read)[1],
    }
    found = [
        mistake_typed(field, typed[field["name"]], patterns_of(file))
        for field in file["numbers"]
        if field["name"] in typed
    ]
    return [one for one in found if one]


def how_much(read: str) -> tuple[tuple[float, float], dict[str, str]]:
    """Return (share, count) that a job reads, and the typed number by the name of its field.

    "all", a share such as "10%" or 0.1, or a number of items.
    """
    text = read.strip().lower()
    if text == "all":
        return (1.0, 0), {}
    if text.endswith("%"):
        return (number_of(text[:-1]) / 100, 0), {"percent": text[:-1]}
    value = number_of(text)
    if 0 < value < 1:
        return (value, 0), {}
    return (1.0, value), {"count": text}


def number_of(text: str) -> float:
    """Return a number that was typed; 0 for what is none, of which `mistakes` speaks."""
    try:
        return float(str(text).replace("_", ""))
    except ValueError:
        return 0.0


def program_asked(
    file: CostFile, arguments: argparse.Namespace, version: AskedVersion, data: AskedData
) -> Program:
    """Return the `Program` that is asked about, of data that the version is answered for."""
    share, count = how_much(arguments.read)[0]
    workers = int(number_of(arguments.workers))
    memory_gib = number_of(arguments.memory_gib) or float("inf")
    return Program(
        version["uses"][data["workload"]],
        data["workload"],
        int(number_of(arguments.items)),
        int(number_of(arguments.jobs)),
        number_of(arguments.job_seconds),
        workers,
        number_of(arguments.cpus) or min(workers, file["cpus"]),
        share,
        int(count),
        arguments.lives == "long",
        memory_gib * 1024,
        version["default"] if arguments.start_method == "default" else arguments.start_method,
        tuple(version["too_new"]),
    )


def calls(file: CostFile) -> str:
    """Return how the data is called that can be asked about, in a list."""
    return ", ".join(
        f"{one['called']} ({', '.join([*one['names'][:1], one['workload']])})"
        for one in file["data"]
    )


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="its kind: such as tuples, strings, arrow")
    parser.add_argument("--items", required=True, help="how many, such as 1e7")
    parser.add_argument("--jobs", required=True)
    parser.add_argument("--job-seconds", required=True, help="that one takes without workers")
    parser.add_argument("--read", default="all", help="by a job: all, 10%%, or a number of items")
    parser.add_argument("--lives", default="short", choices=("short", "long"),
                        help="long: the workers live until garbage is collected")  # fmt: skip
    parser.add_argument("--workers", default="2")
    parser.add_argument("--cpus", default="", help="that can be used; else the study's")
    parser.add_argument("--memory-gib", default="")
    parser.add_argument("--interpreter", default="CPython", help="such as 3.13, 3.14t, or PyPy")
    parser.add_argument("--start-method", default="fork", choices=(*START_METHODS, "default"))
    parser.add_argument("--study", type=Path, default=Path("results/published"))
    return parser.parse_args(argv)
