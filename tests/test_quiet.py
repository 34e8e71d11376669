"""When a run waits for a quiet machine, for how long, and what is remembered of it."""

import json

import pytest

from supervisor.conditions.quiet import AGAIN_S, HEAD_START_S, MOST_S, SHARE, Quiet
from supervisor.conditions.yardstick import KERNEL, capacity, read_yardstick

BEST, COST = 0.05, 0.06


class Machine:
    """A clock that only moves when somebody waits, and CPUs that give what a test says."""

    def __init__(self, *shares):
        self.now, self.shares, self.readings, self.slept = 1000.0, list(shares), 0, 0.0

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        self.slept += seconds

    def read(self):
        """Two CPUs; the last share that was given stays."""
        share = self.shares.pop(0) if len(self.shares) > 1 else self.shares[0]
        self.now += COST
        self.readings += 1
        return [BEST, BEST / share]


def quiet(machine, path=None, enough=0.92, patience=0.1):
    return Quiet(path, enough, patience, machine.read, machine.clock, machine.sleep)


def test_capacity_is_a_number_of_cpus():
    assert capacity([0.05, 0.05], 0.05) == pytest.approx(2)
    assert capacity([0.05, 0.10], 0.05) == pytest.approx(1.5)


def test_quiet_machine_is_read_once():
    machine = Machine(1.0)
    assert quiet(machine).before() == [BEST, BEST]
    assert (machine.readings, machine.slept) == (1, 0.0)


def test_one_bad_reading_is_taken_again_and_forgotten():
    machine = Machine(0.5, 1.0)
    assert quiet(machine).before() == [BEST, BEST]
    assert (machine.readings, machine.slept) == (2, 0.0)


def test_run_waits_until_it_is_quiet(capsys):
    machine = Machine(0.5, 0.5, 0.5, 0.5, 1.0)
    assert quiet(machine).before() == [BEST, BEST]
    assert machine.slept == 3 * AGAIN_S
    assert "1.50 of 2 CPUs" in capsys.readouterr().err


def test_patience_ends_and_the_run_goes_on():
    machine = Machine(0.5)
    assert quiet(machine).before() == [BEST, BEST / 0.5]
    assert HEAD_START_S - 3 * AGAIN_S < machine.slept <= HEAD_START_S


def test_patience_is_a_share_of_the_studys_time(tmp_path):
    path, machine = tmp_path / "yardstick.json", Machine(0.5)
    for _ in range(3):
        quiet(machine, path).before()
    assert machine.slept <= HEAD_START_S  # for the whole study, not for every run
    quiet(machine, path).after(200.0)
    before = machine.slept
    quiet(machine, path).before()
    assert 10 < machine.slept - before <= 0.1 * 200
    quiet(machine, path).after(1e6)
    before = machine.slept
    quiet(machine, path).before()
    assert machine.slept - before <= MOST_S


def test_without_patience_nothing_is_waited_for():
    machine = Machine(0.5)
    quiet(machine, patience=0).before()
    assert machine.slept == 0


def test_interrupted_while_waiting():
    machine = Machine(0.5)
    quiet(machine).before(lambda: machine.slept >= 2)
    assert machine.slept == 2


def test_short_runs_share_a_reading_so_that_readings_take_a_small_share(tmp_path):
    path, machine = tmp_path / "yardstick.json", Machine(1.0)
    began = machine.now
    for _ in range(200):
        quiet(machine, path).before()
        machine.now += 0.2
        quiet(machine, path).after(0.2)
    assert machine.readings * COST <= SHARE * (machine.now - began) + 2 * COST
    assert machine.readings > 10


def test_long_run_has_a_reading_before_and_after_it(tmp_path):
    path, machine = tmp_path / "yardstick.json", Machine(1.0)
    quiet(machine, path).before()
    machine.now += 30
    assert quiet(machine, path).after(30) == [BEST, BEST]
    # The one after it is the one before the next.
    machine.now += 0.1
    quiet(machine, path).before()
    assert machine.readings == 2


@pytest.mark.parametrize("text", ["", "[]", "{", '{"kernel": "another", "best_s": 1e-9}'])
def test_unreadable_memory_is_a_fresh_start(text, tmp_path):
    path = tmp_path / "yardstick.json"
    path.write_text(text)
    machine = Machine(1.0)
    assert quiet(machine, path).before() == [BEST, BEST]
    assert json.loads(path.read_text())["kernel"] == KERNEL


def test_the_least_time_of_the_study_is_the_measure(tmp_path):
    path = tmp_path / "yardstick.json"
    quiet(Machine(1.0), path).before()
    # Both CPUs at half their speed: only what is remembered can show it.
    slow = Machine(1.0)
    slow.read = lambda: [2 * BEST, 2 * BEST]
    later = Quiet(path, 0.92, 0, slow.read, lambda: 5000.0, slow.sleep)
    assert capacity(later.before(), json.loads(path.read_text())["best_s"]) == pytest.approx(1)


def test_real_reading_has_a_time_for_every_cpu():
    seconds = read_yardstick(cpus=[None, None], work=1000)
    assert len(seconds) == 2 and all(one > 0 for one in seconds)
