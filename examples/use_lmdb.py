"""LMDB: dicts and sets in a file that every worker maps, to look up in it what a job asks for.

For data that is looked up by key and larger than the memory, with any start method.
"""

import multiprocessing
import tempfile

import lmdb


def build():
    return {f"number {number}": number for number in range(1, 1001)}


def attach(path):
    global STORE
    STORE = lmdb.open(path, readonly=True, lock=False)


def count_multiples(divisor):
    with STORE.begin() as transaction:
        keys = [f"number {number}".encode() for number in range(divisor, 1001, divisor)]
        return sum(int(transaction.get(key)) % divisor == 0 for key in keys)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        with lmdb.open(folder, map_size=2**30) as store, store.begin(write=True) as transaction:
            for key, number in build().items():
                transaction.put(key.encode(), str(number).encode())
        with multiprocessing.Pool(2, attach, (folder,)) as pool:
            print(pool.map(count_multiples, range(2, 7)))
