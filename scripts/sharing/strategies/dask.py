"""Dask: the data is scattered to every worker once, every task gets a reference to it.

https://distributed.dask.org/en/stable/locality.html#user-control
A list or dict would be serialised item by item, 50 µs each; inside an object it is pickled at once.
https://github.com/dask/distributed/issues/6368
"""

import tempfile

from sharing.strategies import library
from sharing.workers import crash_if

MECHANISM = "once a worker"
WORKERS = "own processes"
LIBRARIES = ("dask", "distributed")


def share(data, process, workers, jobs, context, phase):
    dask, distributed = library("dask"), library("distributed")
    dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with phase("start"):
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=tempfile.gettempdir(),
        )
        client = distributed.Client(cluster)  # waits until the workers are up
    with phase("publish"):
        reference = client.scatter(Whole(data), broadcast=True)
    del data
    with phase("map"), crash_if(distributed.KilledWorker):
        tasks = [client.submit(run_job, process, reference, job) for job in jobs]
        for task in distributed.as_completed(tasks):
            yield task.result()
    with phase("stop"):
        client.close()
        cluster.close()


class Whole:
    """Data in one piece."""

    def __init__(self, data):
        self.data = data


def run_job(process, whole, job):
    return process(whole.data, job)
