"""What a run's row says of the machine: enough to judge the numbers, not enough to find it."""

import os
import platform

import psutil

from supervisor.control_group import cpu_quota, memory_limits
from supervisor.kernel import chosen, text_of
from supervisor.types import Row

MIB = 2**20
MOST_OF_ALL = 0.25  # of all memory: a floor in MiB that is made for a larger machine takes no more


def describe_machine(label: str | None = None) -> Row:
    """Return the `MACHINE` columns. `label` names the machine; default: CPU model and cores."""
    model, physical, logical = cpu_model(), psutil.cpu_count(logical=False), psutil.cpu_count()
    limits = memory_limits(psutil.virtual_memory().total)
    return {
        "machine": label or f"{model}, {physical or logical} cores",
        "node": node(),
        "cpu_model": model,
        "physical_cores": physical,
        "logical_cores": logical,
        "usable_cpus": usable_cpus(),
        "smt": multithreading(physical, logical),
        "governor": text_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "transparent_huge_pages": chosen(text_of("/sys/kernel/mm/transparent_hugepage/enabled")),
        "kernel": f"{platform.system()} {platform.release().split('-')[0]}",
        "cgroup_memory_mib": whole_mib(limits[0][0]) if limits else None,
        "cgroup_cpus": cpu_quota(),
        "memory_total_mib": whole_mib(psutil.virtual_memory().total),
        "memory_available_mib": whole_mib(available_memory()),
        "load_average": round(os.getloadavg()[0], 2),
    }


def node() -> str | None:
    """Return the name of the cluster's node that SLURM runs this on; None on any other machine."""
    return os.environ.get("SLURMD_NODENAME")


def available_memory() -> int:
    """Return the bytes that can still be taken: the host's, or a group's if that is less."""
    memory = psutil.virtual_memory()
    rooms = (max(0, limit - used) for limit, used in memory_limits(memory.total))
    return min([memory.available, *rooms])


def total_memory() -> int:
    """Return the bytes there are: the host's, or a control group's limit if that is less."""
    total = psutil.virtual_memory().total
    return min([total, *(limit for limit, _ in memory_limits(total))])


def memory_floor(percent: float, mebibytes: float) -> tuple[float, str]:
    """Return (bytes that must stay available, the setting that says so).

    The larger of the two settings, but of the one in MiB no more than `MOST_OF_ALL`.
    """
    total = total_memory()
    absolute = min(mebibytes * MIB, MOST_OF_ALL * total)
    return max((percent / 100 * total, "memory_floor_percent"), (absolute, "memory_floor_mib"))


def usable_cpus() -> float:
    """Return how many CPUs' time this process can have: by affinity, and by a group's quota."""
    if hasattr(os, "sched_getaffinity"):
        number = len(os.sched_getaffinity(0))
    else:
        number = psutil.cpu_count() or 1
    quota = cpu_quota()
    return number if quota is None else min(number, quota)


def multithreading(physical: int | None, logical: int | None) -> bool | str:
    """Return whether cores are shared by logical ones; "unknown" where a hypervisor may hide it."""
    if "hypervisor" in cpu_flags():
        return "unknown"
    return bool(physical and logical and logical > physical)


def cpu_flags() -> set[str]:
    """Return the processor's features in the kernel's words."""
    for line in text_of("/proc/cpuinfo").splitlines():
        if line.startswith("flags"):
            return set(line.partition(":")[2].split())
    return set()


def cpu_model() -> str:
    """Return the processor's name as the kernel gives it."""
    for line in text_of("/proc/cpuinfo").splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()


def whole_mib(size: int | None) -> int | None:
    """Return bytes as whole MiB; None stays None."""
    return None if size is None else round(size / MIB)
