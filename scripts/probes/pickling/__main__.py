"""What can this interpreter pickle? Each kind of object is made, pickled, unpickled, and tried.

``python3 scripts/probes/pickling`` tries every kind of `kinds.py` and prints a line of JSON for
each; ``python3 scripts/probes/pickling lambda generator`` tries those. A kind has a process to
itself, forked before it is made, so that one that crashes or hangs ends nothing else.

Standard library only, Python 3.9 or newer, CPython and PyPy.
"""

import json
import os
import pickle
import platform
import signal
import sys

import kinds

TIME_LIMIT_S = 60  # for one kind; a healthy one takes milliseconds


def main(names):
    this = this_interpreter()
    for group, kind, expression, check in kinds.KINDS:
        if not names or kind in names:
            row = this | {"group": group, "kind": kind, "expression": expression}
            print(json.dumps(row | alone(expression, check)), flush=True)


def alone(expression, check):
    """Return what became of one object, tried in a process of its own.

    To the outcomes of `attempt` come `crashed` (ended by a signal) and `timeout`.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(TIME_LIMIT_S)
            os.write(writer, json.dumps(attempt(expression, check)).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        return json.loads(said)
    if os.WTERMSIG(status) == signal.SIGALRM:
        return {"outcome": "timeout", "message": f"over {TIME_LIMIT_S} s"}
    name = signal.Signals(os.WTERMSIG(status)).name
    return {"outcome": "crashed", "error": name, "message": f"killed by {name}"}


def attempt(expression, check):
    """Return outcome, name and message of the exception if there was one, bytes of the pickle.

    An outcome is `pickles`, `refuses` (dumps raises), `cannot be loaded` (loads raises), `differs`
    (the copy cannot be used like the original) or `not here` (there is no such object to pickle).
    """
    found, step = {}, "not here"
    try:
        original = evaluate(expression)
        step = "refuses"
        text = pickle.dumps(original, pickle.HIGHEST_PROTOCOL)
        found["bytes"] = len(text)
        step = "cannot be loaded"
        copy = pickle.loads(text)
        step = "differs"
        if evaluate(check, copy=copy, original=original):
            step = "pickles"
    except Exception as error:
        found.update(error=type(error).__name__, message=str(error))
    return found | {"outcome": step}


def evaluate(expression, **names):
    """Return the value of an expression, with the names of `kinds.py` and some more."""
    return eval(expression, vars(kinds) | names)


def this_interpreter():
    """Return implementation and version of this interpreter."""
    version = platform.python_version()
    if platform.python_implementation() == "PyPy":
        version = "{}.{}.{} (Python {})".format(*sys.pypy_version_info[:3], version)
    return {"implementation": platform.python_implementation(), "version": version}


if __name__ == "__main__":
    main(sys.argv[1:])
