"""A worker's whole life: its one job reads all items in random order, and stops to be looked at.

A study of lifetimes gives each worker one job, which stops at marks: when it has read nothing yet,
then a share of the items, at last all of them, and after a full garbage collection. There it waits
until all workers have come so far and the supervisor has looked at their memory from outside
(`supervisor.lifetime`). The recipe around it is the one that is timed elsewhere.

Here nothing is imported but `os`: a run without marks is to stay as it is.
"""

import os

MARKS, FOLDER = "SHARING_MARKS", "SHARING_MARKS_FOLDER"  # in the environment
AT_START, COLLECTED = "0", "collected"  # the first mark, and the last one
BATCH = 64  # items: as many as a data loader takes at once
WAIT_S = 0.005


def observed(workload):
    """Return the workload, or its `Life` in a run that has marks."""
    marks = os.environ.get(MARKS)
    return Life(workload, marks.split(",")) if marks else workload


class Life:
    """A workload whose job is a worker's whole life. `marks` are shares of the items, as texts."""

    def __init__(self, workload, marks):
        self.__name__ = workload.__name__
        self.build = workload.build
        self.marks = marks
        self._workload = workload

    def process(self, data, job):
        """Read all items in batches, and stop at the marks; return what `expected` does."""
        import gc

        order = reading_order(len(data), job)
        worker = Worker()
        worker.stop(AT_START, 0)
        answer = done = 0
        for mark in self.marks:
            upto = items_at(mark, len(order))
            worker.goes_on()
            for batch in batches(order, done, upto):
                answer = chained(answer, self._workload.process_items(data, batch))
                worker.has_read()
            worker.stop(mark, upto)
            done = upto
        worker.goes_on()
        gc.collect()
        worker.stop(COLLECTED, done)
        return answer

    def expected(self, size, job):
        """Return the right answers to all batches in one number."""
        order = reading_order(size, job)
        answer = done = 0
        for mark in self.marks:
            upto = items_at(mark, size)
            for batch in batches(order, done, upto):
                answer = chained(answer, self._workload.expected_items(size, batch))
            done = upto
        return answer


def reading_order(size, job):
    """Return all positions in the order in which a job reads them: 4 bytes each.

    By a linear congruential generator of full period (Hull and Dobell 1962: an odd increment, a
    multiplier of 1 modulo 4), whose numbers from `size` on are left out. It allocates nothing:
    after what `random.shuffle` allocates, PyPy has copied the data before the first item is read.
    """
    from array import array

    order = array("I", [0]) * size
    mask = (1 << max(2, (size - 1).bit_length())) - 1
    number = 2_654_435_761 * (job + 1) & mask
    place = 0
    while place < size:
        number = (1_664_525 * number + 1_013_904_223) & mask
        if number < size:
            order[place] = number
            place += 1
    return order


def items_at(mark, size):
    """Return how many items have been read at a mark."""
    return min(size, max(1, round(float(mark) * size)))


def batches(order, done, upto):
    """Yield the positions from `done` to `upto` in lists; the very first holds one alone."""
    while done < upto:
        step = min(BATCH, upto - done) if done else 1
        yield order[done : done + step].tolist()
        done += step


def chained(answer, result):
    """Return one number for all answers so far."""
    from zlib import crc32

    return crc32(repr(result).encode(), answer)


class Worker:
    """What a worker notes of itself, and its waiting for the look from outside."""

    def __init__(self):
        import gc
        import threading
        import time

        self.clock = time.monotonic
        self.sleep = time.sleep
        self.name = f"{os.getpid()}_{threading.get_ident()}"
        self.reading = 0.0  # seconds, with those of the collection behind the last item
        self.first = None  # the moment when the first item had been read
        self.collections = [0, 0, 0]  # by generation, the youngest first
        if hasattr(gc, "callbacks"):  # CPython
            gc.callbacks.append(self.collected)
        elif hasattr(gc, "hooks"):  # PyPy
            gc.hooks.on_gc_minor = lambda stats: self.count(0)
            gc.hooks.on_gc_collect = lambda stats: self.count(2)
        self.began = self.clock()

    def collected(self, phase, info):
        """Count a collection that has begun."""
        if phase == "start":
            self.count(info["generation"])

    def count(self, generation):
        """Count a collection of a generation."""
        self.collections[generation] += 1

    def goes_on(self):
        """Begin to count the time."""
        self.began = self.clock()

    def has_read(self):
        """Note when the first item has been read."""
        if self.first is None:
            self.first = self.clock()

    def stop(self, mark, items):
        """Write what was noted to a file of the mark, and wait until the look has been taken."""
        self.reading += self.clock() - self.began
        folder = os.environ[FOLDER]
        path = os.path.join(folder, f"{mark}_{self.name}")  # noqa: PTH118 - no pathlib in a worker
        noted = [items, self.reading, self.first, *self.collections]
        with open(f"{path}.partial", "w") as file:  # noqa: PTH123
            file.write(" ".join(map(str, noted)))
        os.rename(f"{path}.partial", path)  # noqa: PTH104
        seen = os.path.join(folder, f"{mark}_seen")  # noqa: PTH118
        while not os.path.exists(seen):  # noqa: PTH110
            self.sleep(WAIT_S)
