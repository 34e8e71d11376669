"""Put the runs of one experiment into one table, and their jobs into another.

Every planned run is a row, whatever its status: the input is the plan itself.
"""

import sys
from pathlib import Path

from supervisor.columns import JOB_COLUMNS, RUN_COLUMNS


def concatenate(paths, columns, output):
    """Write the rows of all CSVs to `output`; raises ValueError for a file with other columns."""
    header = ",".join(columns) + "\n"
    with Path(output).open("w", encoding="utf-8", newline="") as table:
        table.write(header)
        for path in paths:
            first, _, rows = Path(path).read_text(encoding="utf-8").partition("\n")
            if first + "\n" != header:
                raise ValueError(f"{path} has other columns than this version writes: {first}")
            table.write(rows)


if "snakemake" in globals():
    sys.stderr = Path(snakemake.log[0]).open("w", encoding="utf-8")  # noqa: SIM115 - a traceback too
    concatenate(snakemake.input.runs, RUN_COLUMNS, snakemake.output.runs)
    concatenate(snakemake.input.jobs, JOB_COLUMNS, snakemake.output.jobs)
