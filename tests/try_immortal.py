"""Try immortal.py with the Python that runs this, and print what a report of a bug needs.

    python tests/try_immortal.py                # the clone's immortal/immortal.py
    python tests/try_immortal.py --file PATH    # another: an installed one, say

Standard library only; CPython 3.9 to 3.15, with a GIL or without, and PyPy. Each check has a
process of its own, since what is marked stays marked. Where this Python has NumPy, all of them run
once more in programs that have imported it, because objects are then marked by NumPy.

The last line begins with PASSED; with REFUSED, where immortal.py is not meant for this Python; or
with FAILED and what failed. Only then is the exit status 1.

With --set-immortal, the fifteen kinds of access are tried on objects that CPython 3.15's own
`PyUnstable_SetImmortal` has made immortal, which immortal.py does not use.
"""

import argparse
import ctypes
import hashlib
import importlib.util
import os
import platform
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
OURS = HERE.parent / "immortal" / "immortal.py"
REFUSAL = "is_refused_with_a_reason"
UNKNOWN_LAYOUT = "the layout of objects in this build is not the known one"
FROM_OUTSIDE = ("PYTHON", "MALLOC", "GLIBC", "LD_PRELOAD")  # variables that change an interpreter
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
LONGEST_S = 250  # a check that hangs


def main():
    arguments = parse()
    immortal = load(arguments.file)
    import immortal_accesses
    import immortal_checks  # it imports immortal, too

    if arguments.run:
        return run(arguments.run, arguments.numpy)
    if arguments.set_immortal:
        if not hasattr(getattr(ctypes, "pythonapi", None), "PyUnstable_SetImmortal"):
            return "This Python has no PyUnstable_SetImmortal: CPython 3.15 is the first."
        return immortal_accesses.try_set_immortal()
    reason = immortal.why_not()
    describe(immortal, arguments.file, reason)
    names = [name for name in immortal_checks.CHECKS if (name == REFUSAL) == bool(reason)]
    names = arguments.check or names
    failed = [] if reason.partition(":")[0] != UNKNOWN_LAYOUT else [reason]
    passed, more = try_all(arguments.file, names)
    failed += more
    tried = f"{passed} check{'s' * (passed != 1)}"
    version = version_of_numpy()
    if version and not reason:
        print(f"\nin programs that have imported NumPy {version}:")
        passed, more = try_all(arguments.file, names, "--numpy")
        failed += [f"{name} with NumPy" for name in more]
        tried += f", {passed} with NumPy {version}"
    print()
    if failed:
        print("FAILED:", "; ".join(failed))
    else:
        print(f"REFUSED, as it should be: {reason}" if reason else f"PASSED: {tried}")
    return bool(failed)


def load(file):
    """Import an immortal.py by its path, and let the checks find it by its name."""
    sys.path.insert(0, str(HERE))
    spec = importlib.util.spec_from_file_location("immortal", file)
    sys.modules["immortal"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def describe(immortal, file, reason):
    """Print what is tried, and with which Python."""
    flags = sysconfig.get_config_var("CONFIG_ARGS") or ""
    flags = [word.strip("'") for word in flags.split() if word.strip("'").startswith("--")]
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    variables = [name for name in sorted(os.environ) if name.startswith(FROM_OUTSIDE)]
    lines = {
        "tried": f"immortal.py, SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()[:16]}",
        "Python": f"{platform.python_implementation()} {sys.version}".replace("\n", " "),
        "machine": f"{platform.platform()}, {sys.maxsize.bit_length() + 1} bits, {sys.byteorder}",
        "build": " ".join(word for word in flags if "/" not in word) or "no options known",
        "GIL": "yes" if gil else "no",
        "debug build": "yes" if hasattr(sys, "gettotalrefcount") else "no",
        "variables": ", ".join(f"{name}={os.environ[name]}" for name in variables) or "none",
        "NumPy": version_of_numpy() or "not installed: what it marks is not tried",
        "layout": reason or "the known one; tried on objects to throw away",
    }
    if not reason:
        fields = [f"{value:#x} in {size} bytes at {at}" for at, size, value in immortal._fields()]
        lines["header"] = f"{object.__basicsize__} bytes; written: {', '.join(fields)}"
    for title, said in lines.items():
        print(f"{title + ':':<13}{said}")
    print(flush=True)


def version_of_numpy():
    """Return the version of the NumPy that is installed, without importing it, or None."""
    if importlib.util.find_spec("numpy") is None:
        return None
    from importlib.metadata import version

    return version("numpy")


def try_all(file, names, *options):
    """Run checks, print what became of them; return how many passed, and which failed."""
    from immortal_checks import CHECKS

    passed, failed = 0, []
    for name in names:
        cannot = CHECKS[name][1]()
        began = time.monotonic()
        said, problem = (cannot, "") if cannot else in_a_process(file, name, *options)
        verdict = "failed" if problem else "left out" if cannot else "passed"
        seconds = f"{time.monotonic() - began:.1f} s"
        print(f"{verdict:<9}{name.replace('_', ' ')} ({seconds})")
        for line in (said + problem).splitlines():
            print(f"    {line}")
        sys.stdout.flush()
        failed += [name.replace("_", " ")] * bool(problem)
        passed += verdict == "passed"
    return passed, failed


def in_a_process(file, name, *options):
    """Run a check; return what it printed, and what went wrong or an empty string."""
    command = [sys.executable, __file__, "--file", str(file), "--run", name, *options]
    try:
        ended = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env={**ONE_THREAD, **os.environ},
            timeout=LONGEST_S,
        )
    except subprocess.TimeoutExpired:
        return "", f"it did not end within {LONGEST_S} s"
    wrong = "Fatal" in ended.stderr or "Traceback" in ended.stderr
    if ended.returncode or wrong:  # a fault while the interpreter ends leaves the status at 0
        return ended.stdout, f"ended with {ended.returncode}\n{ended.stderr}"
    return ended.stdout, ""


def run(name, with_numpy):
    """Run a check in this process."""
    import immortal
    from immortal_checks import CHECKS

    if with_numpy:
        import numpy  # noqa: F401
    CHECKS[name][0]()
    if name != REFUSAL:
        assert ("numpy" in sys.modules) == with_numpy
        assert isinstance(immortal._memory(), immortal._Arrays) == with_numpy


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, default=OURS, help="an immortal.py; default: ours")
    parser.add_argument("--check", action="append", help="only this one; may be given again")
    parser.add_argument("--set-immortal", action="store_true", help="try CPython 3.15's function")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--numpy", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
