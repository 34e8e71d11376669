"""From disk: the data is pickled to a file once, and every job loads it again."""

import os
import pickle
import tempfile
from functools import partial

from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "from disk"
BETTER = "cached_loader"


def share(data, process, workers, jobs, context, phase):
    with phase("publish"):
        with tempfile.NamedTemporaryFile(suffix=".pickle", delete=False) as file:
            pickle.dump(data, file, protocol=pickle.HIGHEST_PROTOCOL)
    del data
    with phase("start"):
        pool = start_pool(context, workers)
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process, file.name), jobs))
    with phase("stop"):
        stop_pool(pool)
        os.remove(file.name)


def run_job(process, path, job):
    with open(path, "rb") as file:
        data = pickle.load(file)
    return process(data, job)
