"""What does it cost to give a worker a job? Ours against the libraries', by length of a job.

``python benchmarks/dispatch.py [--rounds 5]``: the same jobs, which do nothing but compute for a
time, by each dispatcher in turn and in random order, in a process of its own. Its workers are warm:
a first call with a job for each is not counted. Prints a Markdown table: milliseconds from the
first job to the last answer, the median of the rounds, and behind it the largest of our recipes'
ratios to the best of the others, taken within a round. Libraries by `make peers`; those that are
not there are left out.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import time

WORKERS = 2
# Title: microseconds of each job.
JOBS = {
    "10 000 × 0 µs": [0] * 10_000,
    "10 000 × 10 µs": [10] * 10_000,
    "10 000 × 100 µs": [100] * 10_000,
    "1000 × 1 ms": [1_000] * 1_000,
    "100 × 10 ms": [10_000] * 100,
    "100 × 1 ms, one of 50 ms": [1_000] * 70 + [50_000] + [1_000] * 29,
}
DATA = list(range(1000))  # what all of them share; no job looks at it
OURS = ("global", "initializer", "closure")


def work(data, microseconds):
    """Compute for a time; a clock that is looked at is the only work of exactly that length."""
    if microseconds:
        end = time.perf_counter() + microseconds / 1e6
        while time.perf_counter() < end:
            pass
    return microseconds


def chunk_of(jobs):
    """Return the rule of the recipes: jobs a message."""
    return max(1, len(jobs) // (32 * WORKERS))


def run_global(job):
    return work(DATA, job)


def receive(value):
    global RECEIVED
    RECEIVED = value


def run_received(job):
    return work(RECEIVED, job)


def run_nested(job):
    return RECEIVED(job)


def pool_of(function, *initializer):
    """Return a dispatcher by `multiprocessing.Pool`, as our recipes have it."""
    import multiprocessing

    pool = multiprocessing.get_context("fork").Pool(WORKERS, *initializer)
    return lambda jobs: list(pool.imap_unordered(function, jobs, chunk_of(jobs)))


def by_global():
    return pool_of(run_global)


def by_initializer():
    return pool_of(run_received, receive, (DATA,))


def by_closure():
    data = DATA

    def nested(job):
        return work(data, job)

    return pool_of(run_nested, receive, (nested,))


def by_executor():
    """ProcessPoolExecutor with a chunk size, as its documentation says."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(WORKERS, context, receive, (DATA,))
    return lambda jobs: list(pool.map(run_received, jobs, chunksize=chunk_of(jobs)))


def by_joblib():
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=WORKERS, return_as="generator_unordered")
    return lambda jobs: list(parallel(delayed(work)(None, job) for job in jobs))


def by_mpire():
    from mpire import WorkerPool

    pool = WorkerPool(WORKERS, shared_objects=DATA, start_method="fork", keep_alive=True)
    return lambda jobs: list(pool.imap_unordered(work, [(job,) for job in jobs]))


DISPATCHERS = {
    "global": by_global,
    "initializer": by_initializer,
    "closure": by_closure,
    "ProcessPoolExecutor.map, chunks": by_executor,
    "joblib": by_joblib,
    "MPIRE": by_mpire,
}


def main():
    arguments = parse()
    if arguments.one:
        print(json.dumps(seconds_of(*arguments.one)))
        return 0
    chance = random.Random(arguments.seed)
    seconds = {name: {title: [] for title in JOBS} for name in DISPATCHERS}
    for _ in range(arguments.rounds):
        for title in JOBS:
            for name in chance.sample(list(seconds), len(seconds)):
                found = in_a_process(name, title)
                if found is None:
                    del seconds[name]
                else:
                    seconds[name][title].append(found)
    print(f"{WORKERS} workers, fork, {arguments.rounds} rounds; milliseconds from the first job to")
    print("the last answer:\n")
    print(f"| dispatcher | {' | '.join(JOBS)} |")
    print(f"| --- | {' | '.join('---:' for _ in JOBS)} |")
    for name, own in seconds.items():
        print(f"| {name} | {' | '.join(f'{1e3 * statistics.median(own[t]):.1f}' for t in JOBS)} |")
    ratios = {name: [worst_ratio(seconds, name, title) for title in JOBS] for name in OURS}
    for name, own in ratios.items():
        print(f"| {name} ÷ best of the others | {' | '.join(f'{one:.2f}' for one in own)} |")
    return 0


def worst_ratio(seconds, name, title):
    """Return the median ratio to that of the others which does best over the rounds."""
    others = [one for one in seconds if one not in OURS]
    best = min(others, key=lambda one: statistics.median(seconds[one][title]))
    pairs = zip(seconds[name][title], seconds[best][title], strict=True)
    return statistics.median(own / other for own, other in pairs)


def in_a_process(name, title):
    """Return the seconds of one dispatcher; None of one that is not here."""
    called = [sys.executable, __file__, "--one", name, title]
    ended = subprocess.run(called, capture_output=True, text=True)
    if "ModuleNotFoundError" in ended.stderr:
        return None
    ended.check_returncode()
    return json.loads(ended.stdout.splitlines()[-1])


def seconds_of(name, title):
    """Return how long the jobs take with warm workers."""
    dispatch, jobs = DISPATCHERS[name](), JOBS[title]
    dispatch([20_000] * WORKERS)
    began = time.perf_counter()
    answers = dispatch(jobs)
    seconds = time.perf_counter() - began
    assert sorted(answers) == sorted(jobs)
    return seconds


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
