"""What a process has used, for the row of its run.

By `resource`, but on PyPy from /proc: that module of PyPy's loads a shared object, and from then on
a walk of the same list takes half as long again. `hashlib`, `shutil` and a pool of processes load
one, too. A program that imports none of them is to be measured as fast as it is.
"""

import os
import sys

PAGE_IN_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20
# Fields of /proc/self/stat behind the name, which may have spaces in it: proc(5).
MINOR_FAULTS, MAJOR_FAULTS = 7, 9


def resident_mib():
    """Return this process's resident memory in MiB; 0 where there is no /proc."""
    try:
        pages = int(read("/proc/self/statm").split()[1])
    except OSError:
        return 0.0
    return pages * PAGE_IN_MIB


def read(path):
    """Return what a short file holds, as bytes."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)


if sys.implementation.name == "pypy":
    _resource = None

    def by_resource():
        """Count by `resource` from now on, in 3 µs in place of 20: for who slows PyPy anyway."""
        global _resource
        import resource

        _resource = resource

    def page_faults():
        """Return the minor page faults of this process."""
        if _resource:
            return _resource.getrusage(_resource.RUSAGE_SELF).ru_minflt
        return fault_fields()[0]

    def usage():
        """Return what this process has used so far: page faults, CPU seconds."""
        minor, major = fault_fields()
        times = os.times()
        return used(minor, major, times.user, times.system)

    def fault_fields():
        """Return (minor page faults, major ones)."""
        fields = read("/proc/self/stat").rpartition(b") ")[2].split()
        return int(fields[MINOR_FAULTS]), int(fields[MAJOR_FAULTS])

else:
    import resource

    # Threads share one counter of page faults unless the kernel is asked for the calling thread's.
    _WHO = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)

    def by_resource():
        """Count by `resource`: so it is."""

    def page_faults():
        """Return the minor page faults of this thread."""
        return resource.getrusage(_WHO).ru_minflt

    def usage():
        """Return what this process has used so far: page faults, CPU seconds."""
        found = resource.getrusage(resource.RUSAGE_SELF)
        return used(found.ru_minflt, found.ru_majflt, found.ru_utime, found.ru_stime)


def used(minor, major, user_s, system_s):
    """Return the columns of a run that say what it has used."""
    return {
        "minor_faults": minor,
        "major_faults": major,
        "cpu_user_s": user_s,
        "cpu_system_s": system_s,
    }
