"""Flat numbers: the only data that an array or a block of shared memory can hold.

For every strategy that lays the data out as numbers without objects::

    layout = layout_of(data)  # before the clock starts: a program knows what its data is
    with phase("publish"):
        memory[: layout.size] = layout.flattened(data)
    …
    layout.of(memory)  # in a worker: the data again, without a copy
"""

import sys
from array import array
from typing import NamedTuple

from sharing.strategies import Unsupported

SMALLEST, LARGEST = -(2**63), 2**63 - 1


class Numbers(NamedTuple):
    """Numbers in a row: a list, tuple or `array` of them, 64 bits each."""

    typecode: str
    length: int

    @property
    def size(self):
        """Return how many bytes they take."""
        return 8 * self.length

    def flattened(self, data):
        """Return the bytes of `data`."""
        return memoryview(array(self.typecode, data)).cast("B")

    def of(self, memory):
        """Return the numbers in a `memoryview` of bytes."""
        return memory.cast(self.typecode)


class Axes(NamedTuple):
    """A NumPy array of numbers: of any shape, and of any type that is none of objects."""

    shape: tuple
    dtype: object

    @property
    def size(self):
        """Return how many bytes they take."""
        size = self.dtype.itemsize
        for length in self.shape:
            size *= length
        return size

    def flattened(self, data):
        """Return the bytes of `data`."""
        return memoryview(data.ravel().view("u1"))  # row by row, whatever its layout

    def of(self, memory):
        """Return an array over a `memoryview` of bytes."""
        import numpy  # a worker may not have done so yet

        return numpy.ndarray(self.shape, self.dtype, memory)


def layout_of(data):
    """Return how `data` is laid out, `Numbers` or `Axes`; raises `Unsupported` for all else."""
    numpy = sys.modules.get("numpy")
    if numpy is None or type(data) is not numpy.ndarray:
        return Numbers(typecode_of(data), len(data))
    if data.dtype.hasobject:
        raise Unsupported("flat numbers only: the array is one of Python objects")
    return Axes(data.shape, data.dtype)


def typecode_of(data):
    """Return the `array` typecode that holds every item of `data` exactly.

    ``"q"`` for a list, tuple or array of ints (an empty list too), ``"d"`` for one of floats.
    Raises `Unsupported` for all else. No conversion would do instead: ``array("q", …)`` takes bytes
    for machine words and a dict for its keys, and ``array("d", …)`` turns ints into floats.
    """
    if type(data) not in (list, tuple, array):
        raise Unsupported(f"flat numbers only: the data is a {type(data).__name__}")
    types = set(map(type, data))
    if types == {float} or (not types and isinstance(data, array) and data.typecode in "fd"):
        return "d"
    if types - {int}:
        found = ", ".join(sorted(one.__name__ for one in types))
        raise Unsupported(f"flat numbers only: the items are {found}")
    if types and (min(data) < SMALLEST or max(data) > LARGEST):
        raise Unsupported("flat numbers only: there are ints of more than 64 bits")
    return "q"
