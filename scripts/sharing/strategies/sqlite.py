"""SQLite: dicts and sets in tables of a file, where every worker looks up what a job asks for."""

import os
import sqlite3
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

from sharing.lookups import layout_of
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "from disk"
CREATE = "CREATE TABLE part{} (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID"
INSERT = "INSERT INTO part{} VALUES (?, ?)"
SELECT = "SELECT value FROM part{} WHERE key = ?"
MAPPED = 2**31 - 2**16  # bytes of the file, read in place: the most that SQLite allows by default


def share(data, process, workers, jobs, context, phase):
    layout = layout_of(data)
    with phase("publish"):
        with tempfile.NamedTemporaryFile(suffix=".sqlite", delete=False) as file:
            write(file.name, layout.pairs_of(data))
    del data
    with phase("start"):
        pool = start_pool(context, workers, initializer=attach, initargs=(file.name, layout))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        os.remove(file.name)


def write(path, parts):
    with closing(sqlite3.connect(path)) as database, database:
        for part, pairs in enumerate(parts):
            database.execute(CREATE.format(part))
            database.executemany(INSERT.format(part), pairs)


def attach(path, layout):
    database = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro&immutable=1", uri=True)
    database.execute(f"PRAGMA mmap_size = {MAPPED}")
    receive(layout.of(partial(find, database)))


def find(database, part, key):
    row = database.execute(SELECT.format(part), (key,)).fetchone()
    return row and row[0]
