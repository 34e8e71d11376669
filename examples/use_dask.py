"""Dask: the data is scattered to every worker once, every task gets a reference to it.

For data that each worker may copy, and for several machines.
"""

from types import SimpleNamespace

from dask.distributed import Client


def build():
    return list(range(1, 1001))


def count_multiples(data, divisor):
    return sum(number % divisor == 0 for number in data.numbers)


if __name__ == "__main__":
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        # Inside an object: of a bare list every item would be scattered by itself.
        data = client.scatter(SimpleNamespace(numbers=build()), broadcast=True)
        tasks = [client.submit(count_multiples, data, divisor) for divisor in range(2, 7)]
        print(client.gather(tasks))
