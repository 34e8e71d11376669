# Share or Copy: how should a big chunk of read-only data reach Python worker processes?
#
# config.yaml says what is measured; rules/common.smk turns it into runs and says where files lie.
# Every run is measured alone, its CSV is kept, and the report is made from the CSVs:
#   check_workload → measure_run, if the workload is a file of the user's
#   measure_run → decide_round → more of measure_run, in rounds, until nothing is open
#   measure_run → aggregate_runs → merge_experiments → summarise_runs → plot_…, judge_claims →
#     write_report → write_page
#   probe_pickling → merge_pickling → the same three
# Each is a script of that name: `python scripts` lists them.

from snakemake.utils import min_version

min_version("9.27")


# No `configfile:` here: config.yaml, local.yaml and the overlays of the command line are read by
# workflow/study, which names file and line of a mistake.
include: "workflow/rules/common.smk"
include: "workflow/rules/preflight.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/rounds.smk"
include: "workflow/rules/probe.smk"
include: "workflow/rules/plot.smk"
include: "workflow/rules/interpreters.smk"
include: "workflow/rules/analyse.smk"


onstart:
    with ending_in_one_line():
        hold_folder()
        let_it_sleep(workflow)
        pace = Pace(earlier_runs(ROOT / "results", config["study"]))
        PROGRESS.begin(pace, announce_plan(config, MATRIX, jobs_to_do(workflow), pace))


onsuccess:
    PROGRESS.conclude()
    print_answer(ROOT / STUDY / "answer.txt", finished_rules(workflow))


rule report:
    default_target: True
    input:
        preflight_first(),
        f"{STUDY}/report.md",
        f"{STUDY}/report.html",
        [f"{STUDY}/use_this.py"] if users_workloads() else [],


rule figures:
    input:
        all_figures(),


rule runs:
    input:
        preflight_first(),
        f"{STUDY}/runs.csv",
