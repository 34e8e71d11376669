"""All that this workflow uses of Snakemake's inside, each with its reason.

None of it is promised by Snakemake, so a new version may break it: the tests of this module say of
each what to look at then. The profiles use two more, because they are read before this module can
be found: `get_argument_parser` and `resolve_snakefile` of snakemake.cli, so that a mistake on the
command line or in an overlay is answered before Snakemake meets it with a traceback.
"""

import logging
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from snakemake.logging import logger  # type: ignore[import-untyped]  # it has no types
from snakemake.settings import types as settings  # type: ignore[import-untyped]  # nor here
from snakemake_interface_logger_plugins.common import LogEvent

from study.types import Section, Step, Wildcards

CHATTER = re.compile(
    r"Select jobs to execute|Execute \d+ jobs|DAG of jobs will be updated|"
    r"Updating checkpoint dependencies|Rules claiming more threads|Conda environments: ignored"
)


class CommandLine(Protocol):
    """Snakemake's own arguments, as far as they are looked at; paths as it has made them."""

    directory: Path | None
    configfile: Sequence[Path] | None
    config: Sequence[str] | None
    replace_workflow_config: bool


class ConfigSettings(Protocol):
    """What of the command line concerns the configuration."""

    configfiles: Sequence[Path]
    config_args: Sequence[str] | None
    replace_workflow_config: bool


class DeploymentSettings(Protocol):
    """Where software comes from."""

    deployment_method: Collection[object]


class Scheduler(Protocol):
    """What starts jobs, and the limit on how many in a second."""

    job_rate_limiter: object | None


class Rule(Protocol):
    """A rule."""

    name: str


class Job(Protocol):
    """One step, of a rule."""

    rule: Rule
    wildcards: Wildcards


class Graph(Protocol):
    """All jobs, from which to which."""

    finished_jobs: Iterable[Job]

    def needrun_jobs(self) -> Iterable[Job]: ...


class Persistence(Protocol):
    """What is recorded of the jobs."""

    dag: Graph


class Workflow(Protocol):
    """Snakemake's `workflow`, as far as it is used here."""

    config_settings: ConfigSettings
    deployment_settings: DeploymentSettings
    dryrun: bool
    is_main_process: bool
    persistence: Persistence
    scheduler: Scheduler


def let_it_sleep(workflow: Workflow) -> None:
    """Take away the limit on jobs a second, by default 100: it keeps the scheduler awake.

    With a limit, every round of the scheduler leaves a timer behind whose end begins another round,
    which leaves another timer, as long as there are jobs to come
    (`JobScheduler._schedule_reevalutation`). Every job adds one: after some hundred runs they take
    most of a core, beside whatever is measured. No option takes the limit away; when a study
    starts, the scheduler is there and has not begun.
    """
    workflow.scheduler.job_rate_limiter = None


def read_overlays_by(read: Callable[[str | Path], Section]) -> None:
    """Let Snakemake read the files of --configfile by `read`, which returns a dict.

    Its own reader refuses a file that holds no keys, only comments.
    """
    settings.load_configfile = read


def command_line(workflow: Workflow) -> tuple[Sequence[Path], Sequence[str], bool]:
    """Return (overlays, settings, whether they replace config.yaml), as --configfile and --config.

    `config` in a Snakefile is merged already: which file a mistake stands in is not known there.
    """
    asked = workflow.config_settings
    return asked.configfiles, asked.config_args or [], asked.replace_workflow_config


def is_main_process(workflow: Workflow) -> bool:
    """Return whether this is the Snakemake that was called, not one that it started for a job."""
    return workflow.is_main_process


def uses_conda(workflow: Workflow) -> bool:
    """Return whether --sdm conda was given: no rule can ask, and one without it makes nothing."""
    asked = workflow.deployment_settings.deployment_method
    return settings.DeploymentMethod.CONDA in asked


def jobs_to_do(workflow: Workflow) -> list[Step]:
    """Return (rule, wildcards) of every job that is planned, to announce them; for `onstart`."""
    return [(job.rule.name, job.wildcards) for job in workflow.persistence.dag.needrun_jobs()]


def finished_rules(workflow: Workflow) -> set[str]:
    """Return the rules of which a job was done just now; for `onsuccess`."""
    return {job.rule.name for job in workflow.persistence.dag.finished_jobs}


def filter_log(log_filter: logging.Filter) -> None:
    """Let a `logging.Filter` decide what Snakemake says.

    A logger plugin could only replace all of its output, and must be installed.
    """
    logger.addFilter(log_filter)


def started_in(record: logging.LogRecord) -> tuple[int, str, dict[str, str]] | None:
    """Return (number, rule, wildcards) if a record says that a job is about to start, else None."""
    said = vars(record)
    if said.get("event") == LogEvent.JOB_INFO:
        return said["jobid"], said["rule_name"], dict(said["wildcards"])
    return None


def ended_in(record: logging.LogRecord) -> int | None:
    """Return the number of the job that has ended if a record says that, else None."""
    said = vars(record)
    number: int | None = said["job_id"] if said.get("event") == LogEvent.JOB_FINISHED else None
    return number


def is_table_of_jobs(record: logging.LogRecord) -> bool:
    """Return whether a record is the table of how many jobs of each rule there are."""
    return vars(record).get("event") == LogEvent.RUN_INFO


def is_dry_run(workflow: Workflow) -> bool:
    """Return whether --dry-run was given; not known before the Snakefile has been read."""
    return workflow.dryrun


def progress_in(record: logging.LogRecord) -> tuple[int, int] | None:
    """Return (steps done, all steps) if a record of the log says that, else None."""
    said = vars(record)
    return (said["done"], said["total"]) if said.get("event") == LogEvent.PROGRESS else None


def failure_in(record: logging.LogRecord) -> tuple[str, Sequence[str]] | None:
    """Return (rule, paths of its logs) if a record says that a step has failed, else None."""
    said = vars(record)
    if said.get("event") == LogEvent.JOB_ERROR:
        return said["rule_name"], said["log"] or ()
    return None


def is_chatter(record: logging.LogRecord) -> bool:
    """Return whether a record says what the progress says as well, or nobody asked."""
    finished = vars(record).get("event") == LogEvent.JOB_FINISHED
    return finished or bool(CHATTER.match(record.getMessage()))
