"""The annotations in one NumPy array of records; a job makes a batch of those that it reads.

What a field is in the dicts of `annotations` is a field of fixed width here, text as bytes.
"""

from sharing.strategies import library
from sharing.workloads import annotations

numpy = library("numpy")
FIELDS = [
    ("image", "S21"),
    ("number", "i8"),
    ("class", "i2"),
    ("title", "S32"),
    ("box", "f8", (4,)),
]


def build(size):
    """Return an array of `size` records; no list of all dicts is made for it."""
    data = numpy.empty(size, FIELDS)
    for number in range(size):
        one = annotations.annotation(number)
        data[number] = tuple(one[name] for name in data.dtype.names)
    return data


def process(data, job):
    """Read all annotations; return what `process_items` does."""
    return process_items(data, range(len(data)))


def process_items(data, positions):
    """Collect the annotations at `positions`; return how many, and sums of what they hold."""
    batch = data[numpy.fromiter(positions, "i8")]
    boxes = batch["box"].copy()
    boxes[:, 2:] += boxes[:, :2]
    letters = sum(numpy.char.str_len(batch[name]).sum() for name in ("image", "title"))
    return len(batch), int(letters), float(boxes.sum() + batch["number"].sum())


def expected(size, job):
    """Return the sums, as `annotations` does."""
    return annotations.expected(size, job)


def expected_items(size, positions):
    """Return the sums, as `annotations` does."""
    return annotations.expected_items(size, positions)
