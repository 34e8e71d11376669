"""All that this workflow uses of Snakemake's inside, each with its reason.

None of it is promised by Snakemake, so a new version may break it: the tests of this module say of
each what to look at then. The profiles use two more, because they are read before this module can
be found: `get_argument_parser` and `resolve_snakefile` of snakemake.cli, so that a mistake on the
command line or in an overlay is answered before Snakemake meets it with a traceback.
"""

import re

from snakemake.logging import logger
from snakemake.settings import types as snakemake_settings
from snakemake.settings.types import DeploymentMethod
from snakemake_interface_logger_plugins.common import LogEvent

CHATTER = re.compile(
    r"Select jobs to execute|Execute \d+ jobs|DAG of jobs will be updated|"
    r"Updating checkpoint dependencies|Rules claiming more threads|Conda environments: ignored"
)


def let_it_sleep(workflow):
    """Take away the limit on jobs a second, by default 100: it keeps the scheduler awake.

    With a limit, every round of the scheduler leaves a timer behind whose end begins another round,
    which leaves another timer, as long as there are jobs to come
    (`JobScheduler._schedule_reevalutation`). Every job adds one: after some hundred runs they take
    most of a core, beside whatever is measured. No option takes the limit away; when a study
    starts, the scheduler is there and has not begun.
    """
    workflow.scheduler.job_rate_limiter = None


def read_overlays_by(read):
    """Let Snakemake read the files of --configfile by `read`, which returns a dict.

    Its own reader refuses a file that holds no keys, only comments.
    """
    snakemake_settings.load_configfile = read


def command_line(workflow):
    """Return (overlays, settings, whether they replace config.yaml), as --configfile and --config.

    `config` in a Snakefile is merged already: which file a mistake stands in is not known there.
    """
    settings = workflow.config_settings
    return settings.configfiles, settings.config_args or [], settings.replace_workflow_config


def is_main_process(workflow):
    """Return whether this is the Snakemake that was called, not one that it started for a job."""
    return workflow.is_main_process


def uses_conda(workflow):
    """Return whether --sdm conda was given: no rule can ask, and one without it makes nothing."""
    return DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method


def jobs_to_do(workflow):
    """Return (rule, wildcards) of every job that is planned, to announce them; for `onstart`."""
    return [(job.rule.name, job.wildcards) for job in workflow.persistence.dag.needrun_jobs()]


def finished_rules(workflow):
    """Return the rules of which a job was done just now; for `onsuccess`."""
    return {job.rule.name for job in workflow.persistence.dag.finished_jobs}


def filter_log(log_filter):
    """Let a `logging.Filter` decide what Snakemake says.

    A logger plugin could only replace all of its output, and must be installed.
    """
    logger.addFilter(log_filter)


def started_in(record):
    """Return (number, rule, wildcards) if a record says that a job is about to start, else None."""
    if getattr(record, "event", None) == LogEvent.JOB_INFO:
        return record.jobid, record.rule_name, dict(record.wildcards)
    return None


def ended_in(record):
    """Return the number of the job that has ended if a record says that, else None."""
    if getattr(record, "event", None) == LogEvent.JOB_FINISHED:
        return record.job_id
    return None


def is_table_of_jobs(record):
    """Return whether a record is the table of how many jobs of each rule there are."""
    return getattr(record, "event", None) == LogEvent.RUN_INFO


def is_dry_run(workflow):
    """Return whether --dry-run was given; not known before the Snakefile has been read."""
    return workflow.dryrun


def progress_in(record):
    """Return (steps done, all steps) if a record of the log says that, else None."""
    if getattr(record, "event", None) == LogEvent.PROGRESS:
        return record.done, record.total
    return None


def failure_in(record):
    """Return (rule, paths of its logs) if a record says that a step has failed, else None."""
    if getattr(record, "event", None) == LogEvent.JOB_ERROR:
        return record.rule_name, record.log or ()
    return None


def is_chatter(record):
    """Return whether a record says what the progress says as well, or nobody asked."""
    finished = getattr(record, "event", None) == LogEvent.JOB_FINISHED
    return finished or bool(CHATTER.match(record.getMessage()))
