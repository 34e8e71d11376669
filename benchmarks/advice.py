"""Is what the adviser says right for programs that were not fitted?

``python benchmarks/advice.py results/<study> [--programs 40] [--seed 1]``: draws programs by a seed
(kind of data, how much of it a job reads, what else it does and for how long, jobs, workers), asks
the adviser with the time that a job takes without workers, and runs each for real: as advised,
without workers, and by three other strategies, in random order. Prints a table, and how many of the
choices were within 10 % of the best that was run. Exits with 1 if fewer than nine of ten were, or
if one was more than 1.5 times as slow.

Draw with a new seed after the costs have been fitted, on a quiet machine that they were fitted on.
"""

import argparse
import math
import random
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from measured_run import row_of_run

from costs.advice import Program, advise
from costs.cost_file import read_costs
from wording.mechanisms import SERIAL

NEAR, TOO_SLOW, ENOUGH = 1.10, 1.5, 0.9
OTHERS = 3
LONG_ENOUGH_S = 0.1  # to tell what a job's work takes
# As the workloads of the study build them, and work that no workload does, after reading.
DATA = {
    "scan": ("list(range(size))", "item"),
    "records": ("[(n, f'name{n:06d}', n / 2) for n in range(size)]", "item[0]"),
    "index": ("{f'key{n}': n for n in range(size)}", "item"),
    "documents": (
        "[{'id': n, 'tags': [f'tag{n % 7}', f'tag{n % 11}'], 'user': {'name': f'user{n}',"
        " 'age': n % 90}, 'value': n / 2} for n in range(size)]",
        "item['id']",
    ),
}
WORK = {
    "hashing": "text = hashlib.sha256(text).digest()",
    "sorting": "text = bytes(sorted(text))[:32] + text[:1]",
    "matching": "text = text if re.search(rb'a+b?c', text) else text[1:] + text[:1]",
    "arithmetic": "total = (total * 31 + len(text)) % 1_000_003",
}
WORKLOAD = """
import hashlib, random, re


def build(size):
    data = {built}
    return data


def process(data, job):
    total, text = 0, b"%064d" % job
    if {count} >= len(data):
        for item in (data.values() if isinstance(data, dict) else data):
            total += {value}
    else:
        chance = random.Random(job)
        for _ in range({count}):
            place = int(chance.random() * len(data))
            item = data[f"key{{place}}"] if isinstance(data, dict) else data[place]
            total += {value}
    for _ in range({loops}):
        {work}
    return total, text.hex()
"""


def main():
    arguments = parse()
    file = read_costs(arguments.study)
    chance = random.Random(arguments.seed)
    names = {kind["interpreter"] for kind in file["kinds"]}
    if arguments.interpreter not in names:
        return f"{arguments.interpreter} is none of {', '.join(sorted(names))}"
    print("| data | work | jobs | workers | a job reads | a job takes | advised | times the best |")
    print("| --- | --- | ---: | ---: | --- | --- | --- | ---: |")
    found = []
    for _ in range(arguments.programs):
        program = drawn(file, arguments.interpreter, chance)
        row, times = tried(file, program, arguments, chance)
        found.append(times)
        print(f"| {' | '.join(row)} |", flush=True)
    near = sum(one <= NEAR for one in found)
    print(f"\nwithin {NEAR - 1:.0%} of the best: {near} of {len(found)}; worst {max(found):.2f}")
    return near < ENOUGH * len(found) or max(found) > TOO_SLOW


def drawn(file, interpreter, chance):
    """Return what a job does beside reading, and a `Program` with the time that is wished for."""
    measured = {kind["workload"] for kind in file["kinds"] if kind["interpreter"] == interpreter}
    workload = chance.choice(sorted(measured & set(DATA)))
    size = int(10 ** chance.uniform(4, 6 if workload in ("scan", "index") else 5.3))
    count = chance.choice([size, max(1, size // 10), min(1000, size), min(64, size)])
    wished_s = 10 ** chance.uniform(-4, 0)
    # No program takes more than a quarter of a minute without workers.
    jobs = max(1, min(int(10 ** chance.uniform(0, 3)), int(15 / wished_s)))
    workers = chance.choice([2, 2, 4])
    program = Program(
        interpreter, workload, size, jobs, wished_s, workers, min(workers, file["cpus"]),
        count=0 if count == size else count,
    )  # fmt: skip
    return chance.choice(sorted(WORK)), program


def tried(file, drawn_program, arguments, chance):
    """Return a row of the table, and how many times as long as the best the advised one took."""
    work, program = drawn_program
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "drawn.py")
        loops = loops_for(path, work, program, arguments.python)
        write(path, work, program, loops)
        alone = run(path, SERIAL, "none", program, arguments.python)
        asked = replace(program, job_s=alone / program.jobs)
        advice = advise(file, asked)
        chosen = advice.decision.chosen
        others = [one.candidate for one in advice.predictions if one.candidate is not chosen]
        others = [one for one in others if one.strategy not in (SERIAL, chosen.strategy)]
        tried_ones = [chosen, advice.decision.alone, *chance.sample(others, OTHERS)]
        times = {}
        for _ in range(arguments.repeats):
            for one in chance.sample(tried_ones, len(tried_ones)):
                seconds = run(path, one.strategy, one.start_method, program, arguments.python)
                times.setdefault(one.strategy, []).append(seconds)
    middle = {name: statistics.median(values) for name, values in times.items()}
    least = min(middle.values())
    best = min(middle, key=middle.get)
    reads = "all" if not program.count else f"{program.count} of {program.items}"
    row = [
        f"{program.workload}, {program.items}", work, str(program.jobs), str(program.workers),
        reads, f"{asked.job_s * 1e3:.3g} ms", f"{chosen.strategy} (best: {best})",
        f"{middle[chosen.strategy] / least:.2f}",
    ]  # fmt: skip
    return row, middle[chosen.strategy] / least


def loops_for(path, work, program, command):
    """Return how often the work is done so that a job takes about as long as is wished for.

    Timed over so many times that the reading, which varies, is little beside them.
    """

    def seconds(loops):
        write(path, work, program, loops)
        return run(path, SERIAL, "none", replace(program, jobs=1), command)

    reading, loops, took = seconds(0), 2000, 0.0
    if reading >= program.job_s:
        return 0
    while took < max(LONG_ENOUGH_S, reading / 2):
        loops *= 4
        took = seconds(loops) - reading
    return int((program.job_s - reading) / took * loops)


def write(path, work, program, loops):
    """Write the program's workload to a file."""
    built, value = DATA[program.workload]
    count = program.count or program.items
    path.write_text(
        WORKLOAD.format(built=built, value=value, count=count, loops=loops, work=WORK[work])
    )


def run(path, strategy, method, program, command):
    """Return the seconds of a run from the end of build to the end of the workers.

    Infinite for one that did not end well.
    """
    row = row_of_run(
        strategy, command, start_method=method, workload=path, size=program.items,
        workers=1 if strategy == SERIAL else program.workers, jobs=program.jobs,
    )  # fmt: skip
    return float(row["total_s"]) if row["status"] == "ok" else math.inf


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path)
    parser.add_argument("--programs", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interpreter", default="cpython", help="of the study, by its name")
    parser.add_argument("--python", default=sys.executable, help="the same interpreter here")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
