"""A study in one file: without private names, merged like a folder; what is hostile is refused."""

import gzip
import io
import json
import tarfile
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest
import yaml
from test_compare import ROWS, rows_of, written

from report import contribute_study
from report.contribute_study import anonymous
from stats import merge_studies
from tables import contributed
from tables.contributed import COLUMNS_OF, MANIFEST, PACKED, Refused, contents_of, pack, unpack
from tables.read_tables import read_table_of

EXPERIMENT = {"question": "Which?", "workload": "scan", "strategies": ["serial"]}
EXPERIMENT |= {"sizes": [1000], "jobs": [10], "figures": []}
ASKED = {"study": "s", "seed": 1, "experiments": {"matrix": EXPERIMENT}}


def whole(folder, times=ROWS, **values):
    """Write all files of a finished study, with all columns, and return its folder."""
    written(folder, rows_of(times, **values))
    for name, columns in COLUMNS_OF.items():
        path = folder / f"{name}.csv"
        table = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=columns)
        table = table.assign(
            position=range(len(table)), workload=values.get("workload", "scan")
        ).reindex(columns=columns)
        table.to_csv(path, index=False)
    (folder / "study.yaml").write_text(yaml.safe_dump(ASKED | {"study": folder.name}))
    (folder / "costs.json").write_text("{}")
    (folder / "report.md").write_text("# A report\n")
    return folder


@pytest.fixture
def study(tmp_path):
    return whole(tmp_path / "one")


def packed(study):
    """Return {name: bytes} of what a study's contribution holds, without the manifest."""
    return {name: (study / name).read_bytes() for name in PACKED}


def contribution(study, folder):
    assert contribute_study.main([str(study), str(folder)]) == 0
    (path,) = folder.glob(f"{study.name}-*.tar.gz")
    return path


def test_contribution_is_merged_like_the_folder(study, tmp_path, capsys):
    path = contribution(study, tmp_path / "contributed")
    assert sha256(path.read_bytes()).hexdigest() in capsys.readouterr().out
    results = []
    for number, one in enumerate((study, path)):
        output = tmp_path / f"merged{number}"
        other = whole(tmp_path / f"other{number}", {name: 2 * s for name, s in ROWS.items()})
        arguments = [str(one), str(other), "--labels", "a", "b", "--output", str(output)]
        assert merge_studies.main(arguments) == 0
        results.append({file.name: file.read_bytes() for file in output.iterdir()})
    assert results[0] == results[1]
    assert len(read_table_of(tmp_path / "merged1", "runs")) == 2 * len(read_table_of(study, "runs"))


def test_equal_studies_are_packed_into_equal_bytes(study):
    assert pack(packed(study)) == pack(packed(study))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("failed in /home/lee/work/x.py, line 3", "failed in x.py, line 3"),
        (
            "/opt/my python/bin/python3,ok",
            "my python3,ok".replace("my python3", "my python/bin/python3"),
        ),
        ("on lees-laptop.local by lee", "on host.local by user"),
        ("sleepy lees stay", "sleepy lees stay"),
        ("[x](https://example.org/a/b) 3/4 </details> figures/a.svg", None),
        ("/dev/shm is too small; /proc/self/maps", None),
    ],
)
def test_private_names_and_paths_are_taken_out(text, left):
    names = {"lees-laptop": "host", "lee": "user"}
    assert anonymous(text, names) == (text if left is None else left)


def test_names_of_this_machine_are_in_no_file(study, tmp_path, monkeypatch):
    monkeypatch.setattr("platform.node", lambda: "lees-laptop.example.org")
    monkeypatch.setenv("LOGNAME", "leelee")
    monkeypatch.setenv("HOME", "/home/leelee")
    runs = pd.read_csv(study / "runs.csv").astype(
        dict.fromkeys(["command", "node", "reason"], object)
    )
    runs = runs.assign(command="/home/leelee/my python/bin/python3", node="lees-laptop")
    runs.loc[0, "reason"] = "OSError: /mnt/secret/leelee/x on lees-laptop.example.org"
    runs.to_csv(study / "runs.csv", index=False)
    (study / "report.md").write_text("leelee ran it on lees-laptop in /home/leelee/study\n")
    found = contents_of(contribution(study, tmp_path / "contributed"))
    for content in found.values():
        for word in (b"lee", b"/home", b"/mnt", b"secret"):
            assert word not in content
    assert b"reason" in found["runs.csv"] and b"global" in found["runs.csv"]


def test_user_called_like_a_strategy_changes_no_table(study, monkeypatch):
    monkeypatch.setenv("LOGNAME", "global")
    assert "global" not in contribute_study.private_names(read_table_of(study, "runs"))


def test_program_of_a_user_is_not_packed(tmp_path):
    study = whole(tmp_path / "mine", workload="my_workload.py")
    said = contribute_study.main([str(study), str(tmp_path / "contributed")])
    assert said.startswith("not packed: my_workload.py is a program of yours")
    assert not (tmp_path / "contributed").exists()


def test_unfinished_study_is_not_packed(study, tmp_path):
    (study / "report.md").unlink()
    said = contribute_study.main([str(study), str(tmp_path / "contributed")])
    assert said.endswith("is no study that has ended: there is no report.md")


def tar_of(members):
    """Return a gzipped tar of (TarInfo, bytes)."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for member, content in members:
            if member.isreg():
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(stream.getvalue())


def member(name, kind=tarfile.REGTYPE, link=""):
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, link
    return found


def with_member(name, kind=tarfile.REGTYPE, link=""):
    """Return a change: the member comes first, before all that belongs there."""

    def change(contents):
        sums = {one: sha256(content).hexdigest() for one, content in contents.items()}
        manifest = json.dumps({"format": 1, "sha256": sums}).encode()
        rest = [(member(one), content) for one, content in contents.items() if one != name]
        return tar_of([(member(name, kind, link), b"x"), (member(MANIFEST), manifest), *rest])

    return change


def edited(name, old, new):
    """Return a change of a file, packed with its right checksum."""

    def change(contents):
        text = contents[name].decode()
        assert old in text
        return pack(contents | {name: text.replace(old, new, 1).encode()})

    return change


def replaced(name, text):
    return lambda contents: pack(contents | {name: text.encode()})


def manifest_of(contents, **changes):
    sums = {name: sha256(content).hexdigest() for name, content in contents.items()}
    return json.dumps({"format": 1, "sha256": sums} | changes).encode()


def with_manifest(**changes):
    return lambda contents: tar_of(
        [(member(MANIFEST), manifest_of(contents, **changes))]
        + [(member(name), content) for name, content in contents.items()]
    )


def without(left_out):
    return lambda contents: tar_of(
        [(member(MANIFEST), manifest_of(contents))]
        + [(member(name), one) for name, one in contents.items() if name != left_out]
    )


def sparse(contents):
    """A file of no bytes that says it is 8 TiB of zeros."""
    found = member("runs.csv")
    found.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
    found.pax_headers |= {"GNU.sparse.name": "runs.csv", "GNU.sparse.realsize": str(2**43)}
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        block = b"1\n0\n0\n".ljust(512, b"\0")
        found.size = len(block)
        archive.addfile(found, io.BytesIO(block))
    return gzip.compress(stream.getvalue())


def many(contents):
    return tar_of([(member("runs.csv"), b"")] * 50_000)


def large(contents):
    return gzip.compress(bytes(contributed.MOST_PACKED + 1), compresslevel=1)


def laughing():
    """A study.yaml of a few lines that stands for billions of items."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines)


HOSTILE = {
    "climbs out": (with_member("../../evil.csv"), "'../../evil.csv' has no place"),
    "absolute": (with_member("/tmp/evil.csv"), "'/tmp/evil.csv' has no place"),
    "steers the terminal": (with_member("\x1b[31m\n"), r"'\x1b[31m\n' has no place"),
    "symbolic link": (
        with_member("runs.csv", tarfile.SYMTYPE, "/etc/passwd"), "runs.csv is no ordinary file",
    ),
    "hard link": (
        with_member("runs.csv", tarfile.LNKTYPE, "../x"), "runs.csv is no ordinary file",
    ),
    "device": (with_member("runs.csv", tarfile.CHRTYPE), "runs.csv is no ordinary file"),
    "pipe": (with_member("jobs.csv", tarfile.FIFOTYPE), "jobs.csv is no ordinary file"),
    "folder": (with_member("runs.csv", tarfile.DIRTYPE), "runs.csv is no ordinary file"),
    "sparse": (sparse, "runs.csv is no ordinary file"),
    "bomb by size": (large, "it holds more than 128 MiB"),
    "bomb by count": (many, "runs.csv is in it twice"),
    "no gzip": (lambda contents: b"hello", "it is no .tar.gz file, or is damaged"),
    "cut off": (lambda contents: pack(contents)[:-900], "it is no .tar.gz file, or is damaged"),
    "no tar": (lambda contents: gzip.compress(b"x" * 5000), "it is no .tar.gz file"),
    "nothing in it": (lambda contents: tar_of([]), f"it is no contribution: {MANIFEST} is missing"),
    "one is missing": (without("jobs.csv"), "jobs.csv is missing"),
    "wrong checksum": (
        with_manifest(sha256=dict.fromkeys(PACKED, "0")), "runs.csv is not what was packed",
    ),
    "later format": (with_manifest(format=2), "it has the format 2, and this version reads 1"),
    "odd format": (with_manifest(format=[[]]), "it has the format [[]]"),
    "no sums": (with_manifest(sha256=7), f"{MANIFEST} does not say what is in it"),
    "another column": (edited("runs.csv", "total_s", "evil"), "runs.csv: the column 'evil' has no"),
    "a column twice": (edited("jobs.csv", "worker,", "job,"), "jobs.csv: the column 'job' has no"),
    "no table": (replaced("runs.csv", ""), "runs.csv: the column 'experiment' is missing"),
    "no UTF-8": (
        lambda contents: pack(contents | {"runs.csv": b"\xff\xfe"}), "runs.csv is no CSV file",
    ),
    "text for a number": (edited("runs.csv", ",4.0,", ",evil,"), "the column total_s holds"),
    "infinite": (edited("runs.csv", ",4.0,", ",inf,"), "the column total_s holds something else"),
    "negative": (edited("runs.csv", ",4.0,", ",-4.0,"), "the column total_s holds something else"),
    "another status": (edited("runs.csv", ",ok,", ",fine,"), "the column status holds"),
    "no interpreter": (edited("jobs.csv", "cpython", ""), "jobs.csv has a row that does not say"),
    "long row": (edited("jobs.csv", "\n", "\n1,1,"), "jobs.csv"),
    "no run": (
        replaced("runs.csv", ",".join(COLUMNS_OF["runs"]) + "\n"), "runs.csv has no run",
    ),
    "aliases": (replaced("study.yaml", laughing()), "study.yaml has an alias"),
    "deep": (replaced("study.yaml", "[" * 100_000), "study.yaml is nested too deeply"),
    "an object": (
        replaced("study.yaml", "!!python/object/apply:os.system [touch evil]"), "study.yaml does",
    ),
    "a list": (replaced("study.yaml", "- 1"), "study.yaml does not say what"),
    "a path as a name": (edited("study.yaml", "matrix", "../../evil"), "study.yaml does not say"),
    "no question": (edited("study.yaml", "question", "evil"), "study.yaml does not say what"),
    "too long": (replaced("study.yaml", "#" * 2**21), "study.yaml is too long"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_in_a_sentence_and_nothing_is_written(name, study, tmp_path):
    change, sentence = HOSTILE[name]
    path = tmp_path / "contributed" / "evil.tar.gz"
    path.parent.mkdir()
    path.write_bytes(change(packed(study)))
    before = sorted(tmp_path.rglob("*"))
    said = merge_studies.main([str(study), str(path), "--output", str(tmp_path / "merged")])
    assert said.startswith(f"{path}: ") and sentence in said
    assert "\n" not in said and said.isprintable()
    assert sorted(tmp_path.rglob("*")) == before


def test_missing_file_is_named(study, tmp_path):
    said = merge_studies.main([str(tmp_path / "no"), "--output", str(tmp_path / "merged")])
    assert said.endswith("no: there is no such file")


def test_no_damaged_byte_goes_unnoticed(study, tmp_path):
    """Each byte of the tar that is not filled up: refused, or it means the same."""
    good, path = gzip.decompress(pack(packed(study))), tmp_path / "damaged.tar.gz"
    for place in np.random.default_rng(1).integers(0, len(good), 40):
        path.write_bytes(
            gzip.compress(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :], 1)
        )
        folder = tmp_path / str(place)
        folder.mkdir(exist_ok=True)
        try:
            unpack(path, folder)
        except Refused:
            assert list(folder.iterdir()) == []
            continue
        for name in contributed.READ:
            assert (folder / name).read_bytes() == (study / name).read_bytes()
