"""What a workload does by itself, without workers: asked by the interpreter that will measure it.

``python scripts/preflight/asked --workload my_workload.py --size 500 --jobs 3`` builds the data,
asks the jobs and asks the first ones again; ``--backward`` asks those once, the last one first;
``--threads`` looks at the threads that are there before the first job and after it. Answers over
the channel of the measured program.
"""

import argparse
import gc
import hashlib
import io
import pickle
import random
import sys
import time
from pathlib import Path

LONGEST_S = 2.0  # of asking: after that no further job is asked
MOST_COMPARED = 16  # jobs whose answers are compared; of all others only that they do not fail
MOST_BYTES = 1 << 30  # of a pickle that is made for nothing but its size
MOST_ANSWER = 1 << 26  # bytes of an answer that is sent to and fro
MOST_OBJECTS = 50_000  # that are looked at for what cannot be shared


def main():
    """Ask and report; what the workload raises is an outcome, anything else is a bug."""
    from sharing import run, workloads
    from sharing.blame import place_of
    from sharing.channel import Channel
    from sharing.observer import resident_mib

    arguments = parse()
    channel = Channel()
    channel.send(event="hello", **run.interpreter())
    found = {}
    status, reason = "ok", ""
    phase = "import"
    entered = [""]

    def enter(phase):
        """Say what comes next, for a limit that may be reached in it; return it."""
        entered[0] = phase
        channel.send(event="phase", phase=phase)
        return phase

    try:
        workload = workloads.load(arguments.workload)
        phase = enter("build")
        before = resident_mib()
        started = time.monotonic()
        data = workload.build(arguments.size)
        found["build_s"] = time.monotonic() - started
        found["data_mib"] = resident_mib() - before
        phase = "a job"
        look = threads_around if arguments.threads else answers_of
        found |= look(workload, data, arguments, enter)
    except workloads.Mistake as problem:
        status, reason = "failed", str(problem)
    except (Exception, SystemExit) as problem:
        place = place_of(problem, workloads.own_file(arguments.workload), phase)
        status, reason = run.outcome_of(problem, phase, place)
        reason += f", {entered[0]}" if entered[0].startswith("job ") else ""
    channel.send(event="result", status=status, reason=reason, **found)
    channel.wait()
    return 0


def threads_around(workload, data, arguments, enter):
    """Return whose threads a fork behind build finds, which end before it, which a job starts."""
    from preflight.asked.threads import Threads

    enter("a look at the threads")
    threads = Threads()
    left, ended = threads.at_a_fork()
    enter("job 0")
    workload.process(data, 0)
    enter("a look at the threads")
    return {"left": left, "ended": ended, "by_job": threads.at_a_fork()[0] - left}


def answers_of(workload, data, arguments, enter):
    """Return what the data are, and what the jobs answer."""
    enter("a look at the data")
    found = {"iterator": hasattr(type(data), "__next__"), "holds": sorted(held_by(data))}
    found |= pickled(data) | {"text_hash": hash("any text")}
    asked = Asked(workload, data, arguments.size, lambda job: enter(f"job {job}"))
    drawn = generators()
    if arguments.backward:
        found |= asked.once(reversed(range(min(arguments.jobs, MOST_COMPARED))))
    else:
        found |= asked.once(range(arguments.jobs))
        found["draws"] = [
            name for name, state in generators().items() if drawn.get(name, state) != state
        ]
        found |= asked.again()
        found["changed"] = changed(found["pickle"], pickled(data)["pickle"])
    return found


class Asked:
    """Asks jobs, and keeps what they answer and how long they take."""

    def __init__(self, workload, data, size, enter):
        self.workload, self.data, self.size, self.enter = workload, data, size, enter
        self.answers = {}  # digest of an answer, by job
        self.seconds = []
        self.incomparable = self.unexpected = self.stuck = ""

    def once(self, jobs):
        """Ask every job once, no longer than `LONGEST_S`; return what it came to."""
        from sharing.answers import incomparable
        from sharing.digests import Incomparable

        sizes, began = [], time.monotonic()
        for job in jobs:
            answer = self.ask(job)
            if len(self.answers) < MOST_COMPARED:
                sizes += size_of(answer)
                self.stuck = self.stuck or why_stuck(answer)
                try:
                    self.answers[job] = self.digest(answer)
                except Incomparable as problem:
                    self.incomparable = incomparable(problem)
                    break
            self.expect(job, answer)
            if sum(self.seconds) > LONGEST_S or time.monotonic() - began > 2 * LONGEST_S:
                break
        return {
            "answers": {str(job): one for job, one in self.answers.items()},
            "incomparable": self.incomparable,
            "unexpected": self.unexpected,
            "stuck": self.stuck,
            "first_job_s": self.seconds[0],
            "job_s": sorted(self.seconds)[len(self.seconds) // 2],
            "answer_bytes": sum(sizes) // len(sizes) if sizes else None,
        }

    def again(self):
        """Ask the same jobs again; return which of them answers otherwise now."""
        for job, before in self.answers.items():
            if self.digest(self.ask(job)) != before:
                return {"otherwise": job}
        return {"otherwise": None}

    def ask(self, job):
        self.enter(job)
        started = time.monotonic()
        answer = self.workload.process(self.data, job)
        self.seconds.append(time.monotonic() - started)
        return answer

    def digest(self, answer):
        from sharing.digests import digest_of

        return digest_of(answer).hex()[:16]

    def expect(self, job, answer):
        """Note the first answer that is not the one that the workload itself expects."""
        from sharing.answers import same
        from sharing.digests import digest_of

        if hasattr(self.workload, "expected") and not self.unexpected:
            right = self.workload.expected(self.size, job)
            if not same(answer, digest_of(answer), right):
                self.unexpected = f"job {job} answered {answer!r:.60}, expected {right!r:.60}"


class Counting(io.RawIOBase):
    """A file that keeps nothing but the size and a digest of what is written to it."""

    def __init__(self):
        super().__init__()
        self.bytes, self.digest = 0, hashlib.sha256()

    def writable(self):
        return True

    def write(self, part):
        part = bytes(part)
        self.bytes += len(part)
        self.digest.update(part)
        if self.bytes > MOST_BYTES:
            raise OverflowError
        return len(part)


def pickled(data):
    """Return size, seconds and digest of the data's pickle; or why there is none, and None."""
    from sharing.blame import described

    file = Counting()
    unpickled = {"pickled_bytes": None, "pickle_s": None, "pickle": None, "unpicklable": ""}
    started = time.monotonic()
    try:
        pickle.Pickler(file, pickle.HIGHEST_PROTOCOL).dump(data)
    except OverflowError:
        return unpickled | {"pickled_bytes": file.bytes}
    except Exception as problem:  # whatever a type's own `__reduce__` raises
        return unpickled | {"unpicklable": described(problem)}
    seconds, digest = time.monotonic() - started, file.digest.hexdigest()
    return unpickled | {"pickled_bytes": file.bytes, "pickle_s": seconds, "pickle": digest}


def changed(before, after):
    """Return whether a pickle is another one than before; None where there is none."""
    return None if None in (before, after) else before != after


def size_of(answer):
    """Return the size of an answer's pickle, in a list; an empty one if it cannot be pickled."""
    size = pickled(answer)["pickled_bytes"]
    return [] if size is None else [size]


def why_stuck(answer):
    """Return why an answer does not arrive in another process; "" if it does, or is large."""
    from sharing.blame import described

    try:
        content = pickle.dumps(answer)
    except Exception as problem:  # whatever a type's own `__reduce__` raises
        return f"pickling it raises {described(problem)}"
    if len(content) > MOST_ANSWER:
        return ""
    try:
        pickle.loads(content)
    except Exception as problem:
        return f"unpickling it raises {described(problem)}"
    return ""


def generators():
    """Return the states of the random generators that a module keeps, as digests by its name."""
    states = {"random": random.getstate()}
    if module := sys.modules.get("numpy.random"):
        states["numpy.random"] = module.get_state()
    return {
        name: hashlib.sha256(repr([*map(repr, state)]).encode()).hexdigest()
        for name, state in states.items()
    }


def held_by(data):
    """Return, in words, what the data hold that processes or threads cannot share."""
    found, seen, pending = set(), set(), [data]
    while pending and len(seen) < MOST_OBJECTS:
        one = pending.pop()
        if id(one) in seen or isinstance(one, (type, type(sys), type(main))):
            continue
        seen.add(id(one))
        word = word_for(one)
        if word:
            found.add(word)
        else:
            pending += gc.get_referents(one)
    return found


def word_for(one):
    """Return what an object is, in words, if it cannot be shared as it is; else ""."""
    from preflight.trouble import BY_ADDRESS

    kind = type(one)
    package = kind.__module__.partition(".")[0]
    if isinstance(one, io.IOBase) and not isinstance(one, (io.BytesIO, io.StringIO)):
        return "" if one.closed else "an open file"
    if package in ("sqlite3", "_sqlite3"):
        return "a database connection"
    if package in ("socket", "_socket", "ssl", "_ssl"):
        return "a connection"
    if package in ("h5py", "zipfile", "tarfile", "lmdb", "netCDF4"):
        return "an open file"
    if kind.__name__ in ("generator", "async_generator", "coroutine"):
        return "a generator"
    if package in ("_thread", "threading") and "lock" in kind.__name__.lower():
        return "a lock"
    if kind in (set, frozenset) and any(type(item).__hash__ is object.__hash__ for item in one):
        return BY_ADDRESS
    return ""


def parse():
    parser = argparse.ArgumentParser(prog="asked", description=__doc__)
    parser.add_argument("--workload", required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--backward", action="store_true", help="the last job first")
    parser.add_argument("--threads", action="store_true", help="look at them, ask one job")
    return parser.parse_args()


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    sys.exit(main())
