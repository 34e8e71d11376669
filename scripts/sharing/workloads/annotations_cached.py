"""The annotations; a job makes small lists of the texts that it reads and keeps them, as caches do.

A worker that keeps so many objects collects garbage by itself: CPython in full when a quarter as
many have been added as it knows, those that it inherited among them.
"""

from sharing.workloads import annotations

build = annotations.build
CACHE = {}  # of this process: what was made of the annotation at a position


def process(data, job):
    """Read all annotations; return what `process_items` does."""
    return process_items(data, range(len(data)))


def process_items(data, positions):
    """Make lists of the words at `positions`; return how many words, and their lengths together."""
    words = letters = 0
    for position in positions:
        found = CACHE.get(position)
        if found is None:
            title = data[position]["title"]
            found = CACHE[position] = [[word, len(word)] for word in title.split()]
        words += len(found)
        letters += sum(length for _, length in found)
    return words, letters


def expected(size, job):
    """Return both for all annotations."""
    return expected_items(size, range(size))


def expected_items(size, positions):
    """Return both, computed from the positions."""
    letters = 0
    for position in positions:
        letters += len("objectofclass") + len(str(position))
        letters += len(str(position % annotations.CLASSES))
    return 5 * len(positions), letters
