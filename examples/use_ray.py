"""Ray: the data is put into its object store once, every task gets a reference to it.

For NumPy arrays, which all workers read there without a copy, and for several machines; any other
data is unpickled for every task.
https://docs.ray.io/en/latest/ray-core/patterns/pass-large-arg-by-value.html
"""

import ray


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs):
    data = build()
    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False)
    reference = ray.put(data)
    del data
    yield from ray.get([run_job.remote(reference, job) for job in jobs])
    ray.shutdown()


@ray.remote
def run_job(data, job):
    return process(data, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
