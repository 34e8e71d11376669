"""Ask a workload for a few answers, without workers, in one interpreter: what is wrong with it?

Before anything is measured. Writes a JSON file: what was wrong, how long a build and a job take.
The interpreter is asked in processes of their own: in the order of the jobs and again; backward;
and once more under another hash seed. What is wrong follows from what differs.
"""

import argparse
import json
import os
import shlex
from pathlib import Path

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
MOST_JOBS = 16
BACKWARD_AND_SEED = ((False, 1), (True, 1), (False, 2))  # whether backward, and the hash seed
FACTS = ("build_s", "first_job_s", "job_s", "answer_bytes", "pickled_bytes", "pickle_s", "data_mib")


def main(argv=None):
    arguments = parse(argv)
    interrupted = Interruption()
    try:
        lock = take_lock(interrupted)
    except LockError as trouble:
        return str(trouble)
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    reports = []
    try:
        with arguments.log.open("wb") as log:
            for backward, seed in BACKWARD_AND_SEED:
                reports.append(ask(arguments, backward, seed, log, interrupted))
                if reports[-1].status != "ok":
                    break
    except Interrupted:
        return 128 + (interrupted.signal or 15)
    except OSError as error:
        return f"no further process can be started ({error.strerror}): end others, then go on"
    os.close(lock)
    found = findings(arguments, reports)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if not arguments.log.stat().st_size:
        arguments.log.unlink()
    say_result(found)
    return 0


def ask(arguments, backward, seed, log, interrupted):
    """Return the `Report` of one process; one that ended by itself has failed."""
    folder, memory = make_folder(), SharedMemory()
    guardian = None
    try:
        guardian = Guardian(folder, memory)
        return watch(
            [
                *arguments.command,
                str(ASKING_PROGRAM),
                *("--workload", arguments.workload),
                *("--size", str(arguments.size)),
                *("--jobs", str(min(arguments.jobs, MOST_JOBS))),
                *(["--backward"] if backward else []),
            ],
            start_in=None,
            folder=folder,
            memory=memory,
            log=log,
            time_limit_s=arguments.time_limit_s,
            floor=memory_floor(arguments.memory_floor_percent, arguments.memory_floor_mib),
            guardian=guardian,
            interrupted=interrupted,
            hash_seed=seed,
        )
    finally:
        remove_folder(folder)
        if guardian:
            guardian.dismiss()


def findings(arguments, reports):
    """Return what the preflight found, as it is written."""
    forward = reports[0]
    failed = next((report for report in reports if report.status != "ok"), None)
    key = ("experiment", "interpreter", "workload", "size", "jobs")
    found = {name: getattr(arguments, name) for name in key}
    found["workload"] = Path(arguments.workload).name
    found["status"] = failed.status if failed else "ok"
    found["reason"] = publishable(failed.reason) if failed else ""
    found |= {name: forward.result.get(name) for name in FACTS}
    found["answers"] = forward.result.get("answers", {})
    found["holds"] = forward.result.get("holds", [])
    found["threads"] = forward.result.get("threads", [])
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
    for line in (text, *(f"  {one['text']}" for one in found["troubles"])):
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
