"""Ray, actors: each worker is an actor that takes the data from the object store once and keeps it.

For data that is not arrays, and for several machines.
"""

import ray
from ray.util import ActorPool


def build():
    return list(range(1, 1001))


def count_multiples(numbers, divisor):
    return sum(number % divisor == 0 for number in numbers)


@ray.remote
class Keeper:
    def __init__(self, numbers):
        self.numbers = numbers

    def count(self, divisor):
        return count_multiples(self.numbers, divisor)


if __name__ == "__main__":
    ray.init(num_cpus=2, include_dashboard=False)
    numbers = ray.put(build())
    pool = ActorPool([Keeper.remote(numbers) for _ in range(2)])
    print(list(pool.map(lambda actor, divisor: actor.count.remote(divisor), range(2, 7))))
    ray.shutdown()
