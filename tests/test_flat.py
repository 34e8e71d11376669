"""What flat numbers can carry, and that all else is refused with a reason."""

from array import array

import pytest

from sharing.flat import layout_of, typecode_of
from sharing.strategies import Unsupported

CARRIED = [
    ([], "q"),
    ([1, -(2**63), 2**63 - 1], "q"),
    ((1, 2), "q"),
    (array("B", [0, 255]), "q"),
    ([0.5, float("inf")], "d"),
    (array("d", [0.5]), "d"),
    (array("f", [0.1]), "d"),
    (array("d"), "d"),
    (array("i"), "q"),
]
REFUSED = [
    (b"12345678", "the data is a bytes"),
    ("12", "the data is a str"),
    ({1: 2}, "the data is a dict"),
    (range(3), "the data is a range"),
    (None, "the data is a NoneType"),
    ([(1, "a", 0.5)], "the items are tuple"),
    ([1, 0.5], "the items are float, int"),
    ([True, 1], "the items are bool, int"),
    (["a"], "the items are str"),
    ([2**63], "there are ints of more than 64 bits"),
    ([-(2**63) - 1], "there are ints of more than 64 bits"),
    (array("Q", [2**64 - 1]), "there are ints of more than 64 bits"),
]


@pytest.mark.parametrize(("data", "typecode"), CARRIED, ids=repr)
def test_numbers_of_64_bits_lie_flat(data, typecode):
    assert typecode_of(data) == typecode
    assert list(map(repr, array(typecode, data))) == list(map(repr, data))


@pytest.mark.parametrize(("data", "reason"), REFUSED, ids=repr)
def test_anything_else_is_unsupported(data, reason):
    with pytest.raises(Unsupported) as refusal:
        typecode_of(data)
    assert str(refusal.value) == f"flat numbers only: {reason}"


@pytest.mark.parametrize(
    "make",
    [
        lambda numpy: numpy.arange(12.0).reshape(3, 4),
        lambda numpy: numpy.asfortranarray(numpy.arange(12).reshape(3, 4)),
        lambda numpy: numpy.arange(12)[::3],
        lambda numpy: numpy.array([True, False]),
        lambda numpy: numpy.array(3.5),
        lambda numpy: numpy.zeros((0, 3)),
        lambda numpy: numpy.array(["2026-11-26"], "datetime64[D]"),
        lambda numpy: numpy.array([(1, 2.5)], [("one", "i4"), ("two", "f8")]),
        lambda numpy: numpy.array(["text"]),
    ],
)
def test_array_comes_back_as_one(make):
    numpy = pytest.importorskip("numpy")
    data = make(numpy)
    layout = layout_of(data)
    memory = bytearray(max(layout.size, 1))
    memory[: layout.size] = layout.flattened(data)
    back = layout.of(memoryview(memory)[: layout.size])
    assert (back.shape, back.dtype) == (data.shape, data.dtype)
    assert (back == data).all()


def test_array_of_objects_is_unsupported():
    numpy = pytest.importorskip("numpy")
    with pytest.raises(Unsupported, match="the array is one of Python objects"):
        layout_of(numpy.array([{}]))


def test_numbers_come_back():
    layout = layout_of([3, 1, 2])
    assert list(layout.of(layout.flattened([3, 1, 2]))) == [3, 1, 2]
