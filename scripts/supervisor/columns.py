"""The columns of runs.csv and jobs.csv, and the words for how a run can end."""

STATUSES = ("ok", "unsupported", "failed", "crashed", "timeout", "out_of_memory", "wrong")

NUMBERS = ("size", "workers", "jobs")  # of a cell; size in items
# What identifies a cell. An experiment has one workload, so that is no part of it.
IDENTITY = ("experiment", "interpreter", "strategy", "start_method", *NUMBERS)
# Strategies and workers differ within a group of cells that are compared, and nothing else.
GROUP = ["experiment", "interpreter", "size", "jobs"]
CELL = ("experiment", "interpreter", "strategy", "start_method", "workload", *NUMBERS)
KEY = (*CELL, "repeat")
OUTCOME = ("status", "reason")
TIMES = (
    "build_s",
    "publish_s",
    "start_s",
    "map_s",
    "stop_s",
    "total_s",  # publish to stop: from the end of build until the last worker is gone
    "wall_s",  # the supervisor's whole time for this run, waiting for lock and quiet left out
)
MEMORY = (
    "data_mib",  # growth of the resident memory by building the data
    "tree_pss_mib",  # proportional set size, summed over all processes, after map
    "workers_uss_mib",  # private memory of a worker after map, mean over the workers
    "workers_uss_max_mib",
)
# The whole process tree, from the end of build to the end of map.
USAGE = ("minor_faults", "major_faults", "cpu_user_s", "cpu_system_s")
# Of the whole tree in the same time, to the nanosecond: on a CPU, and ready but waiting for one.
SCHEDULED = ("on_cpu_s", "waiting_for_cpu_s")
# What the machine gave: raw seconds, judged in tables/disturbance.py.
YARDSTICK = (
    # A fixed piece of work by every usable CPU at the same time, one number each; the one after a
    # run is empty where that before the next run stands for it.
    "yardstick_before_s",
    "yardstick_after_s",
)
BESIDE = (
    "watched_s",  # from before the measured program started until it was gone
    "other_cpu_s",  # CPU time of everything else in that time, over all processors
    "steal_s",  # taken by the hypervisor, where it says so
    "cpu_pressure_s",  # some task on the machine waited for a CPU
)
INTERPRETER = (
    "implementation",
    "version",
    "gil",  # whether it is enabled
    "build",  # such as "PGO, no LTO, free-threaded"; empty where the interpreter does not say
    "command",
    "libraries",  # versions of those that the strategy uses, or the workload
    "hash_seed",  # PYTHONHASHSEED: the same in all runs of a block, another in the next
)
MACHINE = (
    "machine",
    "node",  # of a cluster that SLURM runs; empty elsewhere
    "cpu_model",
    "physical_cores",
    "logical_cores",
    "usable_cpus",  # by affinity, and by the control groups' quota
    "smt",  # "unknown" in a virtual machine, which may hide it
    "governor",
    "transparent_huge_pages",
    "kernel",
    "cgroup_memory_mib",
    "cgroup_cpus",
    "memory_total_mib",
    "memory_available_mib",
    "load_average",  # over the last minute, when the run began
)
RUN_COLUMNS = (
    *KEY,
    *OUTCOME,
    *TIMES,
    *MEMORY,
    *USAGE,
    *SCHEDULED,
    *YARDSTICK,
    *BESIDE,
    "threads_at_fork",  # of the program when it first forked; empty where it never did
    "digest",
    *INTERPRETER,
    *MACHINE,
    "started_utc",
    "code_version",
)
# A run for its cell's peak memory has no times: looking all the time would be in them.
MEMORY_RUN_COLUMNS = (
    *CELL,
    *OUTCOME,
    "peak_pss_mib",  # the largest proportional set size of the tree from the end of build on
    "samples",  # how often it was looked at
    *MEMORY,
    "started_utc",
    "code_version",
)
# A worker at a mark of its life (`sharing.lifetime`). A run without a result is one row, without.
LIFETIME_COLUMNS = (
    *KEY,
    *OUTCOME,
    "mark",  # the share of the items that it has read: 0, 0.001, …; then "collected"
    "worker",  # numbered from 1 within the run, anew at each mark
    "items",  # read so far
    "reading_s",  # seconds that they took, and the collection; no waiting
    "first_item_s",  # from the end of build until the worker has read one item
    "uss_mib",  # private memory; none where the worker is a thread of the main process
    "pss_mib",
    "tree_pss_mib",
    "collections_young",  # in the worker so far; CPython: generation 0, PyPy: minor ones
    "collections_middle",
    "collections_full",  # PyPy: major ones, finished
    "data_mib",
    "implementation",
    "version",
    "gil",
    "build",
    "libraries",
    "started_utc",
    "code_version",
)
JOB_COLUMNS = (
    *KEY,
    "job",
    "worker",  # numbered from 1 within the run
    "submitted_s",  # from the start of map
    "started_s",
    "finished_s",
    "minor_faults",  # of this job alone
    "worker_minor_faults",  # of its worker since the worker began
)
