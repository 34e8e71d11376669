"""From config.yaml to cells: what the Snakefile knows about a study before anything runs."""
