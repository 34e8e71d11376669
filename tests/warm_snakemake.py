"""Dry runs of Snakemake in forks of one process that has imported it, which takes half of each."""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path


class WarmSnakemake:
    """A process that waits with Snakemake and pandas imported, and with nothing of this project."""

    def __init__(self):
        self._server = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, arguments, folder, variables):
        """Call Snakemake in a folder, with variables set; return exit code and both streams."""
        with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as output:
            call = [arguments, str(folder), os.environ | variables, output.name]
            self._server.stdin.write(json.dumps(call) + "\n")
            self._server.stdin.flush()
            return int(self._server.stdout.readline()), output.read()

    def close(self):
        self._server.stdin.close()
        self._server.wait()


def serve():
    """Answer calls until nobody can make one any more."""
    import pandas  # noqa: F401
    import snakemake.cli
    import snakemake.workflow  # noqa: F401

    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            answer(*json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def answer(arguments, folder, environment, output):
    """Do in this process what `python -m snakemake` does, and end it."""
    from snakemake.cli import main

    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream in (1, 2):
        os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    sys.argv = [str(Path(sys.modules["snakemake"].__file__).with_name("__main__.py")), *arguments]
    sys.path[0] = folder
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()
