"""Do cells that cannot fit harm the machine? With and without swap, in a control group as well.

``.venv/bin/python benchmarks/too_large.py [NAME …]``; root makes swap and control groups. Of each
strategy one cell is small, one has data of half the memory, of which no second copy fits, and one
has data of 1.5 times the memory. Prints how the runs ended, the least memory that was available to
the machine, the most swap in use, the longest that a process which only wanted to sleep for 20 ms
was kept waiting beyond that, and how many processes the kernel had to end.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import yaml
from conditions import PROJECT, ROOT, NotHere, Place, tiny_study

sys.path.insert(0, str(PROJECT / "scripts"))
sys.path.insert(0, str(PROJECT / "tests"))

from memory_group import MemoryGroup

from supervisor.kernel import text

BYTES_AN_ITEM = 36  # of a list of ints under CPython
SHARES = (0.5, 1.5)  # of the memory
STRATEGIES = ["serial", "global", "argument"]
GROUP_MIB = 2048
SWAP_MIB = 4096
SLEEP_S = 0.02
WANTED = {"ok", "out_of_memory"}


def machine(stack):
    """The machine as it is."""
    return [], psutil.virtual_memory().total


def machine_with_swap(stack):
    """The machine with 4 GiB of swap, or with what it has."""
    stack.enter_context(swap())
    return machine(stack)


def group(stack):
    """A control group of 2 GiB, as a container or a batch system makes one."""
    try:
        made = MemoryGroup(GROUP_MIB)
    except OSError as error:
        raise NotHere(f"no control group can be made ({error})") from None
    stack.callback(made.end)
    return made.command([]), GROUP_MIB << 20


def group_with_swap(stack):
    """The same on a machine with swap, which the group may use."""
    stack.enter_context(swap())
    return group(stack)


SURROUNDINGS = {one.__name__: one for one in (group, group_with_swap, machine, machine_with_swap)}


@contextmanager
def swap():
    """Let the machine have swap, in a file, unless it has some."""
    if psutil.swap_memory().total:
        yield
        return
    if not ROOT or not shutil.which("mkswap"):
        raise NotHere("only root can add swap, by mkswap and swapon")
    with tempfile.NamedTemporaryFile(dir="/var/tmp") as file:
        zeroes = bytes(1 << 20)
        for _ in range(SWAP_MIB):  # a swap file may have no holes
            file.write(zeroes)
        file.flush()
        subprocess.run(["mkswap", file.name], check=True, capture_output=True)
        subprocess.run(["swapon", file.name], check=True)
        try:
            yield
        finally:
            subprocess.run(["swapoff", file.name], check=True)


class Look:
    """What the machine goes through while it is entered."""

    def __enter__(self):
        self.least, self.swap, self.late = psutil.virtual_memory().available, 0, 0.0
        self.ended_before = ended_by_kernel()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.keep_looking)
        self.thread.start()
        return self

    def keep_looking(self):
        while not self.over.is_set():
            self.least = min(self.least, psutil.virtual_memory().available)
            self.swap = max(self.swap, psutil.swap_memory().used)
            began = time.monotonic()
            time.sleep(SLEEP_S)
            self.late = max(self.late, time.monotonic() - began - SLEEP_S)

    def __exit__(self, *exception):
        self.over.set()
        self.thread.join()
        self.ended = ended_by_kernel() - self.ended_before


def ended_by_kernel():
    """Return how many processes the kernel has ended for want of memory since it started."""
    lines = dict(line.split() for line in text("/proc/vmstat").splitlines())
    return int(lines.get("oom_kill", 0))


def study(place, memory):
    """Write the overlay of a study whose cells do not all fit into so many bytes."""
    config = tiny_study()
    config["interpreters"]["pypy"] = None
    for name in ("memory_floor_percent", "memory_floor_mib"):
        del config[name]  # the usual ones: they are what is tried
    config["defaults"]["time_limit_s"] = 120
    config["experiments"]["tiny"] |= {
        "strategies": STRATEGIES,
        "sizes": [1000, *(int(share * memory / BYTES_AN_ITEM) for share in SHARES)],
        "start_methods": ["fork"],
    }
    (place.folder / "tiny.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")


def main(names):
    failed = False
    print("| where | runs | least available | most swap | longest pause | ended by the kernel |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for name in names or SURROUNDINGS:
        try:
            with tempfile.TemporaryDirectory() as base, ExitStack() as stack:
                before, memory = SURROUNDINGS[name](stack)
                place = Place(Path(base) / name)
                study(place, memory)
                with Look() as look:
                    ended = place.run(*before)
                rows = place.rows()
        except NotHere as reason:
            print(f"{name}: not here: {reason}", file=sys.stderr)
            continue
        counts = Counter(rows.values())
        failed |= bool(ended.returncode) or not counts.keys() <= WANTED or len(counts) < 2
        ends = ", ".join(f"{number} {status}" for status, number in counts.items())
        print(
            f"| {name.replace('_', ' ')} | {ends} | {look.least >> 20} MiB | {look.swap >> 20} MiB "
            f"| {look.late * 1e3:.0f} ms | {look.ended} |",
            flush=True,
        )
        if ended.returncode:
            print(ended.stdout.decode(errors="replace")[-1500:], file=sys.stderr)
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SURROUNDINGS))
    sys.exit(main(parser.parse_args().names))
