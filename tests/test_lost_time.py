"""Why processes gain less than their number, found in the jobs' own times."""

import pandas as pd
import pytest
from test_report import run

from costs.lost_time import LOSS_KINDS, Loss, loss, scheduled_s
from report.losses import Reason
from report.render import render
from stats.evidence import placed

NO_PHASES = {"publish_s": 0.0, "start_s": 0.0, "stop_s": 0.0}


def jobs_of(cell, workers, gap_s=0.0, began=0.0):
    """Return the jobs of a run as rows; `workers` holds each one's jobs, (number, seconds)."""
    rows = []
    for worker, own in enumerate(workers, 1):
        now = began
        for job, seconds in own:
            now += gap_s
            rows.append(
                {
                    **cell,
                    "worker": worker,
                    "job": job,
                    "started_s": now,
                    "finished_s": now + seconds,
                }
            )
            now += seconds
    return rows


def found(alone, own, cpus=2, answer=None, gap_s=0.0, began=0.0, map_s=None, **changed):
    """Return the `Loss` of a program whose jobs take `alone` seconds, and with workers `own`."""
    rows = [run("serial", sum(alone), map_s=sum(alone), **NO_PHASES)]
    given = {"start_method": "fork", "workers": len(own)} | NO_PHASES | changed
    cell = run("global", 1.0, **given)
    own = jobs_of(cell, own, gap_s, began)
    map_s = map_s or max(one["finished_s"] for one in own)
    cell |= {"map_s": map_s, "total_s": map_s + sum(cell[name] for name in NO_PHASES)}
    jobs = jobs_of(rows[0], [list(enumerate(alone))]) + [{**row, **cell} | row for row in own]
    for row in jobs:
        row["repeat"] = 1
    runs = pd.DataFrame([*rows, cell]).assign(repeat=1)
    cells = map(pd.Series, (cell, rows[0]))
    return loss(runs, placed(pd.DataFrame(jobs)), *cells, cpus, answer)


def halves(seconds):
    """Return jobs that take `seconds`, by turns of two workers."""
    both = list(enumerate(seconds))
    return [both[::2], both[1::2]]


EVEN = [0.1] * 10
ONE_LONG = [0.1] * 9 + [1.0]
UNEVEN = [0.1] * 6 + [0.4, 0.1, 0.4, 0.1]
CACHE = [1.0] + [0.1] * 9
TINY = [1e-5] * 1000
# Of every kind: seconds of the jobs without workers, those of two workers, and what else is so.
CASES = {
    "one CPU": (EVEN, halves([0.2] * 10), {"cpus": 1}),
    "start": (EVEN, halves(EVEN), {"start_s": 3.0}),
    "first job": (CACHE, [[(0, 1.0), (2, 0.1), (4, 0.1)], [(1, 1.0), (3, 0.1), (5, 0.1)]], {}),
    "first touch": (EVEN, halves([0.8, 0.8, *EVEN[2:]]), {}),
    "slower jobs": (EVEN, halves([0.2] * 10), {}),
    "one job": (ONE_LONG, halves(ONE_LONG), {}),
    "imbalance": (UNEVEN, halves(UNEVEN), {}),
    "answers": (EVEN, halves(EVEN), {"gap_s": 0.2, "answer": 1 << 22}),
    "short jobs": (TINY, halves(TINY), {"gap_s": 1e-4}),
    "dispatch": (EVEN, halves(EVEN), {"gap_s": 0.2}),
}
WORDS = {
    "one CPU": "only one CPU can be used",
    "start": "starting and ending them takes 3 s",
    "first job": "the first job of each worker takes 1 s, a later one 100 ms, without workers too",
    "first touch": "the first job of each worker takes 800 ms, a later one 100 ms, and without",
    "slower jobs": "a job takes 200 ms in a worker and 100 ms without",
    "one job": "job 9 alone takes 1 s, so no number of workers is more than 1.9 times as fast",
    "imbalance": "workers without a job wait",
    "answers": "the answers are large (4.0 MiB each)",
    "short jobs": "each of the 1000 jobs takes 10 µs",
    "dispatch": "sending jobs and answers takes 1 s, a job itself 100 ms",
}


def test_every_reason_is_tried():
    assert list(CASES) == list(WORDS) == list(LOSS_KINDS)


@pytest.mark.parametrize("kind", CASES)
def test_reason_follows_from_the_jobs(kind):
    alone, workers, given = CASES[kind]
    why = found(alone, workers, **given)
    assert why.kind == kind
    one = Reason(("CPython 3.11",), "global", "", False, 4.0, why)
    text = render("losses.md.j2", one=one, loss=why)
    assert WORDS[kind] in text
    assert [other for other, words in WORDS.items() if words in text] == [kind]


def test_what_a_reason_costs_is_the_seconds_that_it_adds():
    why = found(*CASES["first job"][:2])
    assert why.spent_s == pytest.approx(0.9 / 2)  # one worker's cache is filled beside its jobs
    why = found(*CASES["one job"][:2])
    assert (why.longest_job, why.longest_job_s) == (9, 1.0)
    assert why.most_gain == pytest.approx(1.9) and why.longest_first_s == pytest.approx(1.0)
    assert why.spent_s == pytest.approx((1.4 - 0.5) / 2)


def test_worker_that_has_no_job_is_idle():
    why = found([0.5, 0.5], [[(0, 0.5), (1, 0.5)]], workers=2, map_s=1.0)
    assert why.kind == "imbalance" and why.spent_s == pytest.approx(0.5)


def test_more_workers_than_cpus_are_no_slower_jobs():
    four = [[(job, 0.2)] for job in range(4)]
    why = found([0.1] * 4, four, start_s=0.05)
    assert why.kind == "start"


@pytest.mark.parametrize(("method", "kind"), [("fork", "dispatch"), ("spawn", "start")])
def test_workers_that_are_still_starting_in_map_are_starting(method, kind):
    assert found([0.1, 0.1], halves([0.1, 0.1]), began=0.9, start_method=method).kind == kind


def test_job_goes_to_the_next_free_worker_in_its_turn():
    assert scheduled_s([1, 1, 1, 1, 2, 2], 2) == 4
    assert scheduled_s([3, 3, 2, 2, 2], 2) == 7  # 6 is the least: Graham's bound is 7/6
    assert scheduled_s([1, 1, 4], 2) == 5 and scheduled_s([4, 1, 1], 2) == 4
    assert scheduled_s([], 2) == 0


def test_bound_by_the_jobs_themselves_comes_before_what_is_slow_beside_it():
    slower = [one * 2 for one in ONE_LONG]
    assert found(ONE_LONG, halves(slower)).kind == "one job"
    workers = [[(0, 2.0), (2, 0.2), (4, 0.2)], [(1, 2.0), (3, 0.2), (5, 0.2)]]
    assert found(CACHE, workers).kind == "first job"
    assert found(CACHE, workers, start_s=9.0).kind == "start"


def test_long_first_job_that_no_other_worker_repeats_is_one_long_job():
    alone = [1.0] + [0.1] * 9
    once = [[(0, 1.0)], [(job, 0.1) for job in range(1, 10)]]
    why = found(alone, once)
    assert (why.kind, why.longest_job) == ("one job", 0)


def test_reason_is_wanted_where_workers_gain_less_than_their_number():
    facts = dict.fromkeys(Loss.__dataclass_fields__, 1.0)
    assert not Loss(**facts | {"alone_s": 1.6, "workers": 2, "cpus": 2}).wants_a_reason
    assert Loss(**facts | {"alone_s": 1.3, "workers": 2, "cpus": 2}).wants_a_reason
    assert not Loss(**facts | {"alone_s": 1.6, "workers": 4, "cpus": 2}).wants_a_reason
    assert Loss(**facts | {"alone_s": 1.6, "cpus": 1}).wants_a_reason
