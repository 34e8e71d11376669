"""Ray: the data is put into its object store once, every task gets a reference to it.

For NumPy arrays, which all workers read there, and for several machines.
"""

import ray


def build():
    return list(range(1, 1001))


@ray.remote
def count_multiples(numbers, divisor):
    return sum(number % divisor == 0 for number in numbers)


if __name__ == "__main__":
    ray.init(num_cpus=2, include_dashboard=False)
    numbers = ray.put(build())
    print(ray.get([count_multiples.remote(numbers, divisor) for divisor in range(2, 7)]))
    ray.shutdown()
