"""Ray, actors: each worker is an actor that takes the data from the object store once and keeps it.

For data that is not arrays, and for several machines.
https://docs.ray.io/en/latest/ray-core/actors/actor-utils.html
"""

import ray
from ray.util import ActorPool

from sharing.measured import build, phase, process

MECHANISM = "once a worker"
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
    pool = ActorPool([Keeper.remote(reference) for _ in range(workers)])
    yield from pool.map_unordered(lambda actor, job: actor.run.remote(job), jobs)
    ray.shutdown()


@ray.remote
class Keeper:
    """What a worker keeps: an argument that is a reference arrives as the data."""

    def __init__(self, data):
        self.data = data

    def run(self, job):
        return process(self.data, job)
