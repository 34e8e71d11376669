"""Flat numbers: the only data that an array or a block of shared memory can hold.

For every strategy that packs the data into 64-bit numbers::

    typecode = typecode_of(data)  # before the clock starts: a program knows what its data is
    with phase("publish"):
        shared = context.RawArray(typecode, data)
"""

from array import array

from sharing.strategies import Unsupported

SMALLEST, LARGEST = -(2**63), 2**63 - 1


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
