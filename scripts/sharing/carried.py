"""What data a strategy can carry: asked once the data is there, before the clock starts.

A pasted program needs no such question, since its author knows the data.
"""

import sys
from array import array

from sharing.strategies import Unsupported

SMALLEST, LARGEST = -(2**63), 2**63 - 1


def numbers(data):
    """Refuse what `array` cannot hold exactly as 64-bit ints, or as floats.

    No conversion would do instead: ``array("q", …)`` takes bytes for machine words and a dict for
    its keys, and ``array("d", …)`` turns ints into floats.
    """
    if type(data) not in (list, tuple, array):
        raise Unsupported(f"flat numbers only: the data is a {type(data).__name__}")
    types = set(map(type, data))
    if not types:
        raise Unsupported("flat numbers only: there are no items")
    if types != {float} and types - {int}:
        found = ", ".join(sorted(one.__name__ for one in types))
        raise Unsupported(f"flat numbers only: the items are {found}")
    if types == {int} and (min(data) < SMALLEST or max(data) > LARGEST):
        raise Unsupported("flat numbers only: there are ints of more than 64 bits")


def numpy_array(data):
    """Refuse what is no NumPy array, or is one of Python objects."""
    numpy = sys.modules.get("numpy")
    if numpy is None or type(data) is not numpy.ndarray:
        raise Unsupported(f"NumPy arrays only: the data is a {type(data).__name__}")
    if data.dtype.hasobject:
        raise Unsupported("NumPy arrays only: this one is of Python objects")
    if not data.size:
        raise Unsupported("NumPy arrays only: this one is empty")


def frame(data):
    """Refuse what is no pandas frame."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(data, pandas.DataFrame):
        raise Unsupported(f"pandas frames only: the data is a {type(data).__name__}")


def plain_list(data):
    """Refuse what is no list or tuple."""
    if not isinstance(data, (list, tuple)):
        raise Unsupported(f"lists only: the data is a {type(data).__name__}")


def numbers_or_list(data):
    """Refuse what no list can be made of without loss."""
    if not isinstance(data, array):
        plain_list(data)


def text_dict(data):
    """Refuse what is no dict, or has keys that are not text."""
    if type(data) is not dict:  # a defaultdict, say, answers otherwise
        raise Unsupported(f"dicts only: the data is a {type(data).__name__}")
    if set(map(type, data)) - {str}:
        raise Unsupported("dicts only: there are keys that are not text")


def no_numpy(data):
    """Refuse all data of a program that has imported NumPy: no subinterpreter can."""
    if "numpy" in sys.modules:
        raise Unsupported("NumPy cannot be imported in a subinterpreter")


def numbers_no_numpy(data):
    """Refuse what either of the two refuses."""
    no_numpy(data)
    numbers(data)


# What ``CARRIES`` may say in a strategy. Without that it carries any data.
REFUSALS = {
    "numbers": numbers,
    "a NumPy array": numpy_array,
    "a pandas frame": frame,
    "a list": plain_list,
    "a list or array": numbers_or_list,
    "a dict of text": text_dict,
    "no NumPy": no_numpy,
    "numbers, no NumPy": numbers_no_numpy,
}
