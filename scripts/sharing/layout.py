"""Lets objects lie elsewhere in each block of runs; whoever imports it first, does it.

CPython lays small objects out alike in every process. A loop takes up to a fifth longer where what
it writes, such as a list iterator's position, lies a multiple of 4096 bytes from what it reads
next, such as its bytecode: the processor takes one for the other. So that this does not decide
which strategy is faster, each block has another layout, as in Curtsinger and Berger, *Stabilizer:
statistically sound performance evaluation* (2013).
"""

import os

PAGE = 4096
LEAST_BYTES, UP_TO_BYTES, STEP = 48, 512, 16  # CPython's size classes, but those of plain numbers


def shift_layout(seed):
    """Return objects; while they are kept, later ones lie elsewhere, as follows from the number.

    Without an iterator, whose place the next one would take.
    """
    kept = [None] * PAGE
    at, size = 0, LEAST_BYTES
    while size <= UP_TO_BYTES:
        seed = (1103515245 * seed + 12345) % 2**31  # the generator of C's standard
        count = (seed >> 8) % (PAGE // size + 1)
        while count:
            kept[at] = bytes(size - 33)
            at, count = at + 1, count - 1
        size += STEP
    return kept


_block = os.environ.get("PYTHONHASHSEED", "")
_kept = shift_layout(int(_block)) if _block.isdigit() else None
