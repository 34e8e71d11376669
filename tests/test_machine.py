"""What the supervisor reads of the machine and of processes, from files and figures known here."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from supervisor import control_group, machine, processes
from supervisor.columns import MACHINE
from supervisor.kernel import chosen, text_of

MIB = 2**20
HOST = 8000 * MIB

V2 = {
    "/proc/self/cgroup": "0::/user/job",
    "/sys/fs/cgroup/memory.max": str(1000 * MIB),
    "/sys/fs/cgroup/memory.current": str(600 * MIB),
    "/sys/fs/cgroup/memory.stat": f"anon 1\ninactive_file {150 * MIB}\nactive_file 7",
    "/sys/fs/cgroup/cpu.max": "150000 100000",
}
V1 = {
    "/proc/self/cgroup": "9:cpu,cpuacct:/\n5:memory:/",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": str(2000 * MIB),
    "/sys/fs/cgroup/memory/memory.usage_in_bytes": str(1500 * MIB),
    "/sys/fs/cgroup/memory/memory.stat": f"inactive_file 1\ntotal_inactive_file {500 * MIB}",
}
UNLIMITED = {
    "v2": V2 | {"/sys/fs/cgroup/memory.max": "max", "/sys/fs/cgroup/cpu.max": "max 100000"},
    "v1": V1 | {"/sys/fs/cgroup/memory/memory.limit_in_bytes": str(2**63 - 4096)},
    "none": {},
}


@pytest.fixture
def kernel(monkeypatch):
    """Replace the kernel's files and the host's memory."""

    class Memory:
        total, available = HOST, 3000 * MIB

    def set_files(files):
        for module in (machine, control_group):
            monkeypatch.setattr(module, "text_of", lambda path: files.get(str(path), ""))
        # Only the folders that a test names are there, and those around them.
        folders = {parent for name in files for parent in Path(name).parents}
        monkeypatch.setattr(Path, "is_dir", lambda path: path in folders)
        monkeypatch.setattr(machine.psutil, "virtual_memory", Memory)
        return Memory

    return set_files


@pytest.mark.parametrize(
    ("files", "limit_mib", "used_mib"), [(V2, 1000, 450), (V1, 2000, 1000)], ids=["v2", "v1"]
)
def test_control_group_limits_memory(files, limit_mib, used_mib, kernel):
    kernel(files)
    assert control_group.memory_limits(HOST) == [(limit_mib * MIB, used_mib * MIB)]
    assert machine.total_memory() == limit_mib * MIB
    assert machine.available_memory() == (limit_mib - used_mib) * MIB


@pytest.mark.parametrize("name", UNLIMITED)
def test_without_a_limit_the_host_counts(name, kernel):
    memory = kernel(UNLIMITED[name])
    assert control_group.memory_limits(HOST) == []
    assert machine.total_memory() == memory.total
    assert machine.available_memory() == memory.available


def test_host_counts_where_it_has_less_than_the_group(kernel):
    memory = kernel(V2)
    memory.available = 100 * MIB
    assert machine.available_memory() == 100 * MIB


def test_group_that_is_full_has_nothing_available(kernel):
    kernel(V2 | {"/sys/fs/cgroup/memory.current": str(1300 * MIB)})
    assert machine.available_memory() == 0


def test_quota_of_cpus(kernel):
    kernel(V2)
    assert control_group.cpu_quota() == 1.5
    kernel(UNLIMITED["v2"])
    assert control_group.cpu_quota() is None
    kernel({})
    assert control_group.cpu_quota() is None


def test_folder_of_the_control_group(kernel):
    root = Path("/sys/fs/cgroup")
    kernel(V2 | {"/sys/fs/cgroup/user/job/memory.max": "max"})
    assert control_group.group_folder("") == root / "user/job"
    assert control_group.levels("") == [root / "user/job", root / "user", root]
    # In a container the path is the host's, which is not visible.
    kernel(V2)
    assert control_group.group_folder("") == root
    kernel(V1)
    assert control_group.group_folder("memory") == root / "memory"


NESTED = {
    "/proc/self/cgroup": "0::/outer/inner",
    "/sys/fs/cgroup/outer/memory.max": str(500 * MIB),
    "/sys/fs/cgroup/outer/memory.current": str(100 * MIB),
    "/sys/fs/cgroup/outer/cpu.max": "50000 100000",
    "/sys/fs/cgroup/outer/inner/memory.max": str(900 * MIB),
    "/sys/fs/cgroup/outer/inner/memory.current": str(850 * MIB),
    "/sys/fs/cgroup/outer/inner/cpu.max": "max 100000",
}


def test_limits_of_all_groups_around_count(kernel):
    kernel(NESTED)
    assert machine.total_memory() == 500 * MIB
    assert machine.available_memory() == 50 * MIB  # of the inner one, which is nearly full
    assert control_group.cpu_quota() == 0.5
    assert machine.usable_cpus() == 0.5


def test_limit_of_a_group_that_cannot_be_seen(kernel):
    stat = f"hierarchical_memory_limit {700 * MIB}\ntotal_inactive_file 0"
    kernel(V1 | {"/sys/fs/cgroup/memory/memory.stat": stat})
    assert machine.total_memory() == 700 * MIB


def test_quota_of_version_1(kernel):
    quota = {
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    }
    kernel(V1 | quota)
    assert control_group.cpu_quota() == 1.5
    kernel(V1 | quota | {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1"})
    assert control_group.cpu_quota() is None


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_affinity_limits_the_cpus(kernel):
    kernel({})
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert machine.usable_cpus() == 1
    finally:
        os.sched_setaffinity(0, allowed)


def test_floor_is_the_larger_one_and_leaves_a_small_machine_room(kernel):
    kernel({})
    assert machine.memory_floor(50, 1024) == (HOST / 2, "memory_floor_percent")
    assert machine.memory_floor(1, 1024) == (1024 * MIB, "memory_floor_mib")
    kernel(V2)  # 1000 MiB in all
    assert machine.memory_floor(8, 1024) == (250 * MIB, "memory_floor_mib")


@pytest.mark.parametrize(
    ("flags", "logical", "expected"),
    [("fpu", 4, True), ("fpu", 2, False), ("fpu hypervisor", 4, "unknown")],
)
def test_a_virtual_machine_hides_its_threads(flags, logical, expected, kernel):
    kernel({"/proc/cpuinfo": f"model name : x\nflags\t\t: {flags}\n"})
    assert machine.multithreading(2, logical) == expected


def test_small_words():
    assert chosen("always [madvise] never") == "madvise"
    assert chosen("") == ""
    assert machine.whole_mib(None) is None
    assert machine.whole_mib(3 * MIB + 5) == 3
    assert text_of("/there/is/no/such/file") == ""


def test_description_has_every_column_and_no_name_of_the_host():
    described = machine.describe_machine("my label")
    assert tuple(described) == MACHINE
    assert described["machine"] == "my label"
    assert described["memory_total_mib"] >= described["memory_available_mib"] > 0
    unnamed = machine.describe_machine()
    assert described["cpu_model"] in unnamed["machine"]
    assert os.uname().nodename not in unnamed.values()


SHARED_MIB, PRIVATE_MIB = 64, 16
TREE = f"""
import os, time
shared = b"x" * ({SHARED_MIB} << 20)
children = []
ready, up = os.pipe()
for _ in range(3):
    child = os.fork()
    if not child:
        own = b"y" * ({PRIVATE_MIB} << 20)
        os.write(up, b".")
        time.sleep(600)
    children.append(child)
for _ in range(3):
    os.read(ready, 1)
print(*children, flush=True)
time.sleep(600)
"""


def test_shared_memory_counts_once_in_the_tree_and_not_in_the_workers():
    tree = subprocess.Popen(
        [sys.executable, "-c", TREE], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        workers = {int(word) for word in tree.stdout.readline().split()}
        seen = processes.snapshot(processes.tree_of(tree.pid), tree.pid, workers)
        # The interpreters themselves take some MiB on top; a second count of `shared` 64.
        own = SHARED_MIB + 3 * PRIVATE_MIB
        assert own <= seen["tree_pss_mib"] < own + SHARED_MIB * 0.75
        assert PRIVATE_MIB <= seen["workers_uss_mib"] < PRIVATE_MIB + SHARED_MIB / 2
        assert seen["workers_uss_mib"] <= seen["workers_uss_max_mib"]
        assert seen["minor_faults"] > 0
        assert {process.pid for process in processes.tree_of(tree.pid)} == {tree.pid, *workers}
        # The main process does not count as a worker of its own.
        alone = processes.snapshot(processes.tree_of(tree.pid), tree.pid, {tree.pid})
        assert alone["workers_uss_mib"] is alone["workers_uss_max_mib"] is None
    finally:
        os.killpg(tree.pid, signal.SIGKILL)
        tree.wait()
        tree.stdout.close()
    assert processes.tree_of(tree.pid) == []


def test_end_leaves_nothing_of_the_group_nor_of_those_with_the_mark(tmp_path):
    group = subprocess.Popen(["/bin/sh", "-c", "sleep 600 & sleep 600"], start_new_session=True)
    marked = subprocess.Popen(
        ["sleep", "600"], env=os.environ | {"TMPDIR": str(tmp_path)}, start_new_session=True
    )
    neither = subprocess.Popen(["sleep", "600"])

    def found():
        return processes.processes_of(group.pid, tmp_path)

    while len(found()) < 4:
        pass
    processes.end_processes(found)
    group.wait()
    marked.wait()
    assert found() == set()
    assert neither.poll() is None
    neither.kill()
    neither.wait()
    processes.end_processes(found)  # once more: nothing to do, no error


def test_below_leaves_out_one_process():
    script = "import subprocess, time; subprocess.Popen(['sleep', '600']); time.sleep(600)"
    parents = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    try:
        while any(len(processes.tree_of(one.pid)) < 2 for one in parents):
            pass
        left = {
            process.pid for process in processes.descendants_of(os.getpid(), besides=parents[0].pid)
        }
        assert left >= {process.pid for process in processes.tree_of(parents[1].pid)}
        assert parents[0].pid not in left and os.getpid() not in left
    finally:
        for one in parents:
            processes.end_processes(
                lambda one=one: filter(processes.is_alive, processes.tree_of(one.pid))
            )
            one.wait()


def test_page_faults_of_a_process_that_is_gone():
    assert processes.page_faults(2**22 + 1) == (0, 0)
    assert processes.page_faults(os.getpid())[0] > 0
