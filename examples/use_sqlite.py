"""SQLite: dicts and sets in tables of a file, where every worker looks up what a job asks for.

For data that is looked up by key and larger than the memory, with any start method.
"""

import multiprocessing
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path


def build():
    return {f"number {number}": number for number in range(1, 1001)}


def attach(path):
    global DATABASE
    DATABASE = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def count_multiples(divisor):
    keys = [(f"number {number}",) for number in range(divisor, 1001, divisor)]
    find = "SELECT number FROM numbers WHERE key = ?"
    return sum(DATABASE.execute(find, key).fetchone()[0] % divisor == 0 for key in keys)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "numbers.sqlite")
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("CREATE TABLE numbers (key TEXT PRIMARY KEY, number INT)")
            database.executemany("INSERT INTO numbers VALUES (?, ?)", build().items())
        with multiprocessing.Pool(2, attach, (path,)) as pool:
            print(pool.map(count_multiples, range(2, 7)))
