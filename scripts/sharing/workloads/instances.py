"""A list of objects of classes of one's own, half of them with slots; a job ends by a collection.

A worker that lives long collects garbage sooner or later, and the collector writes to every object
that it looks at.
"""

import gc


class Point:
    """A place with a name, its attributes in a dict, as usual."""

    def __init__(self, number):
        self.number = number
        self.name = f"point {number}"
        self.place = [number, number + 1]

    def weight(self, job):
        """Return what counts of this object in a job."""
        return self.number % 10 + self.place[1] - self.place[0] + job


class Compact:
    """The same with slots."""

    __slots__ = ("name", "number", "place")
    __init__ = Point.__init__
    weight = Point.weight


def build(size):
    """Return `size` objects, of both classes in turn."""
    return [(Compact if number % 2 else Point)(number) for number in range(size)]


def process(data, job):
    """Call a method of every object; return the sum of what they answer, and of their names."""
    total = letters = 0
    for one in data:
        total += one.weight(job)
        letters += len(one.name)
    gc.collect()
    return total, letters


def expected(size, job):
    """Return both sums: the last digits, and the lengths of the numbers in the names."""
    whole, rest = divmod(size, 10)
    digits = whole * 45 + rest * (rest - 1) // 2
    letters = 6 * size
    shortest = 0  # numbers of so many digits and more begin with it
    while shortest < size:
        letters += size - shortest
        shortest = shortest * 10 or 10
    return digits + size * (1 + job), letters
