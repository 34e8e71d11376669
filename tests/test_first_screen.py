"""The first screen for a user's own data: what is wrong first, and nothing that is not right."""

import json

import pandas as pd
import pytest
from test_report import in_blocks, run, text_of

from preflight import estimate_duration as estimate_duration
from report.write_report import in_short

OWN = {"workload": "my_workload.py"}
HUNG = "over 4 s, in map, where it hung: nothing computed any more"
NO_SEMAPHORES = "OSError: [Errno 30] Read-only file system in start, /dev/shm cannot be written to"


def own(strategy, total_s, **values):
    """Return a row of a study of a user's data."""
    return run(strategy, total_s, **OWN | values)


def threads(total_s, **values):
    return own("threads", total_s, **{"start_method": "none"} | values)


def write_preflight(folder, **values):
    """Write what a preflight found."""
    found = {"experiment": "matrix", "interpreter": "cpython", "size": 1000, "troubles": []}
    found |= {"holds": [], "answers": {}, "answer_bytes": 10, "status": "ok"}
    found |= {"threads": [], "ended_threads": [], "threads_in_words": "", "start_methods": {}}
    path = folder / "matrix" / "preflight" / f"{values.get('interpreter', 'cpython')}_n1000.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found | values), encoding="utf-8")


def first_screen(rows, folder, blocks=5):
    return text_of(rows, folder, blocks).partition("## The experiments")[0]


GOOD = [own("serial", 1.0), own("global", 0.5), own("argument", 3.0), threads(1.1)]


def test_what_a_preflight_found_comes_first_and_nothing_is_recommended(tmp_path):
    trouble = {"kind": "in_place", "text": "process() changes them in place. Let it change a copy."}
    write_preflight(tmp_path, troubles=[trouble])
    text = first_screen(GOOD, tmp_path)
    assert text.split("\n\n")[1] == f"- **{trouble['text']}** (CPython 3.11)"
    assert "Nothing is recommended before that is mended" in text
    assert "let forked workers" not in text and "use no workers" not in text


def test_another_interpreter_may_be_right(tmp_path):
    write_preflight(tmp_path, troubles=[{"kind": "unseeded", "text": "Seed it."}])
    rows = GOOD + [row | {"interpreter": "pypy", "implementation": "PyPy"} for row in GOOD]
    text = first_screen(rows, tmp_path)
    assert "**PyPy 3.11: let forked workers inherit the data (`global`)" in text
    assert "**CPython" not in text


def test_two_interpreters_that_answer_otherwise_are_named(tmp_path):
    write_preflight(tmp_path, answers={"0": "a", "1": "b"})
    write_preflight(tmp_path, interpreter="pypy", answers={"0": "a", "1": "c"})
    assert "**CPython 3.11 and pypy do not answer job 1 alike.**" in first_screen(GOOD, tmp_path)


def test_mechanism_whose_workers_answer_wrongly_is_not_recommended(tmp_path):
    write_preflight(tmp_path, holds=["an open file"])
    wrong = own("closure", None, status="wrong", reason="answers differ from the 9 other runs")
    text = first_screen([*GOOD, wrong], tmp_path)  # `global` was lucky
    assert text.split("\n\n")[1].startswith("- **With workers the answers are wrong** on CPython")
    assert "the data hold an open file" in text
    assert "**CPython 3.11: use no workers" in text
    assert "`global`" not in text.partition("<details>")[0].partition("**CPython 3.11:")[2]


def test_workers_that_hang_are_named_with_their_cause_and_what_remains(tmp_path):
    write_preflight(tmp_path, threads=["refresher"])
    hung = [own(name, None, status="timeout", reason=HUNG) for name in ("global", "closure")]
    text = first_screen([own("serial", 1.0), threads(1.5), *hung], tmp_path)
    assert text.split("\n\n")[1].startswith("- **Workers hang** on CPython 3.11 with 2 of 3")
    assert "build() leaves threads running (refresher)" in text
    assert "**CPython 3.11: use no workers**." in text


WORDS = "After build() there are threads beside the main one: polars (9 threads)."
TRIED = {"fork": "hung", "fork with one library thread": "hung", "forkserver": "ok"}


def test_forked_workers_that_hung_in_the_preflight_come_first_with_what_works(tmp_path):
    tried = TRIED | {"spawn": "failed: PicklingError: x in start"}
    write_preflight(tmp_path, threads=["polars"], threads_in_words=WORDS, start_methods=tried)
    reason = "not begun: two forked workers hung in the preflight"
    hung = [own(name, None, status="timeout", reason=reason) for name in ("global", "closure")]
    rows = [own("serial", 1.0), threads(1.5), *hung]
    text = first_screen(rows, tmp_path)
    assert text.split("\n\n")[1].startswith(
        "- **Forked workers hang** on CPython 3.11: started by forkserver they answer, so write "
        "`start_methods: [forkserver]` below `matrix:` in workflow/presets/mine.yaml or your "
        f"overlay. {WORDS} A forked worker has none of the other threads"
    )
    assert "**Workers hang** on CPython 3.11 with 2 of 3" in text
    assert "Likely cause" not in text
    said = in_short(text_of(rows, tmp_path), pd.DataFrame(in_blocks(rows)))
    assert "start_methods: [forkserver]" in said[1]


def test_libraries_that_hang_by_their_threads_alone_may_be_held_to_one(tmp_path):
    tried = TRIED | {"fork with one library thread": "ok", "forkserver": "hung", "spawn": "hung"}
    write_preflight(tmp_path, threads=["OpenMP"], threads_in_words=WORDS, start_methods=tried)
    assert "with `OMP_NUM_THREADS=1` and its like they answer" in first_screen(GOOD, tmp_path)


def test_threads_beside_which_forked_workers_answered_are_named_with_what_to_do(tmp_path):
    found = {"threads": ["polars"], "threads_in_words": WORDS, "start_methods": {"fork": "ok"}}
    write_preflight(tmp_path, **found)
    (said,) = [line for line in first_screen(GOOD, tmp_path).splitlines() if WORDS in line]
    assert said.startswith(
        "- **Forking beside threads can hang** (CPython 3.11): start the workers before these "
        "threads, or by forkserver or spawn (write `start_methods: [forkserver, spawn]` below "
        "`matrix:` in workflow/presets/mine.yaml or your overlay)."
    )
    lines = in_short(text_of(GOOD, tmp_path, 4), pd.DataFrame(in_blocks(GOOD, 4)))
    assert len(lines) == 3 and "start_methods: [forkserver, spawn]" in lines[2]
    spawned = [row | {"start_method": "spawn"} for row in GOOD if row["start_method"] == "fork"]
    assert WORDS not in first_screen([*spawned, own("serial", 1.0)], tmp_path)


def test_forked_workers_that_failed_are_named_with_what_works(tmp_path):
    tried = {"fork": "failed: RuntimeError: thread::join failed in a job", "spawn": "ok"}
    write_preflight(tmp_path, start_methods=tried | {"forkserver": "ok"})
    text = first_screen(GOOD, tmp_path)
    assert text.split("\n\n")[1].startswith("- **Forked workers fail** on CPython 3.11")
    assert "`start_methods: [forkserver, spawn]` below `matrix:`" in text
    assert "RuntimeError: thread::join failed in a job" in text
    nothing = dict.fromkeys(("fork", "forkserver", "spawn"), "failed: KeyError: 1 in a job")
    write_preflight(tmp_path, start_methods=nothing)  # not the fork's fault
    assert "Forked workers fail" not in first_screen(GOOD, tmp_path)


def test_data_that_cannot_be_pickled_is_said_to_need_fork(tmp_path):
    write_preflight(tmp_path, unpicklable="AttributeError: Can't pickle local object 'b.<locals>'")
    assert "**Only fork carries this data** (CPython 3.11)" in first_screen(GOOD, tmp_path)
    write_preflight(tmp_path, unpicklable="")
    assert "Only fork" not in first_screen(GOOD, tmp_path)


def test_threads_that_only_a_job_starts_are_not_there_at_the_fork(tmp_path):
    words = "The first job in the same process starts polars (9 threads)."
    write_preflight(tmp_path, threads_in_words=words, start_methods={"fork": "ok"})
    assert "polars" not in first_screen(GOOD, tmp_path)


def test_what_is_missing_on_the_machine_is_named_with_the_remedy(tmp_path):
    lost = [
        own(name, None, status="failed", reason=NO_SEMAPHORES) for name in ("global", "argument")
    ]
    text = first_screen([own("serial", 1.0), threads(0.5), *lost], tmp_path)
    assert "the machine: shared memory and semaphores cannot be made; mount a tmpfs" in text
    assert "**CPython 3.11: share the data with threads (`threads`)**" in text


def test_every_start_method_has_its_answer(tmp_path):
    rows = [own("serial", 1.0)]
    for method, fast in (("fork", "global"), ("forkserver", "initializer")):
        for name in ("global", "initializer", "argument"):
            seconds = 0.4 if name == fast else 0.8
            rows.append(own(name, seconds, start_method=method))
    text = first_screen(rows, tmp_path)
    assert "**Workers started by fork, CPython 3.11: let forked workers inherit" in text
    assert "**Workers started by forkserver, CPython 3.11: the fastest is `initializer`" in text
    only = [row for row in rows if row["start_method"] != "fork"]
    text = first_screen(only, tmp_path)
    assert "Workers started by forkserver, CPython 3.11" in text and "fork," not in text


def test_terminal_gets_two_lines(tmp_path):
    lost = own("closure", None, status="failed", reason="KeyError: 'x' in a job")
    runs = pd.DataFrame(in_blocks([*GOOD, lost], 4))
    text = text_of([*GOOD, lost], tmp_path, 4)
    first, second = in_short(text, runs)
    assert first == "4 of 20 runs are not ok: 4 failed; most often: KeyError: 'x' in a job"
    assert second.startswith("CPython 3.11: let forked workers inherit the data (global)")


def test_duration_grows_with_runs_and_jobs_and_shrinks_with_what_is_made(tmp_path):
    plan = tmp_path / "my_data" / "plan.txt"
    plan.parent.mkdir()
    runs = [f"cpython/{name}/fork/n10_w2_j4_r{n}" for name in ("global", "closure") for n in (1, 2)]
    plan.write_text("\n".join(runs))
    one = {"status": "ok", "build_s": 1.0, "job_s": 1.0, "pickle_s": None}
    found = {("my_data", "cpython", 10): one}

    def seconds(fewest, most):
        return estimate_duration.duration(plan, found, {}, fewest, most, cpus=2)

    low, high = seconds(2, 4)
    assert low == pytest.approx(2 * 2 * (1 + 4 / 2 + 0.3 + estimate_duration.AROUND_S))
    assert high == pytest.approx(2 * low)
    done = tmp_path / "my_data" / "runs" / f"{runs[0]}.csv"
    done.parent.mkdir(parents=True)
    done.write_text("")
    assert seconds(2, 4)[0] == pytest.approx(low * 3 / 4)
