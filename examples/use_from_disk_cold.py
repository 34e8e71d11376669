"""From disk, cold: as from_disk, but the kernel forgets the file before every job reads it.

For seeing what jobs cost whose files no longer lie in memory; any start method, on Linux.
"""

import multiprocessing
import os
import pickle
import tempfile
from functools import partial
from pathlib import Path


def build():
    return list(range(1, 1001))


def save(data, file):
    pickle.dump(data, file, pickle.HIGHEST_PROTOCOL)
    file.flush()
    os.fsync(file.fileno())  # what is not yet written cannot be forgotten


def count_multiples(path, divisor):
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return sum(number % divisor == 0 for number in pickle.load(file))


if __name__ == "__main__":
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        save(build(), file)
        with multiprocessing.Pool(2) as pool:
            print(pool.map(partial(count_multiples, Path(file.name)), range(2, 7)))
