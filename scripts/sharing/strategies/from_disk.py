"""From disk: the data is pickled to a file once, and every job loads it again.

For few jobs with data that is needed for a short time; with any start method.
"""

import multiprocessing
import pickle
import tempfile
from functools import partial

from sharing.measured import build, phase, process

MECHANISM = "from disk"
BETTER = "cached_loader"


def share(workers, jobs, start_method="fork"):
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        pickle.dump(build(), file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        with multiprocessing.get_context(start_method).Pool(workers) as pool:
            yield from pool.imap_unordered(partial(run_job, file.name), jobs, chunk)


def run_job(path, job):
    with open(path, "rb") as file:
        return process(pickle.load(file), job)
