"""A run's temporary folder: short enough for sockets wherever TMPDIR points, and removed."""

import os
import shutil
import tempfile

import pytest
from measuring import WORKLOADS, links_into, wait_until

from sharing import strategies
from supervisor.folder import LONGEST_PATH, make_folder, remove_folder


@pytest.fixture
def long_temporary_folder(own_temporary_folder, monkeypatch):
    """A temporary folder whose path has 80 bytes; afterwards nothing may be left in it."""
    folder = own_temporary_folder / ("x" * (79 - len(str(own_temporary_folder))))
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    links = links_into(folder)
    yield folder
    assert links_into(folder) == links == []
    assert [path for path in folder.iterdir() if not path.name.endswith(".lock")] == []
    shutil.rmtree(folder)


@pytest.mark.parametrize("interpreter", ["cpython", "pypy"], indirect=True)
@pytest.mark.parametrize(
    ("strategy", "method"),
    [("initializer", "forkserver"), ("manager_list", "fork"), ("from_disk", "spawn")],
)
def test_sockets_fit_into_a_long_temporary_folder(
    strategy, method, interpreter, measurement, long_temporary_folder
):
    run = measurement(strategy=strategy, start_method=method, command=interpreter).run()
    assert (run.row["status"], run.row["reason"]) == ("ok", ""), run.log


@pytest.mark.parametrize("name", ["ray", "dask", "joblib", "mpire"])
def test_a_library_fits_into_a_long_temporary_folder(name, measurement, long_temporary_folder):
    pytest.importorskip(name)
    method = "fork" if strategies.workers_of(name) == "processes" else "own"
    run = measurement(strategy=name, start_method=method).run()
    assert (run.row["status"], run.row["reason"]) == ("ok", ""), run.log


def test_guardian_removes_link_and_folder(measurement, long_temporary_folder):
    one = measurement(workload=WORKLOADS / "endless.py", strategy="manager_list")
    one.start()
    one.said("in a job")
    assert links_into(long_temporary_folder)
    one.program.kill()
    one.finish()
    wait_until(lambda: not one.survivors(), "the guardian to end the run")
    wait_until(lambda: not links_into(long_temporary_folder), "the guardian to remove the link")


def test_files_stay_in_the_folder_that_the_user_chose(long_temporary_folder):
    folder = make_folder()
    assert len(os.fsencode(folder)) <= LONGEST_PATH
    assert folder.resolve().parent == long_temporary_folder.resolve()
    (folder / "data").write_bytes(b"x")
    remove_folder(folder)
    assert not folder.is_symlink()


def test_short_folder_needs_no_link(own_temporary_folder, monkeypatch):
    monkeypatch.setattr("supervisor.folder.LONGEST_PATH", len(str(own_temporary_folder)) + 23)
    folder = make_folder()
    assert folder.parent == own_temporary_folder
    assert not folder.is_symlink()
    remove_folder(folder)
    assert not folder.exists()


def test_name_that_is_taken_is_left_alone(long_temporary_folder, monkeypatch, tmp_path):
    taken = tmp_path / "share-or-copy-taken"
    taken.write_text("somebody's")
    monkeypatch.setattr("supervisor.folder.SHORT", [tmp_path, tmp_path / "missing"])
    long = long_temporary_folder / taken.name
    monkeypatch.setattr(tempfile, "mkdtemp", lambda prefix: long.mkdir() or str(long))
    folder = make_folder()
    assert folder == long
    remove_folder(folder)
    assert taken.read_text() == "somebody's"
    assert not long.exists()


def test_link_of_a_test_beside_that_is_gone_by_now_is_none(tmp_path, monkeypatch):
    link = tmp_path / "share-or-copy-other"
    link.symlink_to(tmp_path / "run")
    monkeypatch.setattr("measuring.SHORT", [tmp_path])
    assert links_into(tmp_path) == [link]

    def gone(path):
        raise FileNotFoundError(path)

    monkeypatch.setattr(type(link), "readlink", gone)
    assert links_into(tmp_path) == []
