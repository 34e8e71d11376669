"""What the kernel counts beside a run."""

import os
import subprocess
import sys

from supervisor.conditions.beside import Beside, pressure, processors, scheduled

STAT = "cpu  100 20 30 4000 50 6 7 8 9 10\ncpu0 1 2 3\n"


def test_processors(tmp_path):
    (tmp_path / "stat").write_text(STAT)
    tick = os.sysconf("SC_CLK_TCK")
    assert processors(tmp_path / "stat") == {"busy_s": 163 / tick, "steal_s": 8 / tick}


def test_pressure(tmp_path):
    (tmp_path / "cpu").write_text("some avg10=1.00 avg60=2.00 avg300=3.00 total=2500000\nfull\n")
    assert pressure(tmp_path / "cpu") == 2.5


def test_systems_that_report_nothing(tmp_path):
    missing = tmp_path / "missing"
    assert processors(missing) == {"busy_s": None, "steal_s": None}
    assert pressure(missing) is None
    assert scheduled([2**22 + 1]) == (None, None)


BUSY = "x = 0\nwhile x < 3_000_000: x += 1"


def test_own_work_is_not_other_work():
    """Nearly all that this child does is counted as the run's own, whatever else goes on."""
    beside = Beside()
    child = subprocess.Popen([sys.executable, "-c", BUSY])
    child.wait()
    seen = beside.so_far()
    assert seen["watched_s"] > 0
    assert set(seen) == {"watched_s", "other_cpu_s", "steal_s", "cpu_pressure_s"}
    assert seen["other_cpu_s"] is None or seen["other_cpu_s"] >= 0


def test_scheduled_time_grows_with_work():
    before, _ = scheduled([os.getpid()])
    sum(range(1_000_000))
    after, _ = scheduled([os.getpid()])
    assert before is None or after > before
