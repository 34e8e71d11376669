"""No workers: the jobs run one after another where the data is.

For short work: starting and feeding workers may take longer than the jobs.
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
