"""Ray: the data is put into its object store once, every task gets a reference to it.

For NumPy arrays, which all workers read there without a copy, and for several machines; any other
data is unpickled for every task.
https://docs.ray.io/en/latest/ray-core/patterns/pass-large-arg-by-value.html
"""

import ray

from sharing.measured import build, phase, process

MECHANISM = "server or store"
BETTER = "ray_actors"
WORKERS = "own processes"
LIBRARIES = ("ray",)
ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # not only there: stay on the loopback address
}


def share(workers, jobs):
    data = build()
    phase("start")
    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False)
    phase("publish")
    reference = ray.put(data)
    del data
    yield from ray.get([run_job.remote(reference, job) for job in jobs])
    ray.shutdown()


@ray.remote
def run_job(data, job):
    return process(data, job)
