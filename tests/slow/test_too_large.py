"""Cells that cannot fit do the machine no harm: with and without swap, in a control group as well.

Of each strategy one cell is small, one has data of half the memory, of which no second copy fits,
and one has data of 1.5 times the memory.
"""

import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager

import psutil
import pytest
from memory_group import MemoryGroup
from tiny_study import needs_root, statuses, tiny_study

from supervisor.kernel import text_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800), needs_root]

BYTES_AN_ITEM = 36  # of a list of ints under CPython
SHARES = (0.5, 1.5)  # of the memory
GROUP_MIB = 2048
SWAP_MIB = 4096


@contextmanager
def swap():
    """Let the machine have swap, in a file, unless it has some."""
    if psutil.swap_memory().total:
        yield
        return
    if not shutil.which("mkswap"):
        pytest.skip("swap is added by mkswap")
    with tempfile.NamedTemporaryFile(dir="/var/tmp") as file:
        for _ in range(SWAP_MIB):  # a swap file may have no holes
            file.write(bytes(1 << 20))
        file.flush()
        subprocess.run(["mkswap", file.name], check=True, capture_output=True)
        subprocess.run(["swapon", file.name], check=True)
        try:
            yield
        finally:
            subprocess.run(["swapoff", file.name], check=True)


@contextmanager
def group():
    """Give the words that run a command in a control group, as a container makes one."""
    try:
        made = MemoryGroup(GROUP_MIB)
    except OSError as error:
        pytest.skip(f"no control group can be made ({error})")
    yield made.command([])
    made.end()


def ended_by_kernel():
    """Return how many processes the kernel has ended for want of memory since it started."""
    lines = dict(line.split() for line in text_of("/proc/vmstat").splitlines())
    return int(lines.get("oom_kill", 0))


@pytest.mark.parametrize("with_swap", [False, True], ids=["no swap", "swap"])
@pytest.mark.parametrize("in_group", [True, False], ids=["group", "machine"])
def test_only_what_cannot_fit_is_out_of_memory(in_group, with_swap, tmp_path):
    memory = GROUP_MIB << 20 if in_group else psutil.virtual_memory().total
    study = tiny_study(
        tmp_path / "study",
        ("serial", "global", "argument"),
        interpreters=["cpython"],
        sizes=[1000, *(int(share * memory / BYTES_AN_ITEM) for share in SHARES)],
        start_methods=["fork"],
        time_limit_s=120,
    )
    for name in ("memory_floor_percent", "memory_floor_mib"):
        del study.config[name]  # the usual ones: they are what is tried
    study.patience_s = 1500
    with ExitStack() as stack:
        if with_swap:
            stack.enter_context(swap())
        before = stack.enter_context(group()) if in_group else ()
        ended_before = ended_by_kernel()
        study.snakemake("runs", before=before).check()
    assert set(statuses(study).values()) == {"ok", "out_of_memory"}
    assert ended_by_kernel() == ended_before
