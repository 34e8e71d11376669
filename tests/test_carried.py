"""What a strategy can carry, and that all else is refused with a reason."""

import sys
from array import array
from collections import OrderedDict, defaultdict

import pytest

from sharing.carried import REFUSALS
from sharing.strategies import Unsupported

NUMBERS = [
    [1, -(2**63), 2**63 - 1],
    (1, 2),
    array("B", [0, 255]),
    [0.5, float("inf")],
    array("d", [0.5]),
    array("f", [0.1]),
]
REFUSED = [
    ("numbers", b"12345678", "the data is a bytes"),
    ("numbers", "12", "the data is a str"),
    ("numbers", {1: 2}, "the data is a dict"),
    ("numbers", range(3), "the data is a range"),
    ("numbers", None, "the data is a NoneType"),
    ("numbers", [], "there are no items"),
    ("numbers", [(1, "a", 0.5)], "the items are tuple"),
    ("numbers", [1, 0.5], "the items are float, int"),
    ("numbers", [True, 1], "the items are bool, int"),
    ("numbers", ["a"], "the items are str"),
    ("numbers", [2**63], "there are ints of more than 64 bits"),
    ("numbers", [-(2**63) - 1], "there are ints of more than 64 bits"),
    ("numbers", array("Q", [2**64 - 1]), "there are ints of more than 64 bits"),
    ("a list", {}, "the data is a dict"),
    ("a list or array", {}, "the data is a dict"),
    ("a dict of text", [1], "the data is a list"),
    ("a dict of text", {1: 2}, "there are keys that are not text"),
    ("a dict of text", defaultdict(int), "the data is a defaultdict"),
    ("a dict of text", OrderedDict(), "the data is a OrderedDict"),
    ("a NumPy array", [1], "the data is a list"),
    ("a pandas frame", [1], "the data is a list"),
]


@pytest.mark.parametrize("data", NUMBERS, ids=repr)
def test_numbers_of_64_bits_lie_flat(data):
    REFUSALS["numbers"](data)
    flat = array("d" if type(data[0]) is float else "q", data)  # as in the recipes
    assert list(map(repr, flat)) == list(map(repr, data))


@pytest.mark.parametrize(("kind", "data", "reason"), REFUSED, ids=repr)
def test_anything_else_is_unsupported(kind, data, reason):
    with pytest.raises(Unsupported, match=f" only: {reason}"):
        REFUSALS[kind](data)


def test_what_is_meant_is_carried():
    REFUSALS["a list"]([1])
    REFUSALS["a list or array"](array("q"))
    REFUSALS["a dict of text"]({"a": 1})


def test_arrays_of_numbers_and_frames_alone():
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    REFUSALS["a NumPy array"](numpy.arange(3))
    REFUSALS["a pandas frame"](pandas.DataFrame({"a": [1]}))
    for data, reason in ((numpy.array([{}]), "Python objects"), (numpy.zeros(0), "empty")):
        with pytest.raises(Unsupported, match=reason):
            REFUSALS["a NumPy array"](data)


def test_subinterpreters_get_flat_numbers_of_a_program_without_numpy(monkeypatch):
    refuse = REFUSALS["numbers, no NumPy"]
    monkeypatch.delitem(sys.modules, "numpy", raising=False)
    refuse([1, 2])
    with pytest.raises(Unsupported, match="flat numbers only: the items are str"):
        refuse(["a"])
    monkeypatch.setitem(sys.modules, "numpy", object())
    with pytest.raises(Unsupported, match="NumPy cannot be imported in a subinterpreter"):
        refuse([1, 2])
