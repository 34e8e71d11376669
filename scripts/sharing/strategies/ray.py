"""Ray: the data is put into its object store once, every task gets a reference to it.

Workers read arrays from the store without a copy; any other data is unpickled for every task.
https://docs.ray.io/en/latest/ray-core/patterns/pass-large-arg-by-value.html
"""

import os
import sys
import tempfile

from sharing.strategies import library
from sharing.workers import answer, crash_if, wait_for_workers

MECHANISM = "server or store"
BETTER = "ray_actors"
WORKERS = "own processes"
LIBRARIES = ("ray",)
ENVIRONMENT = {  # of all its processes
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # not only there: stay on the loopback address
}


def share(data, process, workers, jobs, context, phase):
    ray = imported()
    with phase("start"):
        begin(ray, workers)
        remote_answer, remote_job = ray.remote(answer), ray.remote(max_retries=0)(run_job)
        wait_for_workers(lambda: ray.get([remote_answer.remote() for _ in range(workers)]), workers)
    with phase("publish"):
        reference = ray.put(data)
    del data
    with phase("map"), crash_if(ray.exceptions.WorkerCrashedError):
        tasks = [remote_job.remote(process, reference, job) for job in jobs]
        while tasks:
            done, tasks = ray.wait(tasks)
            yield from ray.get(done)
    with phase("stop"):
        ray.shutdown()


def imported():
    """Return the module, imported with the settings that it and its processes read."""
    os.environ.update(ENVIRONMENT, PYTHONPATH=os.pathsep.join(sys.path))
    return library("ray")


def begin(ray, workers):
    """Start Ray on this machine alone, with `workers` CPUs, as quiet as it can be."""
    ray.init(
        num_cpus=workers,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="error",
        _temp_dir=tempfile.gettempdir(),
    )


def run_job(process, data, job):
    return process(data, job)
