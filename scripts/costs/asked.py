"""What a program is asked about, in a user's words: the data, the Python, the numbers.

All of it stands in costs.json, so that page and command ask and refuse alike.
"""

import re
from collections.abc import Callable, Collection, Mapping
from math import isnan, nan

from costs.types import AskedData, AskedNumber, AskedVersion, KnownInterpreter, Words
from wording.mechanisms import newer_than

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
Python = tuple[str, int | None, bool]  # implementation, minor version, whether it has a GIL
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


def versions_asked(
    interpreters: Mapping[str, KnownInterpreter],
    measured: Mapping[str, Collection[str]],
    strategies: Collection[str] = (),
) -> list[AskedVersion]:
    """Return the Pythons that can be asked about, those that were measured first.

    `interpreters` is what the file says of each, by its name, `measured` the workloads of each,
    `strategies` those that may be advised.
    """
    versions = {name: python_of(one) for name, one in interpreters.items()}

    def entry(called: str, name: str | None, version: Python) -> AskedVersion:
        uses = interpreters_used(name, version, versions, measured)
        implementation, minor, _ = version
        if implementation != "CPython" or minor is None:
            return {"called": called, "name": name, "uses": uses, "default": "fork", "too_new": []}
        default = "forkserver" if minor >= FORKSERVER_SINCE else "fork"
        newer = newer_than(strategies, minor)
        return {"called": called, "name": name, "uses": uses, "default": default, "too_new": newer}

    found = [entry(interpreters[name]["called"], name, one) for name, one in versions.items()]
    others: list[Python] = [("CPython", minor, True) for minor in MINORS]
    others += [("CPython", minor, False) for minor in WITHOUT_GIL]
    others += [("PyPy", None, True)]
    called = {one["called"] for one in found}
    pypy = any(implementation == "PyPy" for implementation, _, _ in versions.values())
    for version in others:
        implementation, minor, gil = version
        name = f"{implementation} 3.{minor}{'' if gil else ' without a GIL'}" if minor else "PyPy"
        if name not in called and not (pypy and implementation == "PyPy"):
            found.append(entry(name, None, version))
    return found


def python_of(one: KnownInterpreter) -> Python:
    """Return what counts of an interpreter; None in place of a version that cannot be read."""
    minor = re.match(r"\d+\.(\d+)", one["version"])
    return one["implementation"], int(minor[1]) if minor else None, one["gil"]


def interpreters_used(
    name: str | None,
    version: Python,
    versions: Mapping[str, Python],
    measured: Mapping[str, Collection[str]],
) -> dict[str, str]:
    """Return by workload the interpreter that a version is answered by; `name` is its own, if any.

    What was measured of it is believed; of other data, what was measured of the nearest.
    """
    uses: dict[str, str] = {}
    for workload in sorted({one for own in measured.values() for one in own}):
        having = {other: one for other, one in versions.items() if workload in measured[other]}
        stand_in = name if name in having else nearest_version(version, having)
        if stand_in is not None:
            uses[workload] = stand_in
    return uses


def nearest_version(version: Python, versions: Mapping[str, Python]) -> str | None:
    """Return the name of the CPython measured nearest to a version; None if none is.

    With a GIL as the version has it; one that can make objects immortal first, where the version
    can, and one that cannot where it cannot.
    """
    implementation, minor, gil = version
    if implementation != "CPython" or minor is None:
        return None
    immortal = minor >= IMMORTAL_SINCE
    alike = [
        ((own >= IMMORTAL_SINCE) != immortal, abs(own - minor), name)
        for name, (other, own, with_gil) in versions.items()
        if (other, with_gil) == ("CPython", gil) and own
    ]
    return min(alike, key=lambda one: one[:2])[2] if alike else None


def found_version(text: str, versions: list[AskedVersion]) -> AskedVersion | None:
    """Return the entry of `versions` that a user means, such as ``3.14t`` or PyPy; None if none."""
    wanted = text.strip().lower()
    free = wanted.endswith("t") and wanted[:-1].replace(".", "").isdigit()
    wanted = f"{wanted[:-1]} without a gil" if free else wanted
    for one in versions:
        if wanted in (one["called"].lower(), one["name"]):
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
