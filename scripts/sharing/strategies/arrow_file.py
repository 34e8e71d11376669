"""Arrow file: a table in Arrow's format, in a file that every worker maps and reads in place.

For Arrow tables and for pandas frames, which come back with Arrow's columns, strings too.
https://arrow.apache.org/docs/python/ipc.html#efficiently-writing-and-reading-arrow-data
"""

import os
import sys
import tempfile
from functools import partial

from sharing.strategies import Unsupported, library
from sharing.strategies.initializer import receive, run_job
from sharing.workers import results_of, start_pool, stop_pool

MECHANISM = "flat and shared"
LIBRARIES = ("pyarrow", "pandas")


def share(data, process, workers, jobs, context, phase):
    arrow = library("pyarrow")
    frame = "pandas" in sys.modules and isinstance(data, sys.modules["pandas"].DataFrame)
    if not frame and not isinstance(data, arrow.Table):
        raise Unsupported(f"tables only: the data is a {type(data).__name__}")
    with phase("publish"):
        table = arrow.Table.from_pandas(data) if frame else data
        with tempfile.NamedTemporaryFile(suffix=".arrow", delete=False) as file:
            with arrow.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table)
        del table
    del data
    with phase("start"):
        pool = start_pool(context, workers, initializer=map_file, initargs=(file.name, frame))
    with phase("map"):
        yield from results_of(pool.imap_unordered(partial(run_job, process), jobs))
    with phase("stop"):
        stop_pool(pool)
        os.remove(file.name)


def map_file(path, frame):
    import pyarrow

    table = pyarrow.ipc.open_file(pyarrow.memory_map(path)).read_all()
    receive(as_frame(table) if frame else table)


def as_frame(table):
    import pandas

    return table.to_pandas(types_mapper=pandas.ArrowDtype)
