"""Whether the answers of a run are right, and one short text that stands for all of them.

Imported when the jobs are done: hashlib before that would change what PyPy takes (`measured`).
"""

import hashlib

from sharing.digests import Incomparable, digest_of


class WrongAnswer(Exception):
    """A job's result is not what the workload expects."""


def digest(records):
    """Return a short hash of all answers, the same whichever worker or interpreter found them."""
    whole = hashlib.sha256(b"".join(one for _, one in digests(records)))
    return whole.hexdigest()[:16] if records else ""


def digests(records):
    """Return (job, digest of the answer) of every record, in the order of the jobs."""
    try:
        return sorted((record[0], digest_of(record[-2])) for record in records)
    except Incomparable as problem:
        raise WrongAnswer(incomparable(problem)) from None


def incomparable(problem):
    """Return what to say of an answer that cannot be compared."""
    return (
        f"process() returned what cannot be compared ({problem}): return numbers, text, arrays, "
        "or lists of them"
    )


def check(records, workload, size, jobs):
    """Raise `WrongAnswer` unless every job answered once, and rightly where that is known."""
    if sorted(record[0] for record in records) != list(range(jobs)):
        raise WrongAnswer(f"{len(records)} answers to {jobs} jobs")
    if not hasattr(workload, "expected"):
        return
    answers = {record[0]: record[-2] for record in records}
    for job, own in digests(records):
        right = workload.expected(size, job)
        if not same(answers[job], own, right):
            raise WrongAnswer(f"job {job} answered {answers[job]!r:.60}, expected {right!r:.60}")


def same(answer, own, right):
    """Return whether an answer, `own` its digest, is the right one: by its contents, or by ==."""
    try:
        if own == digest_of(right):
            return True
    except Incomparable:
        pass
    try:
        return bool(answer == right)
    except Exception:  # an array's, say, which is equal item by item
        return False
