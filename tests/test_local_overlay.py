"""local.yaml: loaded over config.yaml, under --configfile, edited in place, in no test's study."""

import re

import pytest
import yaml
from measuring import PROJECT
from study_folder import CODE

from setup.local_overlay import OverlayError, with_interpreters

FOUND = {"cpython_314": ".interpreters/cpython_314/bin/python", "pypy": "'/with a space/pypy'"}


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        ("", []),
        ("# nothing yet", ["# nothing yet"]),
        ("machine: mine  # my label", ["machine: mine  # my label"]),
        ("interpreters:\n", []),
        ("interpreters: null # none\nseed: 1\n", ["# none", "seed: 1"]),
        (
            "interpreters:\n  # old ones\n  pypy: pypy3 # slow\n  a: b\n",
            ["# old", "# slow", "a: b"],
        ),
        ("interpreters:\n    a: b\nseed: 1\n", ["    a: b\n", "seed: 1"]),
        ("interpreters: {a: b, pypy: null}\nseed: 1\n", ["a: b", "seed: 1"]),
        ("interpreters:\n  pypy:\n  a: b\n", ["a: b"]),
        ("interpreters: {}\n", []),
    ],
)
def test_interpreters_are_set_and_the_rest_of_the_text_stays(before, kept):
    after = with_interpreters(before, FOUND)
    expected = yaml.safe_load(before) or {}
    expected["interpreters"] = (expected.get("interpreters") or {}) | FOUND
    assert yaml.safe_load(after) == expected
    assert all(text in after for text in kept)
    assert with_interpreters(after, FOUND) == after


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("interpreters: [", "is no YAML .* line 1"),
        ("- a", "must hold keys"),
        ("interpreters: pypy3", "must hold keys"),
        ("{seed: 1}", "yourself: pypy: pypy3"),
    ],
)
def test_overlay_that_cannot_be_edited_is_answered_by_one_line(text, answer):
    with pytest.raises(OverlayError, match=answer) as raised:
        with_interpreters(text, {"pypy": "pypy3"})
    assert "\n" not in str(raised.value)


def test_local_overlay_lies_between_config_file_and_command_line(new_study):
    folder = new_study()
    local = folder.path / "local.yaml"
    local.write_text(
        "study: here\ndefaults: {min_repeats: 1, max_repeats: 1}\ninterpreters: {other: null}\n"
    )
    del folder.config["interpreters"]["other"]
    for key in ("min_repeats", "max_repeats"):
        del folder.config["defaults"][key]
    # Repeats and the interpreter left out from local.yaml, the study's name from the command line.
    assert folder.planned("results/small/runs.csv")["measure_run"] == 3
    folder.config["interpreters"]["other"] = "auto"
    assert folder.planned()["measure_run"] == 4


def test_mistake_in_the_local_overlay_is_answered_by_one_line(new_study):
    folder = new_study()
    (folder.path / "local.yaml").write_text("interpretors: {other: null}\n")
    ended = folder.snakemake("runs", "--dry-run")
    assert ended.exit_code != 0
    assert re.search(r"^local\.yaml, line 1: interpretors: .*'interpreters'", ended.terminal, re.M)
    assert "Traceback" not in ended.terminal


def test_overlay_of_this_machine_is_in_no_study_of_a_test(new_study):
    """What git ignores in the folder is a developer's own, and tests copy none of it."""
    ignored = (PROJECT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/local.yaml", "/.interpreters/"} <= set(ignored)
    assert not {f"/{name}" for name in CODE} & {line.rstrip("/") for line in ignored}
    copied = {path.name for path in new_study().path.iterdir()}
    assert copied == set(CODE)
