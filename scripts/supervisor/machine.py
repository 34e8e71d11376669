"""What a run's row says of the machine: enough to judge the numbers, not enough to find it."""

import os
import platform
from pathlib import Path

import psutil

MIB = 2**20


def describe_machine(label=None):
    """Return the `MACHINE` columns. `label` names the machine; default: CPU model and cores."""
    model, physical, logical = cpu_model(), psutil.cpu_count(logical=False), psutil.cpu_count()
    return {
        "machine": label or f"{model}, {physical or logical} cores",
        "cpu_model": model,
        "physical_cores": physical,
        "logical_cores": logical,
        "smt": bool(physical and logical > physical),
        "governor": text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "transparent_huge_pages": chosen(text("/sys/kernel/mm/transparent_hugepage/enabled")),
        "kernel": f"{platform.system()} {platform.release().split('-')[0]}",
        "cgroup_memory_mib": mib(cgroup_memory()[0]),
        "cgroup_cpus": cgroup_cpus(),
        "memory_total_mib": mib(psutil.virtual_memory().total),
        "memory_available_mib": mib(available_memory()),
        "load_average": round(os.getloadavg()[0], 2),
    }


def available_memory():
    """Return the bytes that can still be taken: the host's, or the cgroup's if that is less."""
    limit, used = cgroup_memory()
    host = psutil.virtual_memory().available
    return host if limit is None else min(host, max(0, limit - used))


def total_memory():
    """Return the bytes there are: the host's, or the cgroup's limit if that is less."""
    limit, _ = cgroup_memory()
    host = psutil.virtual_memory().total
    return host if limit is None else min(host, limit)


def cgroup_memory():
    """Return (limit, used) of this process's control group in bytes; (None, 0) without a limit.

    Version 2 and version 1; the page cache that the kernel would give back counts as used in
    neither. A limit above the host's memory is none.
    """
    for folder, limit_file, used_file, cache in (
        (cgroup_folder(""), "memory.max", "memory.current", "inactive_file"),
        (
            cgroup_folder("memory"),
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
            "total_inactive_file",
        ),
    ):
        limit = text(folder / limit_file)
        if limit.isdigit() and int(limit) < psutil.virtual_memory().total:
            used = int(text(folder / used_file) or 0)
            statistics = dict(
                line.split(maxsplit=1) for line in text(folder / "memory.stat").splitlines()
            )
            return int(limit), max(0, used - int(statistics.get(cache, 0)))
    return None, 0


def cgroup_cpus():
    """Return how many CPUs' time the control group may use, or None without a quota (v2)."""
    quota, _, period = text(cgroup_folder("") / "cpu.max").partition(" ")
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() else None


def cgroup_folder(controller):
    """Return the folder of this process's control group: version 2 for an empty name, else v1."""
    root = Path("/sys/fs/cgroup") / controller
    for line in text("/proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            inner = root / path.lstrip("/")
            return inner if inner.is_dir() else root
    return root


def cpu_model():
    """Return the processor's name as the kernel gives it."""
    for line in text("/proc/cpuinfo").splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()


def chosen(options):
    """Return the bracketed word of a kernel setting such as ``always [madvise] never``."""
    return options.partition("[")[2].partition("]")[0]


def text(path):
    """Return a small file's text, stripped; empty if it cannot be read."""
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def mib(size):
    """Return bytes as whole MiB; None stays None."""
    return None if size is None else round(size / MIB)
