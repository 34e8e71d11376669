"""A list of small tuples (int, str, float): an object graph, all of whose fields are read."""


def build(size):
    """Return a list of `size` records, every field an object of its own."""
    return [(number, f"{number:010d}", number / 2) for number in range(size)]


def process(data, job):
    """Walk the records; return the sum of the ints, of the lengths of the names, of the floats.

    The floats add up exactly, in any order and under any interpreter, below 2**27 records.
    """
    numbers = letters = 0
    values = 0.0
    for number, name, value in data:
        numbers += number
        letters += len(name)
        values += value
    return numbers, letters, values


def expected(size, job):
    """Return the three sums in closed form."""
    numbers = size * (size - 1) // 2
    return numbers, 10 * size, numbers / 2
