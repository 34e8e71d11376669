"""Out of band: pickled once, the memory of its arrays aside in a block that all workers read.

For NumPy arrays, frames and Arrow data, whatever they are part of, with any start method.
"""

import multiprocessing
import pickle
from array import array
from multiprocessing.shared_memory import SharedMemory


def build():
    return {"numbers": pickle.PickleBuffer(array("q", range(1, 1001)))}


def attach(name, size, rest):
    global BLOCK, DATA
    BLOCK = SharedMemory(name)  # open as long as the worker lives
    DATA = pickle.loads(rest, buffers=[BLOCK.buf[:size]])


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in DATA["numbers"].cast("q"))


if __name__ == "__main__":
    buffers = []
    rest = pickle.dumps(build(), protocol=5, buffer_callback=buffers.append)
    content = memoryview(buffers[0]).cast("B")  # there is one array here
    block = SharedMemory(create=True, size=len(content))
    try:
        block.buf[: len(content)] = content
        with multiprocessing.Pool(2, attach, (block.name, len(content), rest)) as pool:
            print(pool.map(count_multiples, range(2, 7)))
    finally:
        block.close()
        block.unlink()
