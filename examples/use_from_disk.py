"""From disk: the data is pickled to a file once, and every job loads it again.

For few jobs with data that is needed for a short time; with any start method.
"""

import multiprocessing
import pickle
import tempfile
from functools import partial
from pathlib import Path


def build():
    return list(range(1, 1001))


def count_multiples(path, divisor):
    with path.open("rb") as file:
        numbers = pickle.load(file)
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "numbers.pickle")
        with path.open("wb") as file:
            pickle.dump(build(), file, pickle.HIGHEST_PROTOCOL)
        with multiprocessing.Pool(2) as pool:
            print(pool.map(partial(count_multiples, path), range(2, 7)))
