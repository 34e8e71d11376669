"""Write down what the study asked for, with all defaults filled in, beside its results."""

import json
import sys
from pathlib import Path

import yaml

if "snakemake" in globals():
    sys.stderr = Path(snakemake.log[0]).open("w", encoding="utf-8")  # noqa: SIM115 - a traceback too
    Path(snakemake.output[0]).write_text(
        yaml.safe_dump(json.loads(snakemake.params.study), sort_keys=False, width=100),
        encoding="utf-8",
    )
