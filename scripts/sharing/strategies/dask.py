"""Dask: the data is scattered to every worker once, every task gets a reference to it.

For data that each worker may copy, and for several machines. A list or dict would be serialised
item by item, 50 µs each; inside an object it is pickled at once. An array arrives at any address,
not at a multiple of eight, and NumPy's products with it take several times as long: for arrays see
dask_threads.
https://distributed.dask.org/en/stable/locality.html#user-control
https://github.com/dask/distributed/issues/6368
https://github.com/dask/distributed/issues/8985
"""

from types import SimpleNamespace

from dask.distributed import Client, as_completed

from sharing.measured import build, phase, process

MECHANISM = "once a worker"
WORKERS = "own processes"
LIBRARIES = ("dask", "distributed")


def share(workers, jobs):
    data = SimpleNamespace(whole=build())
    phase("start")
    with Client(n_workers=workers, threads_per_worker=1, dashboard_address=None) as client:
        phase("publish")
        data = client.scatter(data, broadcast=True)
        tasks = [client.submit(run_job, data, job) for job in jobs]
        for task in as_completed(tasks):
            yield task.result()


def run_job(data, job):
    return process(data.whole, job)
