"""SharedMemory by cffi: as use_shared_memory.py, but the block is read as an array of C numbers.

For numbers on PyPy, which compiles that to a load; PyPy brings cffi with it.
"""

import multiprocessing
from array import array
from multiprocessing.shared_memory import SharedMemory

from cffi import FFI


def build():
    return array("q", range(1, 1001))


def attach(name, size):
    global BLOCK, NUMBERS
    BLOCK = SharedMemory(name)  # open as long as the worker lives
    NUMBERS = FFI().from_buffer("int64_t[]", BLOCK.buf[:size])


def count_multiples(divisor):
    return sum(number % divisor == 0 for number in NUMBERS)


if __name__ == "__main__":
    content = memoryview(build()).cast("B")
    block = SharedMemory(create=True, size=len(content))
    try:
        block.buf[: len(content)] = content  # a block may be longer than was asked for
        with multiprocessing.Pool(2, attach, (block.name, len(content))) as pool:
            print(pool.map(count_multiples, range(2, 7)))
    finally:
        block.close()
        block.unlink()
