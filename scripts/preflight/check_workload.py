"""Ask a workload for a few answers, without workers, in one interpreter: what is wrong with it?

Before anything is measured. Writes a JSON file: what was wrong, how long a build and a job take,
whose threads there are, and whether two forked workers hang.
The interpreter is asked in processes of their own: in the order of the jobs and again; backward;
and once more under another hash seed. What is wrong follows from what differs. Then its threads
are looked at as the user has them: the libraries choose how many. So do two workers begin.
"""

import argparse
import json
import os
import shlex
import time
from pathlib import Path
from tempfile import NamedTemporaryFile

from preflight.forks import TRIED_JOBS, TRIED_WORKERS, sentence_on, tried
from preflight.trouble import troubles_of
from supervisor import terminal
from supervisor.child import Interrupted, watch
from supervisor.folder import make_folder, remove_folder
from supervisor.guardian import Guardian
from supervisor.interruption import Interruption
from supervisor.lock import LockError, take_lock
from supervisor.machine import memory_floor
from supervisor.rows import publishable
from supervisor.shared_memory import SharedMemory

ASKING_PROGRAM = Path(__file__).resolve().parent / "asked"
MEASURED_PROGRAM = Path(__file__).resolve().parents[1] / "sharing"
BACKWARD_AND_SEED = ((False, 1), (True, 1), (False, 2))  # whether backward, and the hash seed
# What there is to say of threads and forks where nobody could ask.
UNASKED = {"threads": [], "ended_threads": [], "threads_in_words": "", "start_methods": {}}
FACTS = (
    "build_s", "first_job_s", "job_s", "answer_bytes", "pickled_bytes", "pickle_s", "unpicklable",
    "data_mib",
)  # fmt: skip


def main(argv=None):
    arguments = parse(argv)
    interrupted = Interruption()
    try:
        lock = take_lock(interrupted)
    except LockError as trouble:
        return str(trouble)
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    try:
        with arguments.log.open("wb") as log:
            reports, seconds = asked_reports(arguments, log, interrupted)
            failed = next((report for report in reports if report.status != "ok"), None)
            forking = (
                {} if failed else asked_about_forks(arguments, reports, seconds, log, interrupted)
            )
    except Interrupted:
        return 128 + (interrupted.signal or 15)
    except OSError as error:
        return f"no further process can be started ({error.strerror}): end others, then go on"
    os.close(lock)
    found = findings(arguments, reports, failed) | UNASKED | forking
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if not arguments.log.stat().st_size:
        arguments.log.unlink()
    say_result(found)
    return 0


def asked_reports(arguments, log, interrupted):
    """Return the `Report` of each process up to the first that fails, and the seconds of one."""
    reports, began = [], time.monotonic()
    for backward, seed in BACKWARD_AND_SEED:
        words = ["--backward"] if backward else []
        reports.append(ask(arguments, words, log, interrupted, hash_seed=seed))
        if reports[-1].status != "ok":
            break
    return reports, (time.monotonic() - began) / len(reports)


def asked_about_forks(arguments, reports, seconds, log, interrupted):
    """Return whose threads there are at a fork, in words too, and which start method works."""
    threads = ask(arguments, ["--threads"], log, interrupted, library_threads="own").result
    found = {}
    if "left" in threads:
        found = {
            "threads": sorted(threads["left"]),
            "ended_threads": sorted(threads["ended"]),
            "threads_in_words": sentence_on(threads),
        }
    # What every start method carries; what cannot be pickled is built in each worker.
    pickles = reports[0].result["pickled_bytes"] is not None
    strategy = "initializer" if pickles else "module_global"

    def run(start_method, library_threads, time_limit_s):
        words = [
            "--strategy",
            strategy,
            "--start-method",
            start_method,
            "--workers",
            str(TRIED_WORKERS),
        ]
        with NamedTemporaryFile() as own_log:  # its tracebacks are the finding's, not a bug's
            return watched(
                arguments, MEASURED_PROGRAM, TRIED_JOBS, words, own_log, interrupted,
                library_threads=library_threads, time_limit_s=time_limit_s,
            )  # fmt: skip

    return found | {"start_methods": tried(run, seconds, arguments.time_limit_s)}


def ask(arguments, words, log, interrupted, **given):
    """Return the `Report` of one process; one that ended by itself has failed."""
    return watched(arguments, ASKING_PROGRAM, arguments.jobs, words, log, interrupted, **given)


def watched(arguments, program, jobs, words, log, interrupted, **given):
    """Return the `Report` of a program on the workload, with further options, as `watch` does."""
    folder, memory = make_folder(), SharedMemory()
    guardian = None
    try:
        guardian = Guardian(folder, memory)
        return watch(
            [
                *arguments.command,
                str(program),
                *("--workload", arguments.workload),
                *("--size", str(arguments.size)),
                *("--jobs", str(jobs)),
                *words,
            ],
            start_in=None,
            folder=folder,
            memory=memory,
            log=log,
            floor=memory_floor(arguments.memory_floor_percent, arguments.memory_floor_mib),
            guardian=guardian,
            interrupted=interrupted,
            **{"time_limit_s": arguments.time_limit_s} | given,
        )
    finally:
        remove_folder(folder)
        if guardian:
            guardian.dismiss()


def findings(arguments, reports, failed):
    """Return what the preflight found without workers; `failed` is the report that is not ok."""
    forward = reports[0]
    key = ("experiment", "interpreter", "workload", "size", "jobs")
    found = {name: getattr(arguments, name) for name in key}
    found["workload"] = Path(arguments.workload).name
    found["status"] = failed.status if failed else "ok"
    found["reason"] = publishable(failed.reason) if failed else ""
    found |= {name: forward.result.get(name) for name in FACTS}
    found["answers"] = forward.result.get("answers", {})
    found["holds"] = forward.result.get("holds", [])
    found["troubles"] = [] if failed else troubles_of(*(report.result for report in reports))
    return found


def say_result(found):
    """Print on the terminal what the preflight found."""
    text = f"{found['experiment']}: preflight of {found['workload']} on {found['interpreter']}, "
    text += f"{found['size']:_} items: "
    if found["status"] != "ok":
        text += f"{found['status']}: {found['reason']:.100}"
    else:
        text += f"a build takes {found['build_s']:.2g} s, a job {found['job_s']:.2g} s"
    said = [*(one["text"] for one in found["troubles"]), found["threads_in_words"]]
    for line in (text, *(f"  {one}" for one in said if one)):
        terminal.say(line)


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experiment", required=True)
    parser.add_argument("--interpreter", required=True, help="its name in the configuration")
    parser.add_argument("--workload", required=True, help="the path of a .py file")
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--command", type=shlex.split, required=True, help="its command line")
    parser.add_argument("--time-limit-s", type=float, required=True)
    parser.add_argument("--memory-floor-percent", type=float, required=True)
    parser.add_argument("--memory-floor-mib", type=float, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--log", type=Path, required=True)
    return parser.parse_args(argv)
