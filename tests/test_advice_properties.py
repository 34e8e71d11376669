"""What holds of every program that is asked about, by three costs.json, for command and page alike.

2000 programs a run, drawn by Hypothesis. A strategy's own time never falls with more work; that of
the one that is advised may by the 5 % for which a simpler one is preferred, and by no more.
"""

import html
import json
import shutil
import subprocess
from dataclasses import asdict, replace
from functools import cache

import pytest
from browser import body_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from known_costs import ALONE, COSTS, INTERPRETERS, file, models, study
from measuring import PROJECT

from costs.advice import Program, advise
from costs.answer_words import answer
from costs.asked import NUMBERS_ASKED, mistake_typed
from costs.cost_file import read_costs
from costs.decision import room
from costs.fit_models import fit
from costs.lives import Copies
from report.write_page import PAGE_PARTS, costs_for_page
from stats.ratios import EQUAL

PROGRAMS = 2000  # a run, over all files
ALMOST = 1 + 1e-9
SMALL = {"rel": 1e-6, "abs": 1e-9}


@cache
def published():
    return read_costs(PROJECT / "results" / "published")


@cache
def without_gil():
    """Return costs as of a Python without a GIL, whose workers' lives were followed."""
    import pandas as pd

    costs = {
        "serial": (ALONE, "none", (1,)),
        "threads": (ALONE | {"compute an item": 6e-8, "start a worker": 1e-3}, "none", (1, 2, 4)),
        "threads_immortal": (ALONE | {"publish an item": 2e-7}, "none", (1, 2, 4)),
        "global": (COSTS, "fork", (1, 2, 4)),
        "argument_chunked": (COSTS, "fork", (1, 2, 4)),
        "packed": (ALONE | {"compute an item": 9e-8, "publish an item": 5e-7}, "fork", (1, 2)),
    }
    runs = [study(own, name, method, workers) for name, (own, method, workers) in costs.items()]
    lives = {("cpython", "scan", "global", "fork"): Copies([(0.01, 2e-5), (1.0, 3e-5)], 4e-5)}
    about = {"cpython": INTERPRETERS["cpython"] | {"gil": False}}
    return file(fit(pd.concat(runs), 5), about, lives=lives)


@cache
def known():
    return file(models(20))


FILES = {"known": known, "without a GIL": without_gil, "published": published}


@st.composite
def programs(draw, found):
    """Return a program of a file: its data, and numbers over many magnitudes."""
    pairs = sorted({(kind["interpreter"], kind["workload"]) for kind in found["kinds"]})
    interpreter, workload = draw(st.sampled_from(pairs))
    reads = draw(st.sampled_from(["all", "share", "count"]))
    power = st.floats
    return Program(
        interpreter,
        workload,
        items=int(10 ** draw(power(0, 9))),
        jobs=int(10 ** draw(power(0, 5))),
        job_s=draw(st.just(0.0) | power(-6, 2).map(lambda ten: 10**ten)),
        workers=draw(st.integers(1, 64)),
        cpus=draw(st.sampled_from([1, 1.5, 2, 8, 64])),
        share=10 ** draw(power(-5, 0)) if reads == "share" else 1.0,
        count=int(10 ** draw(power(0, 6))) if reads == "count" else 0,
        long=draw(st.booleans()),
        memory_mib=draw(st.just(float("inf")) | power(1, 6).map(lambda ten: 10**ten)),
        start_method=draw(st.sampled_from(["fork", "fork", "spawn", "forkserver"])),
        too_new=draw(st.sampled_from([(), (), ("global",), ("immortal", "subinterpreters")])),
    )


def times(advice):
    return [one.candidate.seconds for one in advice.predictions]


def never_less(found, program, **more):
    """Assert that a program with more to do takes no less, each strategy, and what is advised."""
    one, other = advise(found, program), advise(found, replace(program, **more))
    assert all(less <= most * ALMOST for less, most in zip(times(one), times(other), strict=True))
    if one.decision.chosen and other.decision.chosen and program.memory_mib == float("inf"):
        less, most = (each.decision.chosen.seconds for each in (one, other))
        assert less <= most * (1 + EQUAL) * ALMOST


def holds(found, program, times_more):
    """Assert all that holds of one program; `times_more` is how much larger its neighbours are."""
    advice = advise(found, program)
    decision, candidates = advice.decision, [one.candidate for one in advice.predictions]
    never_less(found, program, jobs=int(program.jobs * times_more) + 1)
    never_less(found, program, items=int(program.items * times_more) + 1)
    never_less(found, program, job_s=program.job_s * times_more + 1e-6)
    for one in advice.predictions:
        own = one.candidate
        assert own.seconds >= program.jobs * program.job_s / program.cpus / ALMOST
        assert own.memory_mib * ALMOST >= program.items * one.kind["is"]["data_mib"]
        assert own.low <= own.seconds * ALMOST and own.seconds <= own.high * ALMOST
        assert own.least_mib <= own.memory_mib * ALMOST and own.memory_mib <= own.most_mib * ALMOST
    chosen = decision.chosen
    if chosen is None:
        return
    more = advise(found, replace(program, memory_mib=program.memory_mib * times_more)).decision
    assert more.chosen.seconds <= chosen.seconds
    assert room(chosen) <= program.memory_mib
    surely = [one for one in candidates if room(one) * (1 + EQUAL) <= program.memory_mib]
    assert all(chosen.seconds <= 1.1 * one.seconds for one in surely)
    if decision.alone in surely:
        assert chosen.seconds <= decision.alone.seconds
    alike = {*decision.within, *(one.strategy for one in decision.others)}
    assert len(decision.others) <= 2
    for one in candidates:
        apart = one.low > chosen.high and one.low > (1 + EQUAL) * chosen.high
        assert not (apart and one.strategy in alike)
    assert answer(found, advice)[0]


@pytest.mark.parametrize("name", FILES)
def test_what_holds_of_every_program(name):
    found, count = FILES[name](), []

    @settings(
        max_examples=PROGRAMS // len(FILES) + 1,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs(found), st.floats(1.0, 100.0))
    def every(program, times_more):
        count.append(1)
        holds(found, program, times_more)

    every()
    assert len(count) > PROGRAMS // len(FILES)


def drawn(name, number):
    """Return so many programs of a file, drawn by Hypothesis."""
    found = []

    @settings(max_examples=number, deadline=None, phases=[Phase.generate], database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(programs(FILES[name]()))
    def gather(program):
        found.append(program)

    gather()
    return found


@pytest.fixture(params=["chromium", "node"])
def calculate(request, tmp_path):
    """Compute an expression of `advice.js`, with `given` at hand, by a browser or without one."""
    if request.param == "chromium":
        engine = request.getfixturevalue("chromium")
    elif (engine := shutil.which("node")) is None:
        pytest.skip("there is no node")
    code = (PAGE_PARTS / "advice.js").read_text(encoding="utf-8")

    def calculate(expression, given):
        program = f"{code}\nconst given = {json.dumps(given)};\n"
        if request.param == "node":
            (tmp_path / "sum.js").write_text(
                f"{program}console.log(JSON.stringify({expression}));", encoding="utf-8"
            )
            command = [engine, str(tmp_path / "sum.js")]
        else:
            shown = f"document.body.textContent = JSON.stringify({expression});"
            (tmp_path / "sum.html").write_text(
                f'<meta charset="utf-8"><body><script>\n{program}{shown}\n</script>',
                encoding="utf-8",
            )
            return json.loads(html.unescape(body_of(tmp_path / "sum.html", engine)))
        ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return json.loads(ended.stdout)

    return calculate


ADVISED = """given.programs.map((one) => {
  const advice = advise(given.file, one);
  const numbers = ({ strategy, seconds, low, high, memory_mib, least_mib, most_mib }) =>
    [strategy, seconds, low, high, memory_mib, least_mib, most_mib];
  const { why, chosen, others, within } = advice.decision;
  return {
    predictions: advice.predictions.map(numbers), said: answer(given.file, advice),
    decision: [why, chosen && chosen.strategy, others.map((each) => each.strategy), within],
  };
})"""


@pytest.mark.parametrize("name", FILES)
def test_page_gives_the_same_advice_in_the_same_words(name, calculate):
    found = FILES[name]()
    asked = drawn(name, PROGRAMS // len(FILES) + 1)
    sent = [asdict(one) | {"memory_mib": min(one.memory_mib, 1e300)} for one in asked]
    given = {"file": costs_for_page(found), "programs": sent}
    for program, theirs in zip(asked, calculate(ADVISED, given), strict=True):
        advice = advise(found, program)
        for one, other in zip(advice.predictions, theirs["predictions"], strict=True):
            mine = asdict(one.candidate)
            assert mine["strategy"] == other[0]
            numbers = [
                mine[key]
                for key in ("seconds", "low", "high", "memory_mib", "least_mib", "most_mib")
            ]
            assert numbers == [pytest.approx(number, **SMALL) for number in other[1:]]
        decision = advice.decision
        chosen = decision.chosen and decision.chosen.strategy
        others = [one.strategy for one in decision.others]
        assert theirs["decision"] == [decision.why, chosen, others, list(decision.within)]
        assert theirs["said"] == answer(found, advice), program


TYPED = ["", " ", "12", "1e7", "1_000", "2.5", "0", "-3", "x", "1e400", "nan", "Infinity", "1e13"]


def test_page_refuses_the_same_numbers_in_the_same_words(calculate):
    words = known()["words"]
    given = {"fields": known()["numbers"], "typed": TYPED, "words": words}
    theirs = calculate(
        "given.fields.map((field) => given.typed.map((text) => mistake(field, text, given.words)))",
        given,
    )
    mine = [[mistake_typed(field, text, words) for text in TYPED] for field in NUMBERS_ASKED]
    assert theirs == mine
