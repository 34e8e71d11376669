"""A study whose fields hold texts that mean something to Markdown, HTML or a terminal."""

import json
from dataclasses import asdict

import pandas as pd
import yaml
from test_report import STUDY, in_blocks, run

from claims.judge_claims import Verdict
from stats.summarise_runs import summarise
from supervisor.columns import IDENTITY

TEXTS = [
    '<img src=x onerror="document.title=1">',
    "<script>document.title='two'</script>",
    "</script></td></table><script>alert(3)</script>",
    '"><svg onload="document.title=4">',
    "' onmouseover='document.title=5' x='",
    "<!-- six",
    "</summary></details><h1>seven",
    "cannot pickle <function eight at 0x…>",
    "<class 'nine'> & <b>bold</b>",
    "a | ten || b",
    "`eleven` and ``more` | x",
    "```twelve",
    "*thirteen* **bold** 2 * 3*4",
    "__fourteen__ and _x_",
    "[fifteen](javascript:alert(15))",
    "![sixteen](https://example.org/x.png)",
    "&lt;seventeen&gt; &amp;",
    "eighteen \\| \\",
    "# nineteen\n\n## heading\n\n```\n",
    "$\\twenty$ ~~gone~~ $",
    "\x1b[31mtwenty-one\x1b[0m \u202eback",
    "{{ 7 * 22 }} {% raw %}",
    "--- | ---",
    "<https://example.org/24> <a href=x>there</a>",
    "1. twenty-five [ ] [^1]: x",
]
ROWS = 5  # of a table; each has a fifth of the texts in one
JOINED = [" and ".join(TEXTS[place::ROWS]) for place in range(ROWS)]
RUNS = (
    "interpreter", "strategy", "workload", "reason", "implementation", "version", "command",
    "machine", "kernel", "libraries", "code_version", "start_method", "governor", "build",
)  # fmt: skip
OF_STUDY = ("study", "experiment", "question")
VERDICTS = ("claim", "text", "interpreter", "verdict", "measured", "why", "experiment", "disturbed")
PICKLING = ("kind", "expression", "error", "message", "outcome", "interpreter", "version")
PREFLIGHT = ("text", "threads", "threads_in_words", "interpreter", "unpicklable", "fork")
FIELDS = [
    *(f"runs.{name}" for name in RUNS),
    *(f"study.{name}" for name in OF_STUDY),
    *(f"verdicts.{name}" for name in VERDICTS),
    *(f"pickling.{name}" for name in PICKLING),
    *(f"preflight.{name}" for name in PREFLIGHT),
]
# Of these the report shows one: the last run's, or the study's.
NONE_IS_SHOWN = ("runs.code_version",)
ONE_IS_SHOWN = ("runs.governor", "study.study", "pickling.version")
HERE = "here"  # the interpreter of what is no run
VERDICT = Verdict("S99", "a claim", HERE, "holds", "x", experiment="matrix")


def written(folder, field):
    """Write a study in which a field of a table has a text in each of many rows; return it."""
    table, name = field.split(".")
    folder.mkdir()
    study = dict(STUDY)
    experiments = dict(study["experiments"])
    rows, pickling = [], []
    verdicts = [asdict(VERDICT)]
    for number, text in enumerate(JOINED):
        changed = {name: text}
        called = {"interpreter": f"python{number}", "experiment": "matrix", "kernel": "6.1"}
        called |= {"version": f"3.{number}.0", "libraries": "joblib 1", "governor": "none"}
        if table == "runs":
            called |= {} if name in ("strategy", "reason", "start_method") else changed
        if table == "study" and name == "experiment":
            called |= changed
            experiments[text] = STUDY["experiments"]["matrix"]
        if table == "study" and name == "question":
            called["experiment"] = f"e{number}"
            experiments[f"e{number}"] = STUDY["experiments"]["matrix"] | {"question": text}
        own = {"workload": "my.py"} if table == "preflight" else {}
        strategy = text if field == "runs.strategy" else "argument"
        method = text if field == "runs.start_method" else "fork"
        reason = text if field == "runs.reason" else "ValueError: no"
        if rows and table in ("verdicts", "pickling"):
            continue
        rows += [run("serial", 1.0, **called | own)]
        if field == "preflight.threads":
            hung = {"status": "timeout", "reason": "hung in map"}
            rows += [run(name, None, **called | own | hung) for name in ("global", "argument")]
            continue
        rows += [
            run("global", 0.5, **called | own),
            run("initializer", 0.6, **called | own),
            run(strategy, 2.0, **called | own | {"start_method": method}),
            run("closure", None, status="failed", reason=reason, **called | own),
        ]
    for number, text in enumerate(JOINED):
        changed = {name: text}
        verdict = asdict(VERDICT) | {"claim": f"S{number}"}
        verdict |= {"ratio": 1.0, "low": 0.9, "high": 1.1, "threshold": 2, "why": "so", "blocks": 3}
        verdicts.append(verdict | (changed if table == "verdicts" else {}))
        probed = {"experiment": "probe", "group": "g", "kind": f"kind {number}", "bytes": "1"}
        probed |= {"expression": "x", "outcome": "refuses", "error": "TypeError", "message": "no"}
        probed |= {"interpreter": HERE, "implementation": "CPython", "version": "3.11.2"}
        pickling.append(probed | (changed if table == "pickling" else {}))
    experiments["probe"] = {"question": "Which?", "probe": "pickling"}
    if field == "study.study":
        study["study"] = JOINED[0]
    if field in ("study.experiment", "study.question"):
        del experiments["matrix"]  # has no runs
    save(folder, rows, verdicts, pickling, study | {"experiments": experiments})
    if table == "preflight":
        save_preflights(folder, name)
    return folder


def save(folder, rows, verdicts, pickling, study):
    """Write the tables of a study."""
    runs = pd.DataFrame(in_blocks(rows, 2)).assign(usable_cpus=2)
    runs.to_csv(folder / "runs.csv", index=False)
    summarise(runs).to_csv(folder / "summary.csv", index=False)
    jobs = runs[[*IDENTITY, "workload", "repeat"]].assign(
        job=0, worker=1, started_s=0.0, finished_s=1.0
    )
    jobs.assign(minor_faults=0, worker_minor_faults=0).to_csv(folder / "jobs.csv", index=False)
    pd.DataFrame(verdicts).to_csv(folder / "verdicts.csv", index=False)
    table = pd.DataFrame(pickling or [{"experiment": "another"}])
    table.to_csv(folder / "pickling.csv", index=False)
    (folder / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")


def save_preflights(folder, name):
    """Write a preflight for each text; only trouble goes without a thread that explains it."""
    (folder / "matrix" / "preflight").mkdir(parents=True)
    for number, text in enumerate(JOINED):
        told = {"experiment": "matrix", "interpreter": f"python{number}", "size": 1, "answers": {}}
        told |= {"holds": [], "threads": [], "troubles": [], "answer_bytes": 1}
        told |= {"ended_threads": [], "threads_in_words": "", "start_methods": {}}
        if name.startswith("threads"):
            told |= {"threads": [text], "threads_in_words": f"there is {text}"}
        else:
            told["troubles"] = [{"kind": "stuck", "text": f"trouble {number}"} | {name: text}]
        told |= {name: text} if name in ("interpreter", "unpicklable") else {}
        if name == "fork":
            told |= {"start_methods": {"fork": f"failed: {text}", "spawn": "ok"}}
        path = folder / "matrix" / "preflight" / f"{number}.json"
        path.write_text(json.dumps(told), encoding="utf-8")
