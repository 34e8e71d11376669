"""From disk: the data is pickled to a file once, and every job loads it again.

For few jobs with data that is needed for a short time; with any start method.
"""

import multiprocessing
import pickle
import tempfile
from functools import partial


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs, start_method="fork"):
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        pickle.dump(build(), file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        with multiprocessing.get_context(start_method).Pool(workers) as pool:
            yield from pool.imap_unordered(partial(run_job, file.name), jobs, chunk)


def run_job(path, job):
    with open(path, "rb") as file:
        return process(pickle.load(file), job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
