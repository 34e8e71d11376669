"""Dask: the data is scattered to every worker once, every task gets a reference to it.

A list, tuple, set or dict is serialised item by item (https://github.com/dask/distributed/issues/6368).
https://distributed.dask.org/en/stable/locality.html#user-control
"""

import tempfile

from sharing.strategies import library
from sharing.workers import crash_if

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
        (reference,) = client.scatter([data], broadcast=True)  # one thing, not its items
    with phase("map"), crash_if(distributed.KilledWorker):
        tasks = [client.submit(process, reference, job) for job in jobs]
        for task in distributed.as_completed(tasks):
            yield task.result()
    with phase("stop"):
        client.close()
        cluster.close()
