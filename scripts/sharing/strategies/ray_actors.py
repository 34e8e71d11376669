"""Ray, actors: each worker is an actor that takes the data from the object store once and keeps it.

https://docs.ray.io/en/latest/ray-core/actors/actor-utils.html
"""

from sharing.strategies import library
from sharing.strategies.ray import begin, imported
from sharing.workers import crash_if

MECHANISM = "once a worker"
WORKERS = "own processes"
LIBRARIES = ("ray",)


def share(data, process, workers, jobs, context, phase):
    ray = imported()
    with phase("start"):
        begin(ray, workers)
    with phase("publish"):
        reference = ray.put(data)
        del data
        keeper = ray.remote(num_cpus=1)(Keeper)
        actors = [keeper.remote(process, reference) for _ in range(workers)]
        ray.get([actor.ready.remote() for actor in actors])
    with phase("map"), crash_if(ray.exceptions.RayActorError):
        pool = library("ray.util").ActorPool(actors)
        yield from pool.map_unordered(lambda actor, job: actor.do.remote(job), jobs)
    with phase("stop"):
        ray.shutdown()


class Keeper:
    """What a worker knows; an argument that is a reference arrives as the data."""

    def __init__(self, process, data):
        self.process, self.data = process, data

    def ready(self):
        pass

    def do(self, job):
        return self.process(self.data, job)
