"""The first screen for a user's own data: what is wrong first, and nothing that is not right."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from test_answers_first import evidence_of
from test_lifetimes import rows_of
from test_report import run
from test_report import text_of as text_of_study

from preflight import estimate_duration as estimate_duration
from report.answer import answer_of
from report.first_screen import first_screen, last_lines, opening

OWN = {"workload": "my_workload.py"}
HUNG = "over 4 s, in map, where it hung: nothing computed any more"
NO_SEMAPHORES = "OSError: [Errno 30] Read-only file system in start, /dev/shm cannot be written to"
STUDY = {"experiments": {"matrix": {"question": "Which one?"}}}


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


def screen_of(rows, folder, blocks=5):
    return first_screen(evidence_of(rows, blocks), rows_of({}), folder)


def text_of_own(rows, folder, blocks=5):
    return opening(screen_of(rows, folder, blocks), STUDY)


def lines_of(rows, folder, blocks=5):
    """Return the lines for the terminal."""
    evidence = evidence_of(rows, blocks)
    screen = first_screen(evidence, rows_of({}), folder)
    return last_lines(screen, evidence.runs, Path("results/mine/report.md")).splitlines()


GOOD = [own("serial", 1.0), own("global", 0.5), own("argument", 3.0), threads(1.1)]
INHERIT = "CPython 3.11: fork, and let the workers inherit the data (`global`), "


def test_answer_has_its_interval_and_the_program():
    text = text_of_own(GOOD, Path("nowhere"))
    title, _, answer, *_ = text.splitlines()
    assert title == "# How should the data of my_workload.py reach Python worker processes?"
    assert re.fullmatch(
        rf"\*\*{re.escape(INHERIT)}500 ms with 2 workers, 2× as fast as without "
        r"\([\d.]+ – [\d.]+\)\.\*\*",
        answer,
    )
    assert "[use_this.py](use_this.py), `global` with your `build` and `process`" in text
    assert "- CPython 3.11: do not send the data with the jobs: that takes 6× as long." in text


def test_no_workers_are_not_called_best_against_what_runs_side_by_side_say():
    screen = screen_of([own("serial", 1.0), own("global", 1.5)], Path("nowhere"))
    (one,) = screen.answers
    assert "; the fastest with workers, `global`, takes 1.5× as long" in opening(screen, STUDY)
    gain = replace(one.gain, value=0.67, low=0.3, high=1.7)
    noisy = replace(screen, answers=[replace(one, gain=gain)])
    said = "; whether workers gain anything is not certain: side by side, `global` takes 0.67×"
    assert said in opening(noisy, STUDY)


def test_memory_is_projected_for_other_numbers_of_workers():
    """Each further worker takes its private memory."""
    memory = {"tree_pss_mib": 100.0, "workers_uss_mib": 30.0, "data_mib": 50.0}
    text = text_of_own([row | memory for row in GOOD], Path("nowhere"))
    head, _, row = [line for line in text.splitlines() if line.startswith("|")]
    assert head.split(" | ")[1:4] == ["1 worker (computed)", "2 workers", "4 workers (computed)"]
    sizes = [f"{mib} MiB" for mib in (70, 100, 160, 280, 520)]
    assert row.strip("| ").split(" | ") == ["CPython 3.11, `global`", *sizes]
    alone = [own("serial", 1.0), threads(0.5)]
    assert "|" not in text_of_own(alone, Path("nowhere"))


def test_there_are_at_most_three_remarks(tmp_path):
    write_preflight(
        tmp_path, threads=["polars"], threads_in_words="x", start_methods={"fork": "ok"}
    )
    rows = [*GOOD, own("serial_library_threads", 1.0, start_method="none", workers=1)]
    rows += [own("closure", None, status="failed", reason="E: x")]
    rows += [own("immortal", None, status="unsupported", reason="3.12 is the first")]
    text = text_of_own(rows, tmp_path)
    kinds = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(kinds) == 3
    assert kinds[0].startswith("- **Forking beside threads") and kinds[1].startswith("- No result")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (own("global", 0.5), "fork, and let the workers inherit the data (`global`)"),
        (own("initializer", 0.5, start_method="spawn"), "use `initializer`, 500 ms"),
        (own("gc_freeze", 0.5), "call `gc.freeze()`, fork, and let the workers inherit the data ("),
        (own("immortal", 0.5), "make the data immortal, fork, and let the workers inherit it"),
        (own("raw_array", 0.5), "lay the data out flat and share it (`raw_array`)"),
        (threads(0.5), "share the data with threads (`threads`)"),
        (own("somebodys_own", 0.5), "use `somebodys_own`, 500 ms"),
        (
            own("global", 2.0),
            "use no workers (`serial`), 1 s; the fastest with workers, `global`, "
            "takes 2× as long (",
        ),
    ],
)
def test_what_to_do_follows_from_what_is_best(row, said, tmp_path):
    assert said in text_of_own([own("serial", 1.0), row], tmp_path)


@pytest.mark.parametrize(
    ("private", "said"),
    [(155.0, "give each worker a copy of the data"), (6.0, "lay the data out flat and share it")],
)
def test_what_copies_is_not_called_shared(private, said, tmp_path):
    rows = [
        own("out_of_band", 1.0, data_mib=153.0, workers_uss_mib=private),
        own("global", 3.0, data_mib=153.0, workers_uss_mib=5.0),
    ]
    assert f"{said} (`out_of_band`)" in text_of_own(rows, tmp_path)


def test_what_a_preflight_found_comes_first_and_nothing_is_recommended(tmp_path):
    trouble = {"kind": "in_place", "text": "process() changes them in place. Let it change a copy."}
    write_preflight(tmp_path, troubles=[trouble])
    text = text_of_own(GOOD, tmp_path)
    assert text.split("\n\n")[1] == f"- **{trouble['text']}** (CPython 3.11)"
    assert "Nothing is recommended before that is mended" in text
    assert "inherit" not in text and "use no workers" not in text and "use_this" not in text
    assert lines_of(GOOD, tmp_path)[1].startswith("- process() changes them in place.")


def test_nothing_is_called_fastest_whose_answers_are_not_known_to_be_right(tmp_path):
    fastest = r"(?m)^- Fastest, .*: CPython 3.11 `(\w+)`"
    assert re.findall(fastest, text_of_study(GOOD, tmp_path)) == ["global"]
    wrong = own("closure", None, status="wrong", reason="other answers")
    assert re.findall(fastest, text_of_study([*GOOD, wrong], tmp_path)) == ["serial"]
    write_preflight(tmp_path, troubles=[{"kind": "unseeded", "text": "Seed it."}])
    text = text_of_study(GOOD, tmp_path)
    assert "Fastest" not in text and "- No answer" in text


def test_as_many_cpus_are_named_as_could_be_used(tmp_path):
    assert "test, 2 cores, 2 CPUs used: " in text_of_own(GOOD, tmp_path)
    one = [row | {"usable_cpus": 1} for row in GOOD]
    assert "test, 2 cores, 1 CPU used: " in text_of_own(one, tmp_path)


def test_another_interpreter_may_be_right(tmp_path):
    write_preflight(tmp_path, troubles=[{"kind": "unseeded", "text": "Seed it."}])
    rows = GOOD + [row | {"interpreter": "pypy", "implementation": "PyPy"} for row in GOOD]
    text = text_of_own(rows, tmp_path)
    assert "**PyPy 3.11: fork, and let the workers inherit the data (`global`)" in text
    assert "**CPython" not in text


def test_two_interpreters_that_answer_otherwise_are_named(tmp_path):
    write_preflight(tmp_path, answers={"0": "a", "1": "b"})
    write_preflight(tmp_path, interpreter="pypy", answers={"0": "a", "1": "c"})
    assert "**CPython 3.11 and pypy do not answer job 1 alike.**" in text_of_own(GOOD, tmp_path)


def test_mechanism_whose_workers_answer_wrongly_is_not_recommended(tmp_path):
    write_preflight(tmp_path, holds=["an open file"])
    wrong = own("closure", None, status="wrong", reason="answers differ from the 9 other runs")
    text = text_of_own([*GOOD, wrong], tmp_path)  # `global` was lucky
    assert text.split("\n\n")[1].startswith(
        "- **With workers the answers are wrong** on CPython 3.11: 5 of 20 runs with several, "
        "by fork: `closure`. Likely cause: the data hold an open file"
    )
    assert "**CPython 3.11: use no workers" in text
    assert "`global`" not in text


def test_wrong_answers_of_data_that_hold_nothing_have_another_cause(tmp_path):
    wrong = own("closure", None, status="wrong", reason="answers differ")
    text = text_of_own([*GOOD, wrong], tmp_path)
    assert "Likely cause: process() changes the data" in text and "the data hold" not in text


def test_workers_that_hang_are_named_with_their_cause_and_what_remains(tmp_path):
    write_preflight(tmp_path, threads=["refresher"])
    hung = [own(name, None, status="timeout", reason=HUNG) for name in ("global", "closure")]
    rows = [own("serial", 1.0), threads(1.5), *hung]
    text = text_of_own(rows, tmp_path)
    assert text.split("\n\n")[1].startswith("- **Workers hang** on CPython 3.11 with 2 of 3")
    assert "build() leaves threads running (refresher)" in text
    assert "**CPython 3.11: use no workers" in text
    write_preflight(tmp_path)
    assert "threads running" not in text_of_own(rows, tmp_path)


WORDS = "After build() there are threads beside the main one: polars (9 threads)."
TRIED = {"fork": "hung", "fork with one library thread": "hung", "forkserver": "ok"}


def test_forked_workers_that_hung_in_the_preflight_come_first_with_what_works(tmp_path):
    tried = TRIED | {"spawn": "failed: PicklingError: x in start"}
    write_preflight(tmp_path, threads=["polars"], threads_in_words=WORDS, start_methods=tried)
    reason = "not begun: two forked workers hung in the preflight"
    hung = [own(name, None, status="timeout", reason=reason) for name in ("global", "closure")]
    rows = [own("serial", 1.0), threads(1.5), *hung]
    text = text_of_own(rows, tmp_path)
    assert text.split("\n\n")[1].startswith(
        "- **Forked workers hang** on CPython 3.11: started by forkserver they answer, so write "
        "`start_methods: [forkserver]` below `matrix:` in workflow/presets/mine.yaml or your "
        f"overlay. {WORDS} A forked worker has none of the other threads"
    )
    assert "start_methods: [forkserver]" in lines_of(rows, tmp_path)[1]


def test_libraries_that_hang_by_their_threads_alone_may_be_held_to_one(tmp_path):
    tried = TRIED | {"fork with one library thread": "ok", "forkserver": "hung", "spawn": "hung"}
    write_preflight(tmp_path, threads=["OpenMP"], threads_in_words=WORDS, start_methods=tried)
    assert "with `OMP_NUM_THREADS=1` and its like they answer" in text_of_own(GOOD, tmp_path)


def test_threads_beside_which_forked_workers_answered_are_named_with_what_to_do(tmp_path):
    found = {"threads": ["polars"], "threads_in_words": WORDS, "start_methods": {"fork": "ok"}}
    write_preflight(tmp_path, **found)
    (said,) = [line for line in text_of_own(GOOD, tmp_path).splitlines() if WORDS in line]
    assert said.startswith(
        "- **Forking beside threads can hang** (CPython 3.11): start the workers before these "
        "threads, or by forkserver or spawn (write `start_methods: [forkserver, spawn]` below "
        "`matrix:` in workflow/presets/mine.yaml or your overlay)."
    )
    assert "start_methods: [forkserver, spawn]" in lines_of(GOOD, tmp_path)[2]
    spawned = [row | {"start_method": "spawn"} for row in GOOD if row["start_method"] == "fork"]
    assert WORDS not in text_of_own([*spawned, own("serial", 1.0)], tmp_path)


def test_threads_that_only_a_job_starts_are_not_there_at_the_fork(tmp_path):
    words = "The first job in the same process starts polars (9 threads)."
    write_preflight(tmp_path, threads_in_words=words, start_methods={"fork": "ok"})
    assert "polars" not in text_of_own(GOOD, tmp_path)


def test_what_is_missing_on_the_machine_is_named_with_the_remedy(tmp_path):
    lost = [
        own(name, None, status="failed", reason=NO_SEMAPHORES) for name in ("global", "argument")
    ]
    text = text_of_own([own("serial", 1.0), threads(0.5), *lost], tmp_path)
    assert "the machine: shared memory and semaphores cannot be made; mount a tmpfs" in text
    assert "**CPython 3.11: share the data with threads (`threads`)" in text


@pytest.mark.parametrize(
    ("reason", "inherited"),
    [
        ("NameError: name 'DATA' is not defined in map", True),
        ("AttributeError: Can't pickle local object 'share.<locals>.work' in start", True),
        ("NameError: name 'TABLE' is not defined in map", False),
    ],
)
def test_what_only_forked_workers_inherit_is_said_where_it_was_missing(reason, inherited, tmp_path):
    rows = [own("serial", 1.0), own("initializer", 0.6, start_method="forkserver")]
    rows.append(own("global", None, start_method="forkserver", status="failed", reason=reason))
    text = text_of_own(rows, tmp_path)
    assert ("globals and closures reach forked workers alone" in text) is inherited


def test_what_sending_in_chunks_costs_is_not_said_of_sending_that_did_not_end(tmp_path):
    rows = [own("serial", 1.0), own("global", 0.4), own("argument_chunked", 0.8)]
    said = "do not send the data with the jobs"
    assert said in text_of_own(rows, tmp_path)
    late = {"status": "timeout", "reason": "not finished after 120 s"}
    elsewhere = own("argument", None, start_method="spawn", **late)
    assert said in text_of_own([*rows, elsewhere], tmp_path)
    rows.append(own("argument", None, **late))
    assert said not in text_of_own(rows, tmp_path)


def test_every_start_method_has_its_answer(tmp_path):
    rows = [own("serial", 1.0)]
    for method, fast in (("fork", "global"), ("forkserver", "initializer")):
        for name in ("global", "initializer", "argument"):
            seconds = 0.4 if name == fast else 0.8
            rows.append(own(name, seconds, start_method=method))
    text = text_of_own(rows, tmp_path)
    assert "**Workers started by fork, CPython 3.11: fork, and let the workers inherit" in text
    assert "**Workers started by forkserver, CPython 3.11: use `initializer`" in text
    for method in ("fork", "forkserver"):
        assert f"do not send the data with the jobs to workers started by {method}: that" in text
    only = [row for row in rows if row["start_method"] != "fork"]
    text = text_of_own(only, tmp_path)
    assert "Workers started by forkserver, CPython 3.11" in text and "fork," not in text


def test_without_a_comparison_there_is_no_answer(tmp_path):
    assert "there is no answer yet" in text_of_own([own("global", 1.0)], tmp_path)


def test_a_study_without_any_result_says_how_its_runs_ended(tmp_path):
    rows = [
        own(name, None, status="out_of_memory", reason="2 MiB") for name in ("global", "futures")
    ]
    text = text_of_own(rows, tmp_path)
    assert "- **CPython 3.11**: no run has a result; most ended as out_of_memory: 2 MiB." in text
    assert "there is no answer yet" in text


def test_terminal_ends_with_the_answer(tmp_path):
    lost = own("closure", None, status="failed", reason="KeyError: 'x' in a job")
    first, second, *rest = lines_of([*GOOD, lost], tmp_path, blocks=4)
    assert first == "4 of 20 runs are not ok: 4 failed; most often: KeyError: 'x' in a job"
    assert second.startswith("CPython 3.11: fork, and let the workers inherit the data (global), 5")
    assert rest == ["the program: results/mine/use_this.py", "the report: results/mine/report.md"]
    assert lines_of(GOOD, tmp_path)[0] == "all 20 runs are ok"


def test_study_whose_workers_gain_nothing_says_why(tmp_path):
    slow = [own("serial", 1.0), own("global", 2.0, start_s=1.5, publish_s=0.0, stop_s=0.0)]
    text = text_of_own(slow, tmp_path)
    assert "- CPython 3.11: 2 workers by `global` gain nothing (2 s, 1 s without)" in text
    assert "gain nothing" not in text_of_own(GOOD, tmp_path)


def test_forked_workers_that_failed_are_named_with_what_works(tmp_path):
    tried = {"fork": "failed: RuntimeError: thread::join failed in a job", "spawn": "ok"}
    write_preflight(tmp_path, start_methods=tried | {"forkserver": "ok"})
    text = text_of_own(GOOD, tmp_path)
    assert text.split("\n\n")[1].startswith("- **Forked workers fail** on CPython 3.11")
    assert "`start_methods: [forkserver, spawn]` below `matrix:`" in text
    assert "RuntimeError: thread::join failed in a job" in text
    nothing = dict.fromkeys(("fork", "forkserver", "spawn"), "failed: KeyError: 1 in a job")
    write_preflight(tmp_path, start_methods=nothing)  # not the fork's fault
    assert "Forked workers fail" not in text_of_own(GOOD, tmp_path)


def test_data_that_cannot_be_pickled_is_said_to_need_fork(tmp_path):
    write_preflight(tmp_path, unpicklable="AttributeError: Can't pickle local object 'b.<locals>'")
    said = "**Only fork carries this data** (CPython 3.11)"
    assert said in (text := text_of_own(GOOD, tmp_path))
    assert "so let forked workers inherit it" in text
    wrong = own("closure", None, status="wrong", reason="other answers")
    assert said in (text := text_of_own([*GOOD, wrong], tmp_path))
    assert "Let each worker build its own" in text and "let forked workers inherit" not in text
    write_preflight(tmp_path, unpicklable="")
    assert "Only fork" not in text_of_own(GOOD, tmp_path)


def test_duration_grows_with_runs_and_jobs_and_shrinks_with_what_is_made(tmp_path):
    plan = tmp_path / "my_data" / "plan.txt"
    plan.parent.mkdir()
    runs = [f"cpython/{name}/fork/n10_w2_j4_r{n}" for name in ("global", "closure") for n in (1, 2)]
    plan.write_text("\n".join(runs))
    one = {"status": "ok", "build_s": 1.0, "job_s": 1.0, "pickle_s": None}
    found = {("my_data", "cpython", 10): one}

    def seconds(fewest, most, limit_s=120.0):
        return estimate_duration.duration(plan, found, {}, fewest, most, limit_s, cpus=2)

    low, high = seconds(2, 4)
    assert low == pytest.approx(2 * 2 * (1 + 4 / 2 + 0.3 + estimate_duration.AROUND_S))
    assert high == pytest.approx(2 * low)
    assert seconds(2, 4, 1.5)[0] == pytest.approx(2 * 2 * (1.5 + estimate_duration.AROUND_S))
    done = tmp_path / "my_data" / "runs" / f"{runs[0]}.csv"
    done.parent.mkdir(parents=True)
    done.write_text("")
    assert seconds(2, 4)[0] == pytest.approx(low * 3 / 4)


def test_cells_without_a_time_are_no_answer():
    cell = {"strategy": "serial", "start_method": "none", "workers": 1, "total_s": float("nan")}
    assert answer_of(None, pd.DataFrame([cell]), "cpython", "CPython 3.13", None) is None
