"""An ``array('d')``, summed: by NumPy where this interpreter has it, else by a loop over its items.

The data is the same everywhere, and so is the answer: whole numbers, whose sum no order of adding
changes. The time is not: an interpreter with NumPy reads the memory as it is, one without makes an
object of every item. What is no block of memory (a locked array, a manager's list) is looped over
in any case.
"""

from array import array

try:
    import numpy
except ImportError:
    numpy = None

PERIOD = 1000


def build(size):
    """Return an array of `size` doubles: 0 to 999, over and over."""
    return array("d", range(PERIOD)) * (size // PERIOD) + array("d", range(size % PERIOD))


def process(data, job):
    """Return the sum as an int."""
    if numpy is None or not is_memory(data):
        return int(sum(data))
    return int(numpy.asarray(memoryview(data)).sum())


def is_memory(data):
    """Return whether the data can be read without a call for every item."""
    try:
        memoryview(data)
    except TypeError:
        return False
    return True


def expected(size, job):
    """Return the sum of the whole periods and of the last one."""
    whole, rest = divmod(size, PERIOD)
    return whole * PERIOD * (PERIOD - 1) // 2 + rest * (rest - 1) // 2
