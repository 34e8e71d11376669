"""Ray, actors: each worker is an actor that takes the data from the object store once and keeps it.

For data that is not arrays, and for several machines.
https://docs.ray.io/en/latest/ray-core/actors/actor-utils.html
"""

import ray
from ray.util import ActorPool


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs):
    data = build()
    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False)
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


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
