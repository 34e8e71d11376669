"""A list of ints, walked from end to end, nothing done with the items."""


def build(size):
    """Return a list of `size` different ints.

    Not ``list(range(size))``: PyPy keeps that as three numbers, whatever its length.
    """
    return [number for number in range(size)]  # noqa: C416


def process(data, job):
    """Walk the data once and return its last item, which only a whole walk can know."""
    item = None
    for item in data:  # noqa: B007
        pass
    return item


def expected(size, job):
    """Return the last item, or None of an empty list."""
    return size - 1 if size else None
