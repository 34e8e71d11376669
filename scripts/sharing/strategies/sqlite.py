"""SQLite: a dict in a table of a file, where every worker looks up what a job asks for.

For data that is looked up by key and larger than the memory, with any start method.
"""

import multiprocessing
import pickle
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing

from sharing.measured import build, phase, process

MECHANISM = "from disk"
CARRIES = "a dict of text"


def share(workers, jobs, start_method="fork"):
    with tempfile.NamedTemporaryFile(suffix=".sqlite") as file:
        rows = ((key, pickle.dumps(value)) for key, value in build().items())
        with closing(sqlite3.connect(file.name)) as database, database:
            database.execute("CREATE TABLE data (key TEXT PRIMARY KEY, value) WITHOUT ROWID")
            database.executemany("INSERT INTO data VALUES (?, ?)", rows)
        del rows
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        context = multiprocessing.get_context(start_method)
        with context.Pool(workers, attach, (file.name,)) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)


class Table(Mapping):
    """A dict from str that lies in a file: asked key by key."""

    def __init__(self, path):
        self.database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        self.database.execute("PRAGMA mmap_size = 2147418112")  # read in place: the most allowed

    def __getitem__(self, key):
        found = "SELECT value FROM data WHERE key = ?"
        row = self.database.execute(found, (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return pickle.loads(row[0])

    def __len__(self):
        return self.database.execute("SELECT count(*) FROM data").fetchone()[0]

    def __iter__(self):
        return (key for (key,) in self.database.execute("SELECT key FROM data"))


def attach(path):
    global DATA
    DATA = Table(path)


def run_job(job):
    return process(DATA, job)
