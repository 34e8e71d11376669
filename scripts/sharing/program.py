"""How a program is started: as ``__main__``, where all its processes find what they need."""

import os
import sys
import types
from contextlib import contextmanager
from pathlib import Path

from sharing import deaths, lifetime, strategies, workloads


@contextmanager
def own_folder():
    """Make a temporary folder for the program, and remove it.

    By hand: what `tempfile` imports changes how PyPy compiles the loops of a run.
    """
    folder = Path(os.environ.get("TMPDIR", "/tmp"), f"program-{os.getpid()}")
    folder.mkdir(0o700)
    try:
        yield str(folder)
    finally:
        from shutil import rmtree

        rmtree(folder, ignore_errors=True)


def start_with_path():
    """Start this program anew with the module path in its environment, if it is not there yet."""
    path = os.pathsep.join(module_path())
    if os.environ.get("PYTHONPATH") != path:
        os.environ["PYTHONPATH"] = path
        original = getattr(sys, "orig_argv", None)  # what needs this is of a Python that has it
        if original:
            os.execv(sys.executable, original)


def module_path():
    """Return the folders of the project from which every process of a run imports."""
    scripts = Path(__file__).resolve().parents[1]
    return [str(scripts), str(scripts.with_name("immortal"))]


def prepare(arguments, folder):
    """Let every process of the run find the program, the workload and `immortal`."""
    own_file = workloads.own_file(arguments.workload)
    os.environ.update(
        SHARING_WORKLOAD=own_file or arguments.workload,
        SHARING_SIZE=str(arguments.size),
        SHARING_BUILT=str(Path(folder, "built")),
        **strategies.described(arguments.strategy).get("ENVIRONMENT", {}),
    )
    if arguments.marks:
        marks = str(Path(os.environ["TMPDIR"], "marks"))
        os.environ.update({lifetime.MARKS: arguments.marks, lifetime.FOLDER: marks})
    sys.path[:1] = [folder, *module_path()]
    kind, method = strategies.workers_of(arguments.strategy), arguments.start_method
    if kind == "own processes" or (kind == "processes" and method != "fork"):
        # A forkserver before Python 3.14 and the workers of some libraries have no other path.
        os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    deaths.remember_processes()


def refuse(strategy, start_method):
    """Raise `Unsupported` where this Python or start method is none that the strategy names."""
    known = strategies.described(strategy)
    for name in known.get("NEEDS", ()):
        module, attribute = name.split(".")
        if not hasattr(__import__(module), attribute):
            raise strategies.Unsupported(f"this interpreter has no {name}")
    since = known.get("SINCE")
    if since and (sys.implementation.name != "cpython" or sys.version_info < since):
        raise strategies.Unsupported("needs CPython {}.{} or later".format(*since))
    methods = known.get("START_METHODS", (start_method,))
    if start_method not in methods:
        raise strategies.Unsupported(f"needs the start method {' or '.join(methods)}")


def start_program(strategy, folder, observer):
    """Return the strategy's program as the module ``__main__``, as ``python FILE`` would start it.

    By a name that no library has: spawned workers import the file, and its folder is on the path.
    """
    from sharing import measured

    measured.observer = observer
    path = Path(folder, f"use_{strategy}.py")
    path.write_bytes(strategies.path_of(strategy).read_bytes())
    program = types.ModuleType("__main__")
    program.__file__ = str(path)
    sys.modules["__main__"] = program
    try:
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), vars(program))
    except Exception as error:
        libraries = strategies.libraries_of(strategy)
        if not libraries or is_of_program(error, path):
            raise
        name = " or ".join(libraries)
        raise strategies.Unsupported(strategies.why_not_imported(name, error)) from None
    return program


def is_of_program(error, path):
    """Return whether the program itself is wrong, rather than a library that it imports."""
    place = error.__traceback__
    while place.tb_next:
        place = place.tb_next
    return place.tb_frame.f_code.co_filename == str(path) and not isinstance(error, ImportError)


def arguments_of_share(arguments, jobs):
    """Return what the program's `share` is called with."""
    if strategies.workers_of(arguments.strategy) != "processes":
        return arguments.workers, jobs
    named = arguments.start_method != "default"
    return arguments.workers, jobs, arguments.start_method if named else None
