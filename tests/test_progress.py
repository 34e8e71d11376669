"""What Snakemake says of its own accord, and what of it is shown."""

import logging

import pytest

from study import progress
from study.pace import Pace
from study.progress import Progress

TRACEBACK = """Traceback (most recent call last):

  File "/somewhere/snakemake/dag.py", line 1065, in handle_log
    f.touch_or_create()

{error}
"""


RUN = {
    "experiment": "one", "interpreter": "cpython", "strategy": "global", "start_method": "fork",
    "size": "10", "workers": "2", "jobs": "3", "repeat": "1",
}  # fmt: skip


class Study:
    """A study of `steps` runs that begin and end as Snakemake says it, a second each."""

    def __init__(self, monkeypatch, capsys, steps, terminal=False):
        self.now, self.left, self.steps, self._capsys = 0.0, steps, steps, capsys
        monkeypatch.setattr("time.monotonic", lambda: self.now)
        monkeypatch.setattr(progress, "jobs_to_do", lambda _: [("measure_run", RUN)] * self.left)
        for module in (progress, progress.say.__globals__):
            patch = monkeypatch.setitem if isinstance(module, dict) else monkeypatch.setattr
            patch(module, "is_terminal", lambda: terminal)
        self.progress = Progress(None)
        self.progress.begin(Pace({}))

    def event(self, event, **extra):
        record = logging.LogRecord("snakemake", logging.INFO, __file__, 1, "text", None, None)
        vars(record).update(event=event, **extra)
        return self.progress.filter(record)

    def run(self, number, **which):
        """Make one run; return what it says before, while and after it is measured."""
        self.event("job_info", jobid=number, rule_name="measure_run", wildcards=RUN | which)
        before = self.said()
        self.now += 1
        self.left -= 1
        while_measured = self.said()
        self.event("job_finished", job_id=number)
        self.event("progress", done=self.steps - self.left, total=self.steps)
        return before, while_measured, self.said()

    def said(self):
        return self._capsys.readouterr().err


def test_log_says_at_the_end_of_blocks_how_long_is_left(monkeypatch, capsys):
    study = Study(monkeypatch, capsys, 40)
    said = [study.run(number, repeat=str(1 + number // 10)) for number in range(40)]
    lines = [(number, one) for number, all_of in enumerate(said) for one in all_of if one]
    assert lines == [
        (10, "10 of 40 steps (25%) done, about 30 s left\n"),
        (20, "20 of 40 steps (50%) done, about 20 s left\n"),
        (30, "30 of 40 steps (75%) done, about 10 s left\n"),
        (39, "40 of 40 steps (100%) done\n"),
    ]
    study.progress.conclude()
    assert study.said() == ("took 40 s; announced at 25%: 40 s, without further rounds\n")


def test_terminal_has_one_line_that_changes_between_runs(monkeypatch, capsys):
    study = Study(monkeypatch, capsys, 3, terminal=True)
    said = [study.run(number) for number in range(3)]
    assert all(while_measured == "" for _, while_measured, _ in said)
    shown = "2 of 3 steps (66%) done, about 1 s left · one: cpython global/fork, 10 items"
    assert said[2][0].startswith(f"\r\x1b[K{shown}") and "\n" not in said[2][0]
    assert said[2][2] == "\r\x1b[K3 of 3 steps (100%) done\n"


def test_further_rounds_are_not_counted_before_they_are_decided(monkeypatch, capsys):
    study = Study(monkeypatch, capsys, 10)
    undecided = [("measure_run", RUN), ("decide_round", {})]
    monkeypatch.setattr(progress, "jobs_to_do", lambda _: undecided)
    study.run(0)
    before, _, _ = study.run(1, repeat="2")
    assert before.endswith(", further rounds aside\n")


def test_table_of_jobs_is_for_a_dry_run(monkeypatch, capsys):
    study = Study(monkeypatch, capsys, 1)
    for dry in (True, False):
        monkeypatch.setattr(progress, "is_dry_run", lambda _, dry=dry: dry)
        assert study.event("run_info") is dry


def shown(message):
    """Return what is left of a record with a message; None if it is not shown."""
    record = logging.LogRecord("snakemake", logging.ERROR, __file__, 1, message, None, None)
    return record.getMessage() if Progress(None).filter(record) else None


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("OSError: [Errno 28] No space left on device: 'results/a.log'", "make room there"),
        ("OSError: [Errno 122] Disk quota exceeded: 'results/a.log'", "in your quota"),
        ("OSError: [Errno 30] Read-only file system: 'results/a.log'", "mend that"),
    ],
)
def test_traceback_of_a_full_disk_becomes_a_sentence(error, remedy):
    said = shown(TRACEBACK.format(error=error))
    assert said.startswith("results/a.log cannot be written (")
    assert said.endswith(f"{remedy}, then go on by the same command") and "\n" not in said


@pytest.mark.parametrize(
    "error", ["ValueError: [Errno 28] of something else", "OSError: [Errno 5] Input/output: 'a'"]
)
def test_other_tracebacks_stay(error):
    assert shown(TRACEBACK.format(error=error)) == TRACEBACK.format(error=error)


def test_chatter_is_not_shown():
    assert shown("Select jobs to execute...") is None
    assert shown("Execute 3 jobs...") is None
