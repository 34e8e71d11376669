"""The columns of runs.csv and jobs.csv, and the words for how a run can end."""

STATUSES = ("ok", "unsupported", "failed", "crashed", "timeout", "out_of_memory", "wrong")

NUMBERS = ("size", "workers", "jobs")  # of a cell; size in items
# What tells a cell from every other. An experiment has one workload, so that does not.
IDENTITY = ("experiment", "interpreter", "strategy", "start_method", *NUMBERS)
CELL = ("experiment", "interpreter", "strategy", "start_method", "workload", *NUMBERS)
KEY = (*CELL, "repeat")
OUTCOME = ("status", "reason")
TIMES = (
    "build_s",
    "publish_s",
    "start_s",
    "map_s",
    "stop_s",
    "total_s",  # publish to stop: what the user waits for besides building the data
    "wall_s",  # the supervisor's whole time for this run, waiting for the lock left out
)
MEMORY = (
    "data_mib",  # growth of the resident memory by building the data
    "tree_pss_mib",  # proportional set size, summed over all processes, after map
    "workers_uss_mib",  # private memory of a worker after map, mean over the workers
    "workers_uss_max_mib",
)
# The whole process tree, from publish to the end of map.
USAGE = ("minor_faults", "major_faults", "cpu_user_s", "cpu_system_s")
INTERPRETER = (
    "implementation",
    "version",
    "gil",
    "command",
    "libraries",  # versions of those that the strategy uses
)
MACHINE = (
    "machine",
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
    "digest",
    *INTERPRETER,
    *MACHINE,
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
