"""No workers, numerical libraries with as many threads as they choose: the program as it is.

For seeing what workers would have to beat. Everywhere else these libraries have one thread each
(``OMP_NUM_THREADS=1``), since workers that all start threads for every CPU slow each other down.
"""


def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it


def share(workers, jobs):
    data = build()
    for job in jobs:
        yield process(data, job)


if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
