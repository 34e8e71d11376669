"""Write down what the study asked for, with all defaults filled in, beside its results."""

import json
from pathlib import Path

import yaml

if "snakemake" in globals():
    Path(snakemake.output[0]).write_text(
        yaml.safe_dump(json.loads(snakemake.params.study), sort_keys=False, width=100),
        encoding="utf-8",
    )
