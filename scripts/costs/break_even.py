"""From where on one strategy pays beside another, by what both are predicted to take."""

from dataclasses import replace

import numpy as np

from costs.cost_model import ENDS, at_once


def job_seconds_to_pay(model, alone, size, jobs, workers, cpus=None):
    """Return from how much work a job on workers pay, in seconds beside walking the data.

    `model` is of the strategy with workers, `alone` of the program without. Infinite where workers
    never pay, 0.0 where they always do.
    """
    at_a_time = at_once(workers, cpus or model.cpus)
    saved = jobs * (1 - 1 / at_a_time)  # seconds, for each second of work a job
    behind = model.total(size, jobs, workers, cpus) - alone.total(size, jobs, 1, cpus)
    if behind <= 0:
        return 0.0
    return behind / saved if saved > 0 else float("inf")


def jobs_to_pay(model, other, size, workers, cpus=None, other_workers=None):
    """Return from how many jobs on one strategy is faster than the other, for the same data.

    0.0 where it always is, infinite where it never is. Both are straight lines in the jobs.
    """

    def line(costs, number):
        first, second = (costs.total(size, jobs, number, cpus) for jobs in (1, 2))
        return 2 * first - second, second - first

    once, each = line(model, workers)
    other_once, other_each = line(other, other_workers or workers)
    if each >= other_each:
        return 0.0 if once < other_once and each == other_each else float("inf")
    return max(0.0, (once - other_once) / (other_each - each))


def with_interval(compute, *models):
    """Return (value, low, high) of a number computed from models: 95 %, over their resamples."""
    values = [
        compute(*(replace(one, values=drawn) for one, drawn in zip(models, again, strict=True)))
        for again in zip(*(one.again for one in models), strict=False)
    ]
    low, high = np.quantile(values, ENDS) if values else (np.nan, np.nan)
    return compute(*models), float(low), float(high)
