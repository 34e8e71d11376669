"""What Snakemake and the programs that it starts find around them, wherever they are started."""

import getpass
import os
import sys
from pathlib import Path

from supervisor.encoding import utf8_variables


def prepare_environment() -> None:
    """Make this process's environment, which all the programs that it starts inherit, fit."""
    # `python` in a shell line is the interpreter that runs Snakemake, whatever is on PATH.
    path = [str(Path(sys.executable).parent), *os.get_exec_path()]
    os.environ.update(PATH=os.pathsep.join(path), **utf8_variables())
    if not has_name():  # a container's user, to whom Snakemake's log gives a name
        os.environ["LOGNAME"] = str(os.getuid())
    if sys.getfilesystemencoding() != "utf-8":
        speak_utf8()


def has_name() -> bool:
    """Return whether Python can say who the user is."""
    try:
        return bool(getpass.getuser())
    except (KeyError, OSError, ImportError):
        return False


def speak_utf8() -> None:
    """Start again in UTF-8: what was read from files until now does not name what it should."""
    if "utf8" not in sys._xoptions:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
