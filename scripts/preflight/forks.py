"""Whether a workload can be forked: whose threads a fork finds, and which start method works."""

from supervisor.foreseen import FORKED_RUNS

LIMIT_FACTOR, LIMIT_MORE_S = 3, 5  # of the time that asking without workers took
TRIED_JOBS, TRIED_WORKERS = 4, 2
# What is tried, the others only if the first hangs or fails: (name, start method, library threads).
# The user's program has the libraries' threads, the study's runs have one.
FORK = (FORKED_RUNS[0], "fork", "own")
OTHER_STARTS = (
    (FORKED_RUNS[1], "fork", "one"),
    ("forkserver", "forkserver", "own"),
    ("spawn", "spawn", "own"),
)


def sentence_on(threads):
    """Return in a sentence whose threads there are, "" if none is beside the main one.

    `threads` is what ``asked --threads`` found: numbers of threads by whose they are.
    """
    there = of_whom(threads["left"]) + of_whom(threads["ended"], ended=True)
    later = of_whom(threads["by_job"])
    said = (
        [f"after build() there are threads beside the main one: {joined(there)}"] if there else []
    )
    said += [f"the first job in the same process starts {joined(later)}"] if later else []
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def of_whom(numbers, ended=False):
    """Return texts such as "polars (3 threads)", the most first."""
    found = []
    for who, number in sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0])):
        notes = [f"{number} threads" if number > 1 else "1 thread"] if number > 1 or ended else []
        if ended:
            notes.append(f"ended by {'themselves' if number > 1 else 'itself'} before a fork")
        found.append(f"{who} ({', '.join(notes)})" if notes else who)
    return found


def joined(texts):
    """Return texts as a list in a sentence."""
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))


def tried(run, whole_s, time_limit_s):
    """Return how two workers end, by what was tried: "ok", "hung", or status and reason.

    ``run(start_method, library_threads, time_limit_s)`` returns the `Report` of one run, which gets
    a short limit: `whole_s` is what asking the same workload without workers took.
    """
    limit_s = min(time_limit_s, LIMIT_FACTOR * whole_s + LIMIT_MORE_S)
    found = {FORK[0]: ending_of(run(*FORK[1:], limit_s))}
    if found[FORK[0]] != "ok" and not found[FORK[0]].startswith("timeout"):  # slow is no failure
        found |= {name: ending_of(run(*how, limit_s)) for name, *how in OTHER_STARTS}
    return found


def ending_of(report):
    """Return how a run ended, in a word if it is "ok" or "hung"."""
    if report.status == "timeout" and "hung" in report.reason:
        return "hung"
    return report.status if report.status == "ok" else f"{report.status}: {report.reason}"
