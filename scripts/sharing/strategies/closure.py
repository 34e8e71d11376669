"""Closure: a nested function sees the data of its scope; plain processes run it, fed by a queue."""

from sharing.workers import take

MECHANISM = "by fork"


def share(data, process, workers, jobs, context, phase):
    with phase("start"):
        tasks, results = context.Queue(), context.Queue()

        def work():
            results.put("ready")
            for job in iter(tasks.get, None):
                results.put(process(data, job))

        processes = [context.Process(target=work, daemon=True) for _ in range(workers)]
        for worker in processes:
            worker.start()
        list(take(results, workers, processes))  # every worker is up
    with phase("map"):
        for job in jobs:
            tasks.put(job)
        yield from take(results, len(jobs), processes)
    with phase("stop"):
        for _ in processes:
            tasks.put(None)
        for worker in processes:
            worker.join()
