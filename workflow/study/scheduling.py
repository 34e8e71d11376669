"""Keeps Snakemake's scheduler from working while a run is measured."""


def let_it_sleep(workflow):
    """Take away the limit on jobs a second, by default 100: it keeps the scheduler awake.

    With a limit, every round of the scheduler leaves a timer behind whose end begins another round,
    which leaves another timer, as long as there are jobs to come (Snakemake 9.27,
    `JobScheduler._schedule_reevalutation`). Every job adds one: after some hundred runs they take
    most of a core, beside whatever is measured. No option takes the limit away; when a study
    starts, the scheduler is there and has not begun.
    """
    workflow.scheduler.job_rate_limiter = None
