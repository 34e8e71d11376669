"""Arrow file: a frame in Arrow's format, in a file that every worker maps and reads in place.

For pandas frames, strings too, with any start method; they come back with Arrow's columns.
https://arrow.apache.org/docs/python/ipc.html#efficiently-writing-and-reading-arrow-data
"""

import multiprocessing
import tempfile

import pandas
import pyarrow

from sharing.measured import build, phase, process

MECHANISM = "flat and shared"
CARRIES = "a pandas frame"
LIBRARIES = ("pyarrow", "pandas")


def share(workers, jobs, start_method="fork"):
    table = pyarrow.Table.from_pandas(build())
    with tempfile.NamedTemporaryFile(suffix=".arrow") as file:
        with pyarrow.ipc.new_file(file.name, table.schema) as writer:
            writer.write_table(table)
        del table
        phase("start")
        chunk = max(1, len(jobs) // (32 * workers))  # jobs a message: few messages, no long tail
        context = multiprocessing.get_context(start_method)
        with context.Pool(workers, attach, (file.name,)) as pool:
            yield from pool.imap_unordered(run_job, jobs, chunk)


def attach(path):
    global DATA
    table = pyarrow.ipc.open_file(pyarrow.memory_map(path)).read_all()
    DATA = table.to_pandas(types_mapper=pandas.ArrowDtype)


def run_job(job):
    return process(DATA, job)
