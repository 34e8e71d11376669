"""Which threads a process has, and what started them: Python's own, and those of C and Rust code.

By the name that the kernel knows, by `threading`, and by the libraries that are loaded. What ends
before a fork by itself is found out by forking.
"""

import mmap
import os
import sys
import threading
import warnings
from collections import Counter
from pathlib import Path

TASKS, MAPS = Path("/proc/self/task"), Path("/proc/self/maps")
# How the names begin that libraries give their threads, and the module that has them started.
NAMED = {
    "polars": ("polars",),
    "tokio-r": ("polars", "ray", "deltalake", "lance"),
    "jemalloc": ("polars", "pyarrow"),
    "grpc": ("grpc",),
    "event_engine": ("grpc",),
    "lifeguard": ("grpc",),
    "timer_manager": ("grpc",),
    "default-executo": ("grpc",),
    "resolver-execut": ("grpc",),
}
# Files of libraries whose threads have no name of their own, and what these are called.
POOLS = {
    "openblas": "OpenBLAS (NumPy, SciPy)",
    "libmkl_": "MKL",
    "libgomp": "OpenMP",
    "libomp": "OpenMP",
    "libiomp": "OpenMP",
    "libtbb": "TBB",
    "workqueue.": "numba",
    "libarrow.": "pyarrow",
}
OF_OPENBLAS = "openblas"  # of these the one that ends its threads before a fork
RAYON = b"rayon-core"  # in the text of each library that is built with Rust's pool


def tasks():
    """Return the names of this process's threads by their numbers, the main one left out."""
    found = {}
    for task in TASKS.iterdir():
        try:
            found[int(task.name)] = (task / "comm").read_text().strip()
        except OSError:  # it has ended
            continue
    found.pop(os.getpid(), None)
    return found


class Threads:
    """Looks at the threads of this process, and keeps what it has seen."""

    def __init__(self):
        self.main = (TASKS / str(os.getpid()) / "comm").read_text().strip()
        self.openblas_ends = False

    def at_a_fork(self):
        """Return whose threads a fork finds, and whose end before it: how many of each.

        The child ends at once. What ends before a fork and has no name is taken for OpenBLAS's,
        which does so by ``pthread_atfork`` (its driver/others/blas_server.c); then nothing else is.
        """
        before = tasks()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that there are threads
            child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        left = tasks()
        ended = {task: name for task, name in before.items() if task not in left}
        self.openblas_ends = self.openblas_ends or self.main in ended.values()
        return self.whose(left), self.whose(ended, {OF_OPENBLAS})

    def whose(self, threads, pools=None):
        """Return how many of `threads`, names by their numbers, are whose."""
        pools = pools or {*POOLS} - ({OF_OPENBLAS} if self.openblas_ends else set())
        python = {thread.native_id: thread for thread in threading.enumerate()}
        found = Counter()
        for task, name in threads.items():
            modules = next((who for start, who in NAMED.items() if name.startswith(start)), ())
            if task in python:
                found[of_python(python[task])] += 1
            elif name == self.main:
                found[of_pool(pools)] += 1
            else:
                found[" or ".join(one for one in modules if one in sys.modules) or name] += 1
        return found


def of_pool(pools):
    """Return whose a thread without a name of its own may be, of the keys of `POOLS` given."""
    files = loaded_files()
    known = [POOLS[part] for part in sorted(pools) if any(part in one.name for one in files)]
    rust = [] if known else [one.name.partition(".")[0] for one in files if has_rayon(one)]
    # A thread of polars has no name yet when it has just begun.
    found = [*known, *("polars" if "polars" in name else f"Rayon ({name})" for name in rust)]
    return " or ".join(dict.fromkeys(found)) or "C code"


def of_python(thread):
    """Return whose a thread is that Python started: a library's, else by its name."""
    for one in (type(thread), getattr(thread, "_target", None)):
        package = (getattr(one, "__module__", None) or "").partition(".")[0]
        file = getattr(sys.modules.get(package), "__file__", None) or ""
        if "-packages" in file:  # site-packages, dist-packages
            return f"{package} ({thread.name})"
    return f"the Python thread {thread.name}"


def loaded_files():
    """Return the paths of all libraries that are mapped into this process."""
    lines = MAPS.read_text(errors="replace").splitlines()
    names = {line.split(None, 5)[5] for line in lines if ".so" in line}
    return sorted(path for path in map(Path, names) if path.is_file())


def has_rayon(path):
    """Return whether a library's file is built with Rayon."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return content.find(RAYON) >= 0
