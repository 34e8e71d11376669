"""Fixtures for all tests: a temporary folder and a machine-wide lock of their own."""

import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from unittest import mock

import pytest
from browser import Browser, find_browser, require_browser
from interpreters_here import ASKED_FOR, interpreter_or_skip, require_python, who_took_part
from libraries import require_libraries
from measuring import Measurement, links_into, processes_with, shared_memory, wait_until_removed
from namespace import Namespace
from study_folder import StudyFolder, copy_project

from supervisor.conditions.quiet import Remembered


def pytest_addoption(parser):
    parser.addoption(
        "--require-libraries",
        action="store_true",
        help="do not start without joblib, MPIRE and all other libraries that strategies use",
    )
    parser.addoption(
        "--require-browser", action="store_true", help="do not start without a Chromium"
    )
    parser.addoption(
        "--require-python", metavar="3.14t", help="do not start without this Python, or pypy"
    )


def pytest_configure(config):
    if hasattr(config, "workerinput"):  # one of several processes, which pytest-xdist starts
        os.environ.pop("PYTHONPATH", None)  # its own modules' folders, no other Python's
    if config.getoption("--require-libraries"):
        require_libraries()
    if config.getoption("--require-browser"):
        require_browser()
    if config.getoption("--require-python"):
        require_python(config.getoption("--require-python"))


def pytest_collection_modifyitems(items):
    """Let files whose tests run whole studies come first.

    Left to the end, one process would be busy with the last of them while all others are done.
    """
    long = {item.path for item in items if {"new_study", "finished_study"} & {*item.fixturenames}}
    items.sort(key=lambda item: item.path not in long)


def pytest_sessionfinish(session):
    """Pass on what one of several processes has found out."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["pythons"] = ASKED_FOR


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    ASKED_FOR.update(getattr(node, "workeroutput", {}).get("pythons", {}))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """Say, next to the last line, with which Pythons the measured program was tried."""
    yield
    terminalreporter.write_line(who_took_part())


@pytest.fixture(scope="session", autouse=True)
def own_temporary_folder():
    """Let a study that is being measured beside the tests neither wait for them nor hold them up.

    The supervisor's lock lies in the temporary folder; a short path, because sockets need one.
    """
    before = os.environ.get("TMPDIR")
    folder = tempfile.mkdtemp(prefix="test-", dir="/tmp")
    os.environ["TMPDIR"] = folder
    tempfile.tempdir = None
    yield Path(folder)
    if before is None:
        del os.environ["TMPDIR"]
    else:
        os.environ["TMPDIR"] = before
    tempfile.tempdir = None
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def own_environment():
    """Undo what a test changes in it: some recipes set PYTHONPATH for the processes they start."""
    with mock.patch.dict(os.environ):
        yield


@pytest.fixture(scope="session")
def pypy():
    """The command of a PyPy that starts, or a skip that says where one was looked for."""
    return interpreter_or_skip("pypy")


@pytest.fixture(scope="session")
def chromium():
    """The path of a Chromium, or a skip."""
    return find_browser() or pytest.skip("there is no Chromium")


@pytest.fixture(scope="session")
def browser(chromium, tmp_path_factory):
    """A Chromium that opens pages, or a skip."""
    started = Browser(chromium, tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


@pytest.fixture
def interpreter(request):
    """The command of the interpreter that a test is parametrised by: cpython or pypy."""
    return sys.executable if request.param == "cpython" else request.getfixturevalue("pypy")


@pytest.fixture(scope="session")
def known_yardstick(own_temporary_folder):
    """A file with a reading that stays recent, so that no run of a test spends time on another."""
    path = own_temporary_folder / "yardstick.json"
    known = Remembered(seconds=[0.05, 0.05], read_at=time.monotonic(), cost_s=3600.0)
    path.write_text(json.dumps(asdict(known)), encoding="utf-8")
    return path


@pytest.fixture
def measurement(tmp_path, own_temporary_folder, known_yardstick):
    """Make a `Measurement`; afterwards nothing of it may be left: processes, memory, folders."""
    made = []
    memory_before = shared_memory()

    def make(**given):
        folder = tmp_path / f"run{len(made)}"
        made.append(Measurement(folder, **{"yardstick": known_yardstick} | given))
        return made[-1]

    yield make
    left = [process for one in made for process in one.survivors()]
    for process in left:
        process.kill()
    assert left == []
    wait_until_removed(memory_before)
    assert list(own_temporary_folder.glob("share-or-copy-*/")) == []
    assert links_into(own_temporary_folder) == []


@pytest.fixture
def namespace():
    """Make a `Namespace` by a mount command, which needs root: else a skip, in CI a failure."""
    made = []

    def make(mount):
        try:
            made.append(Namespace(mount))
            problem = "" if made[-1].works else made[-1].end()
        except FileNotFoundError as error:
            problem = str(error)
        if problem and os.environ.get("CI") and os.getuid() == 0:
            pytest.fail(problem)
        elif problem:
            pytest.skip(f"no mount namespace can be made here: {problem}")
        return made[-1]

    yield make
    for one in made:
        if one.works:
            one.end()


@pytest.fixture(scope="session")
def scripts_with_test_strategies(tmp_path_factory):
    """A copy of scripts/ to whose strategies those of tests/strategies were added."""
    scripts = tmp_path_factory.mktemp("copy") / "scripts"
    copy_project(scripts.parent, ["immortal", "scripts"])
    for path in (Path(__file__).parent / "strategies").glob("*.py"):
        shutil.copy(path, scripts / "sharing" / "strategies")
    return scripts


@pytest.fixture(scope="session")
def finished_study(tmp_path_factory):
    """The folder of a small study with its report; copy it before changing it."""
    folder = StudyFolder.create(tmp_path_factory.mktemp("finished") / "project")
    folder.snakemake("report").check()
    return folder


@pytest.fixture
def study(tmp_path, finished_study):
    """A copy of the finished study, Snakemake's records and all times included."""
    copied = finished_study.copy_to(tmp_path / "project")
    yield copied
    left = processes_with(copied.mark)
    for process in left:
        process.kill()
    assert left == []


@pytest.fixture
def new_study(tmp_path):
    """Make the folder of a study in which nothing has run yet; afterwards no process is left."""
    made = []

    def make(**changes):
        made.append(StudyFolder.create(tmp_path / f"project{len(made)}", **changes))
        return made[-1]

    yield make
    left = [process for one in made for process in processes_with(one.mark)]
    for process in left:
        process.kill()
    assert left == []
