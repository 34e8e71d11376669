"""The report's table of what a library takes to start and to stop, from synthetic tables."""

import pandas as pd
from test_report import run, text_of

from report.library_phases import library_phases
from report.render import render
from stats.summarise_runs import summarise

RAY = {"start_method": "own", "libraries": "ray 2.6", "size": 4000, "start_s": 2.0}
RAY |= {"publish_s": 0.25, "map_s": 1.5, "stop_s": 1.25}


def lines_of(*rows):
    """Return the table's lines, without its head, for runs of one block."""
    runs = pd.DataFrame(rows)
    if not (phases := library_phases(runs, summarise(runs))):
        return []
    text = render("libraries.md.j2", phases=phases)
    return [line for line in text.splitlines() if line.startswith("| ")][2:]


def test_phases_stand_apart_in_the_order_in_which_a_reader_asks():
    assert lines_of(run("ray", 5.0, **RAY)) == [
        "| matrix | `ray` | CPython 3.11 | 4 000 items, 10 jobs | 2 s | 250 ms | 1.5 s | 1.25 s "
        "| 5 s |"
    ]


def test_library_that_starts_its_workers_with_the_first_job_has_a_dash():
    own = RAY | {"libraries": "joblib 1.6", "start_s": 0.0}
    (line,) = lines_of(run("joblib", 3.0, **own))
    assert "| 4 000 items, 10 jobs | – | 250 ms |" in line


def test_every_experiment_has_its_lines_of_its_largest_data_and_most_jobs():
    rows = [
        run("ray", seconds, **RAY | {"experiment": experiment, "size": size, "jobs": jobs})
        for experiment, size, jobs, seconds in (
            ("lists", 4000, 10, 5.0),
            ("lists", 4000, 100, 6.0),
            ("lists", 50, 100, 7.0),
            ("arrays", 50, 10, 8.0),
        )
    ]
    lists, arrays = lines_of(*rows)
    assert lists.startswith("| lists | ") and "100 jobs" in lists and lists.endswith("| 6 s |")
    assert arrays.startswith("| arrays | ") and arrays.endswith("| 8 s |")


def test_of_several_conditions_fork_and_a_cpu_for_each_worker_are_shown():
    mpire = RAY | {"libraries": "mpire 2"}
    rows = [
        run("mpire", seconds, **mpire | {"start_method": method, "workers": workers})
        for method, workers, seconds in (
            ("spawn", 2, 9.0),
            ("fork", 2, 4.0),
            ("fork", 1, 6.0),
            ("fork", 4, 3.0),  # on two CPUs
        )
    ]
    (line,) = lines_of(*rows)
    assert line.endswith("| 4 s |")


def test_without_a_library_that_ran_there_is_no_table(tmp_path):
    missing = run("ray", None, **RAY | {"status": "unsupported", "reason": "no module named ray"})
    plain = run("global", 1.0)
    assert lines_of(missing, plain) == lines_of(plain) == []
    assert "## Libraries" not in text_of([plain, run("serial", 2.0)], tmp_path)
