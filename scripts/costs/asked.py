"""What a program is asked about, in a user's words: the data, the Python, the numbers.

All of it stands in costs.json, so that page and command ask and refuse alike.
"""

import re
from collections.abc import Callable, Mapping
from math import isnan, nan

from costs.types import AskedData, AskedNumber, AskedVersion, KnownInterpreter, Words

# How people call their data; the workload that is it, or is nearest to it.
DATA_CALLED: tuple[AskedData, ...] = (
    {"called": "a list of ints", "names": ["ints"], "workload": "scan"},
    {"called": "a list of tuples", "names": ["tuples"], "workload": "records"},
    {"called": "a list of strings", "names": ["strings"], "workload": "records", "near": 1},
    {"called": "a list of small dicts", "names": ["dicts"], "workload": "annotations"},
    {"called": "nested dicts, as parsed JSON", "names": ["json"], "workload": "documents"},
    {"called": "instances of classes", "names": ["objects"], "workload": "instances"},
    {"called": "a dict with strings as keys", "names": ["dict"], "workload": "index"},
    {"called": "a set and a dict of strings", "names": ["set"], "workload": "vocabulary"},
    {"called": "a NumPy array", "names": ["array", "numpy"], "workload": "array2d"},
    {"called": "small records in NumPy arrays", "names": [], "workload": "annotations_numpy"},
    {"called": "a PyTorch tensor", "names": ["torch"], "workload": "array2d", "near": 1},
    {"called": "a pandas frame with Python strings", "names": ["pandas"], "workload": "frame",
     "convert": "a pandas frame in Arrow's memory"},
    {"called": "a pandas frame in Arrow's memory", "names": ["arrow"], "workload": "frame_arrow"},
    {"called": "a polars frame", "names": ["polars"], "workload": "frame_polars"},
)  # fmt: skip
# Name, words, least and most; `whole`: no fraction; `free`: may be empty.
NUMBERS_ASKED: tuple[AskedNumber, ...] = (
    {"name": "items", "words": "the items", "least": 1, "most": 1e12, "whole": 1,
     "range": "1 to 10^12"},
    {"name": "jobs", "words": "the jobs", "least": 1, "most": 1e9, "whole": 1,
     "range": "1 to 10^9"},
    {"name": "job_s", "words": "how long a job takes", "least": 0, "most": 1e7,
     "range": "0 to 10^7 seconds"},
    {"name": "workers", "words": "the workers", "least": 1, "most": 4096, "whole": 1,
     "range": "1 to 4096"},
    {"name": "cpus", "words": "the CPUs", "least": 1, "most": 4096, "range": "1 to 4096"},
    {"name": "memory_gib", "words": "the memory", "least": 1e-3, "most": 1e6, "free": 1,
     "range": "0.001 to 10^6 GiB"},
    {"name": "percent", "words": "how much a job reads", "least": 1e-6, "most": 100,
     "range": "0.000001 to 100 %"},
    {"name": "count", "words": "how many items a job reads", "least": 1, "most": 1e12, "whole": 1,
     "range": "1 to 10^12"},
)  # fmt: skip
IMMORTAL_SINCE = 12  # CPython's minor version
MINORS = range(9, 16)
WITHOUT_GIL = range(13, 16)
FORKSERVER_SINCE = 14  # the minor version of CPython of which that is Linux's default
# Where a worker's start method is the one to ask about.
START_METHODS = {"fork": "Linux", "spawn": "macOS, Windows", "forkserver": "Linux, macOS"}


def data_asked(workloads: set[str], sentences: Callable[[str], str]) -> list[AskedData]:
    """Return the kinds of data that can be asked about: those that were measured, or are near.

    `workloads` are those measured, without how much is read; a user's own is called by its name.
    """
    found = [one.copy() for one in DATA_CALLED if one["workload"] in workloads]
    called = {one["called"] for one in found}
    for one in found:
        if one.get("convert") not in called:
            one.pop("convert", None)
    named = {one["workload"] for one in found}
    found += [
        {"called": name, "names": [], "workload": name, "near": 0}
        for name in sorted(workloads - named)
    ]
    return [
        {**one, "near": one.get("near", 0), "sentence": sentences(one["workload"])} for one in found
    ]


def versions_asked(interpreters: Mapping[str, KnownInterpreter]) -> list[AskedVersion]:
    """Return the Pythons that can be asked about, each with the interpreter that stands for it.

    `interpreters` is what the file says of each, by its name. `uses` is None where none measured is
    of its kind, `near` is 1 where it is of another version.
    """
    found: list[AskedVersion] = [
        asked_version(one["called"], name, 0) for name, one in interpreters.items()
    ]
    called = {one["called"] for one in found}
    others = [("CPython", minor, True) for minor in MINORS]
    others += [("CPython", minor, False) for minor in WITHOUT_GIL]
    for implementation, minor, gil in others:
        name = f"{implementation} 3.{minor}{'' if gil else ' without a GIL'}"
        if name not in called:
            uses = nearest_version(minor, gil, interpreters)
            found.append(asked_version(name, uses, 1))
    if not any(one["implementation"] == "PyPy" for one in interpreters.values()):
        found.append(asked_version("PyPy", None, 1))
    return found


def asked_version(called: str, uses: str | None, near: int) -> AskedVersion:
    """Return the entry of a Python; `called` begins with its name and version."""
    minor = re.match(r"CPython 3\.(\d+)", called)
    forkserver = minor is not None and int(minor[1]) >= FORKSERVER_SINCE
    default = "forkserver" if forkserver else "fork"
    return {"called": called, "uses": uses, "near": near, "default": default}


def nearest_version(
    minor: int, gil: bool, interpreters: Mapping[str, KnownInterpreter]
) -> str | None:
    """Return the name of the CPython measured nearest to a version; None if none is.

    With a GIL as the version has it; one that can make objects immortal first, where the version
    can, and none that can where the version cannot: that would be its advice. A version that cannot
    be read is none.
    """
    alike = [
        (int(found[1]), name)
        for name, one in interpreters.items()
        if one["implementation"] == "CPython" and one["gil"] == gil
        and (found := re.match(r"\d+\.(\d+)", one["version"]))
        and (minor >= IMMORTAL_SINCE or int(found[1]) < IMMORTAL_SINCE)
    ]  # fmt: skip

    def distance(pair: tuple[int, str]) -> tuple[bool, int]:
        return (pair[0] >= IMMORTAL_SINCE) != (minor >= IMMORTAL_SINCE), abs(pair[0] - minor)

    return min(alike, key=distance)[1] if alike else None


def found_version(text: str, versions: list[AskedVersion]) -> AskedVersion | None:
    """Return the entry of `versions` that a user means, such as ``3.14t`` or PyPy; None if none."""
    wanted = text.strip().lower()
    free = wanted.endswith("t") and wanted[:-1].replace(".", "").isdigit()
    wanted = f"{wanted[:-1]} without a gil" if free else wanted
    for one in versions:
        if wanted in (one["called"].lower(), one["uses"]) and (
            not one["near"] or wanted == one["called"].lower()
        ):
            return one
    return next(
        (one for one in versions if one["called"].lower().removeprefix("cpython ") == wanted),
        next((one for one in versions if one["called"].lower().startswith(wanted)), None),
    )


def found_data(text: str, data: list[AskedData]) -> AskedData | None:
    """Return the entry of `data` that a user means; None if none."""
    wanted = text.strip().lower()
    for one in data:
        if wanted in (one["called"].lower(), *one["names"]):
            return one
    return next((one for one in data if wanted == one["workload"] and not one["near"]), None)


def mistake_typed(field: AskedNumber, text: object, words: Words) -> str | None:
    """Return the sentence on what is wrong with a number that was typed; None if nothing is.

    `field` is one of `NUMBERS_ASKED`, `words` the patterns of the file.
    """
    text = str(text).strip()
    if not text:
        return None if field.get("free") else words["empty"].format(**field)
    try:
        value = float(text.replace("_", ""))
    except ValueError:
        value = nan
    if isnan(value):
        return words["no number"].format(**field, text=text)
    if not field["least"] <= value <= field["most"]:
        return words["out of range"].format(**field, text=text)
    if field.get("whole") and value != int(value):
        return words["no whole number"].format(**field, text=text)
    return None
