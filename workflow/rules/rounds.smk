# Rounds: each gives some cells one more run. The first two are planned as a whole, of an experiment
# with min_repeats 1 the first; what each further one holds is decided when the rounds before it have
# been measured, and written to a table:
#
#   results/<study>/rounds/<round>.csv                        a run in each row, and why it is wanted
#
# From the third on an empty table is the last. A study that was stopped goes on by its tables, so it decides the same.

from study.matrix import FIRST_ROUNDS
from study.rounds import read_round


def decided_rounds(last):
    """Return the tables of the decided rounds up to `last`, as a dict to their rows.

    Raises Snakemake's exception for the first one that has not been decided yet.
    """
    tables = {}
    if not anything_to_measure():
        return tables
    for number in range(MATRIX.first_decided, last + 1):
        path = checkpoints.decide_round.get(round=number).output[0]
        tables[path] = read_round(path)
        if not tables[path] and number > FIRST_ROUNDS:
            break
    return tables


def runs_before(wildcards):
    """Return the files of the runs that a round is decided by; those of earlier ones, by them."""
    before = int(wildcards.round) - 1
    tables = decided_rounds(before)
    if tables and (last := list(tables.values())[-1]):
        return [path for row in last for path in files_of(row.experiment, row.run)]
    return [path for name in MATRIX.experiments for path in first_files(name)]


def tables_before(wildcards):
    """Return the tables of the rounds before one."""
    return list(decided_rounds(int(wildcards.round) - 1))


checkpoint decide_round:
    input:
        runs_before,
        plans=expand(f"{STUDY}/{{experiment}}/plan.txt", experiment=MATRIX.experiments),
        rounds=tables_before,
        preflights=preflight_files(),
        code=code_of_script("decide_round"),
    output:
        f"{STUDY}/rounds/{{round}}.csv",
    log:
        f"{STUDY}/logs/decide_round_{{round}}.log",
    params:
        # Functions: in any other text, braces would be wildcards.
        settings=lambda wildcards: json.dumps(MATRIX.round_settings),
        budget_min=BUDGET_MIN,
        quiet_percent=config["quiet_percent"],
        other_percent=config["other_percent"],
        run=lambda wildcards: RUN,
    shell:
        "python -I scripts decide_round {input.plans} --rounds {input.rounds}"
        " --round {wildcards.round} --settings {params.settings:q} --run {params.run:q}"
        " --budget-min {params.budget_min} --quiet-percent {params.quiet_percent}"
        " --other-percent {params.other_percent} --output {output} 2> {log}"
