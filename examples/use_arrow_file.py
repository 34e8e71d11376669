"""Arrow file: a table in Arrow's format, in a file that every worker maps and reads in place.

For tables, strings too, with any start method; pandas reads it without a copy as well.
"""

import multiprocessing
import tempfile
from pathlib import Path

import pyarrow
import pyarrow.compute


def build():
    return pyarrow.table({"number": range(1, 1001)})


def attach(path):
    global TABLE
    TABLE = pyarrow.ipc.open_file(pyarrow.memory_map(path)).read_all()


def count_multiples(divisor):
    numbers = TABLE["number"]
    parts = pyarrow.compute.divide(numbers, divisor)
    whole = pyarrow.compute.equal(pyarrow.compute.multiply(parts, divisor), numbers)
    return pyarrow.compute.sum(whole).as_py()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path, table = str(Path(folder, "numbers.arrow")), build()
        with pyarrow.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)
        with multiprocessing.Pool(2, attach, (path,)) as pool:
            print(pool.map(count_multiples, range(2, 7)))
