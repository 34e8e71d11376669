"""Closure: a nested function sees the data of its scope; forked processes run it, fed by a queue.

For any data that is to stay local, where no global is wanted.
"""

import multiprocessing


def build():
    return list(range(1, 1001))


def count_all_multiples(numbers, divisors):
    fork = multiprocessing.get_context("fork")  # only forked workers inherit
    tasks, answers = fork.Queue(), fork.Queue()

    def work():
        try:
            for divisor in iter(tasks.get, None):
                answers.put((divisor, sum(number % divisor == 0 for number in numbers)))
        finally:
            answers.put(None)  # also after an error, so that nobody waits for ever

    workers = [fork.Process(target=work, daemon=True) for _ in range(2)]
    for worker in workers:
        worker.start()
    for task in [*divisors, *(None for _ in workers)]:
        tasks.put(task)
    found = dict(answer for _ in workers for answer in iter(answers.get, None))
    for worker in workers:
        worker.join()
    return [found[divisor] for divisor in divisors]


if __name__ == "__main__":
    print(count_all_multiples(build(), range(2, 7)))
