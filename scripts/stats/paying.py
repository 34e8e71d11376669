"""From which length of a job on workers pay, by what was measured of empty ones."""

from stats.ratios import Ratio, scaled, summed


def shortest_job_to_pay(few: Ratio, few_jobs: float, a_job: Ratio, jobs: float) -> Ratio:
    """Return how long a job has to take for two workers to pay, if they halve the work.

    `few` is what `few_jobs` jobs without work take on two workers, `a_job` what each job takes
    there, `Ratio`s to one second that were measured apart. So `jobs` of them take few + (jobs -
    few_jobs) a_job, and two workers save half of the work. A `Ratio` to one second.
    """
    rest = scaled(a_job, max(jobs - few_jobs, 1e-9))
    return scaled(summed((few, rest)), 2 / jobs)
