"""What the terminal shows: one line for a mistake, a plan, and how far the study is."""

import os
import re
import shlex
import subprocess

import pytest
import yaml
from measuring import PROJECT

from supervisor import terminal

SNAKEMAKE_SAYS = re.compile(r"Using workflow specific profile|$")

SHOWN = {
    "unknown strategy": (
        {"experiments": {"matrix": {"strategies": ["globl"]}}},
        r"experiments\.matrix\.strategies: there is no 'globl'; did you mean 'global'\? accepted: ",
    ),
    "unknown key": ({"seeds": 1}, r"seeds: there is no such key; did you mean 'seed'\? accepted: "),
    "missing interpreter": (
        {"interpreters": {"pypy": "pypy99"}},
        r"interpreters\.pypy: 'pypy99' is not on PATH; install it",
    ),
    "exclude of nothing": (
        {"experiments": {"matrix": {"exclude": [{"strategy": "serial", "workers": 2}]}}},
        r"experiments\.matrix\.exclude\.0: .* excludes no cell",
    ),
}


def test_text_of_a_run_steers_no_terminal(capsys):
    terminal.say("ValueError: \x1b[31mred\nnext \u202etxet")
    assert capsys.readouterr().err == "ValueError: \\x1b[31mred next \\u202etxet\n"


@pytest.mark.parametrize("name", SHOWN)
def test_terminal_shows_one_line(name, new_study):
    overlay, expected = SHOWN[name]
    folder = new_study()
    original = yaml.safe_load((PROJECT / "config.yaml").read_text(encoding="utf-8"))
    folder.config = {"interpreters": {"pypy": None}} | overlay
    assert set(overlay.get("experiments", {})) <= set(original["experiments"])
    ended = folder.snakemake("runs", "--dry-run")
    assert ended.exit_code != 0
    # Besides what Snakemake says of its profile, there is this line.
    lines = [line for line in ended.terminal.splitlines() if not SNAKEMAKE_SAYS.match(line)]
    assert len(lines) == 1, ended.terminal
    assert re.match(rf"overlay\.yaml, line \d+: {expected}", lines[0])


def test_terminal_shows_the_plan_and_how_far_it_is(new_study):
    folder = new_study(
        only={"question": "How?", "strategies": ["serial", "threads"], "sizes": [10]}
    )
    terminal = folder.snakemake("runs").check().terminal
    assert "study small: 1 experiments, 2 cells, 4 runs, 4 still to do" in terminal
    assert "how long it takes is unknown" in terminal
    steps = re.findall(r"^\d+ of \d+ steps \((\d+)%\) done(.*)$", terminal, re.M)
    assert steps[-1] == ("100", "") and all("about" in left for _, left in steps[:-1])
    assert re.search(r"^took \d+ s; announced at \d+%: \d+ s", terminal, re.M)
    assert "Job stats" not in terminal and "cpython threads" not in terminal
    # An estimate, now that there are earlier runs.
    folder.config["experiments"]["only"]["sizes"] = [10, 20]
    terminal = folder.snakemake("runs").check().terminal
    assert "8 runs, 4 still to do" in terminal
    assert re.search(r"about \d+ s left, judged by earlier runs", terminal)


def test_terminal_has_one_line_that_renews_itself(new_study):
    folder = new_study(only={"question": "How?", "strategies": ["serial"], "sizes": [10]})
    # By `script`, which is of util-linux: Snakemake finds a terminal.
    command = shlex.join([*folder.command, "--configfile", "overlay.yaml", "runs"])
    folder.start("--dry-run").communicate()  # writes the overlay
    ended = subprocess.run(
        ["script", "--quiet", "--return", "--command", f"{command.replace(' runs', '')} -- runs"],
        cwd=folder.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "200"},
        check=True,
    )
    shown = re.findall(
        r"\r\x1b\[K(.*? steps \(\d+%\) done, [^\r]*)\r\x1b\[K", ended.stdout.decode()
    )
    assert any(
        line.endswith(" · only: cpython serial, 10 items, 1 worker, 3 jobs") for line in shown
    )


def test_finished_study_says_that_there_is_nothing_to_do(study):
    terminal = study.snakemake("runs").check().terminal
    assert "Nothing to be done" in terminal
