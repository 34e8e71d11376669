"""What this process's control groups allow: memory and CPU time, of version 2 and version 1.

A group is within others, and each of them may be the one whose limit is reached first, so all
levels up to the root are looked at. In a container the upper levels cannot be seen; version 1
reports their memory limit all the same.
"""

from pathlib import Path

from supervisor.kernel import text_of

CONTROL_GROUPS = Path("/sys/fs/cgroup")
# Controller ("" for version 2), files for limit and use, line of memory.stat with the page cache
# that the kernel would give back.
MEMORY_FILES = (
    ("", "memory.max", "memory.current", "inactive_file"),
    ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def memory_limits(most: int) -> list[tuple[int, int]]:
    """Return (limit, used) in bytes for every level with a limit under `most`, the tightest first.

    The page cache that the kernel would give back does not count as used.
    """
    found = []
    for controller, limit_file, used_file, cache in MEMORY_FILES:
        for folder in levels(controller):
            fields = dict(
                line.split(maxsplit=1) for line in text_of(folder / "memory.stat").splitlines()
            )
            used = max(0, int(text_of(folder / used_file) or 0) - int(fields.get(cache, 0)))
            limits = (text_of(folder / limit_file), fields.get("hierarchical_memory_limit", ""))
            found += [(int(limit), used) for limit in limits if limit.isdigit()]
    return sorted({pair for pair in found if pair[0] < most})


def cpu_quota() -> float | None:
    """Return how many CPUs' time the tightest level allows; None without a quota."""
    quotas = []
    for folder in levels(""):
        quotas.append(text_of(folder / "cpu.max").split())
    for folder in levels("cpu"):
        quotas.append([text_of(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period")])
    allowed = [
        int(quota[0]) / int(quota[1])
        for quota in quotas
        if len(quota) == 2 and all(one.isdigit() for one in quota) and int(quota[1])
    ]
    return min(allowed, default=None)


def levels(controller: str) -> list[Path]:
    """Return the folders of this process's group and of those around it, the innermost first."""
    root = CONTROL_GROUPS / controller
    inner = group_folder(controller)
    return [inner, *(folder for folder in inner.parents if folder.is_relative_to(root))]


def group_folder(controller: str) -> Path:
    """Return the folder of this process's control group: version 2 for an empty name, else v1."""
    root = CONTROL_GROUPS / controller
    for line in text_of("/proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            inner = root / path.lstrip("/")
            return inner if inner.is_dir() else root
    return root
