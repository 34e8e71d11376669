"""LMDB: dicts and sets in a file that every worker maps, to look up in it what a job asks for.

https://lmdb.readthedocs.io/
"""

import os
import tempfile
from functools import partial

from sharing.lookups import layout_of
from sharing.strategies import library
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "from disk"
LIBRARIES = ("lmdb",)
LARGEST = 2**36  # bytes that the file may grow to; it takes what is in it


def share(data, process, workers, jobs, context, phase):
    lmdb = library("lmdb")
    layout = layout_of(data)
    with phase("publish"):
        with tempfile.NamedTemporaryFile(suffix=".lmdb") as file:
            path = file.name  # for the name: lmdb makes a file of its own
        alone = {"lock": False, "sync": False}  # nobody reads it yet
        parts = len(layout.names)
        with lmdb.open(path, subdir=False, map_size=LARGEST, max_dbs=parts, **alone) as store:
            write(store, layout.pairs_of(data))
    del data
    with phase("start"):
        pool = start_pool(context, workers, initializer=attach, initargs=(path, layout))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        os.remove(path)


def write(store, parts):
    for part, pairs in enumerate(parts):
        database = store.open_db(name_of(part))
        with store.begin(database, write=True) as transaction:
            for key, value in pairs:
                transaction.put(key.encode(), value)


def attach(path, layout):
    import lmdb

    parts = len(layout.names)
    store = lmdb.open(path, subdir=False, readonly=True, lock=False, max_dbs=parts)
    databases = [store.open_db(name_of(part), create=False) for part in range(parts)]
    receive(layout.of(partial(find, store.begin(buffers=True), databases)))


def find(transaction, databases, part, key):
    return transaction.get(key.encode(), db=databases[part])


def name_of(part):
    return f"part{part}".encode()
