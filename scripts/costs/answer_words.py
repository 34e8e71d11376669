"""The words of an advice: patterns that stand in costs.json, and which of them are said.

The page fills in the same patterns (``report/page/advice.js``), so that all say the same.
"""

from costs.advice import Advised, Prediction, Program, fastest_processes, job_seconds_to_pay
from costs.cost_model import ITS_OWN
from costs.types import AdviceFile, Results, Words
from stats.best import SERIAL_STRATEGIES
from wording.mechanisms import NO_METHOD, OWN_METHOD
from wording.units import about_mib, about_time, listed, mib, number, time

ALMOST_EVEN = 1 + 1e-12  # numbers that lie between two are rounded up here and in the page
PATTERNS = {
    "fastest": "Use {chosen}: {time}, {memory}.",
    "simpler": "Use {chosen}: {time}, {memory}. What is faster gains at most 5 %.",
    "workers gain little": "You need no workers{threads}: {time}, {memory}. "
    "Workers gain at most 5 %.",
    "workers gain nothing": "You need no workers{threads}: {time}, {memory}. "
    "Nothing that was measured and fits is faster.",
    "only that fits": "Without workers: {time}, {memory}. "
    "Nothing that has workers fits into that memory.",
    "fewer workers": "Use {workers} workers, not {asked}: {chosen} fits then, {time}, {memory}.",
    "alone does not fit": "Use {chosen}: {time}, {memory}. "
    "Without workers the program does not fit into that memory.",
    "nothing fits": "Nothing that was measured fits into that memory: "
    "at least {least} may be needed.",
    "nothing known": "Not known from this study: such data was not measured with that Python.",
    "strategy": "`{strategy}`",
    "library threads": " but a library's own threads",
    "spread": "Likely (95 %): {low_s} – {high_s}, {least} – {most}.",
    "without": "Without workers: {time}, {memory}.",
    "others": "Within 5 % of the fastest: {others}.",
    "other": "{strategy} ({time}, {memory})",
    "rest": "As near: {rest}.",
    "pays": "{strategy} pays from jobs of about {seconds} on.",
    "pays always": "{strategy} pays, however short a job is.",
    "pays never": "Processes do not pay here, however long a job is.",
    "far": "A projection: outside of what was measured ({far}).",
    "more": "{words} {times} × the most",
    "less": "{words} 1/{times} of the least",
    "copies": "Each worker copies up to {own} of the data.",
    "bound": "How much a worker copies of what it reads was not measured of this data: "
    "what is said is the most that it can be.",
    "long bound": "What garbage collections copy was not measured of this data: "
    "what is said is the most that it can be.",
    "no globals": "Globals and closures do not reach workers that are started by {method}.",
    "ask for fork": "On Linux {called} forks only where it is asked to, as the program to paste "
    "does. On a Mac ask here about spawn.",
    "threads": "As fast as that only if a job spends its time inside a library "
    "that lets go of the GIL.",
    "impossible": "To read so much took {reading} a job in the study, and {job} is less: "
    "does a job read a part of it?",
    "too large": "Inherited as it is ({strategy}) the data needs {memory}, which does not fit.",
    "near data": "Not measured: {called}. The nearest is `{workload}`: {sentence} "
    "Take time and memory as bounds, if your items are no larger.",
    "convert": "Can it be {convert}? Its buffers can be shared without a copy: "
    "ask about that, too.",
    "near version": "Not measured in full: {called}. The nearest is {uses}.",
    "no version": "Not known from this study: {called} was not measured in full,"
    " nor any that is like it.",
    "size": "The data takes {data} ({each} an item).",
    "empty": "Say {words}: {range}.",
    "no number": "Say {words} as a number: {range}; “{text}” is none.",
    "out of range": "Say {words}: {range}; {text} lies outside.",
    "no whole number": "Say {words} as a whole number: {range}; {text} is none.",
}
# The amount, in words, and the span's ends.
SPANS = [
    ["items", "items", "least items", "most items"],
    ["jobs", "jobs", "least jobs", "most jobs"],
    ["busy", "workers", "", "most workers"],
]
PLAIN = "global"
WORTH_A_WORD = 0.1  # of the data: what a worker copies
TOO_SHORT = 0.5  # of the time that reading takes by itself: a job that says so reads less
MOST_ALIKE = 1.01  # times outside, that are not worth a word


def patterns_of(file: AdviceFile) -> dict[str, str]:
    """Return the patterns of sentences in what costs.json holds."""
    return {name: text for name, text in file["words"].items() if isinstance(text, str)}


def answer(file: AdviceFile, advice: Advised) -> list[str]:
    """Return the answer's sentences: of fewer workers than asked about, if that is the advice."""
    words, asked = patterns_of(file), advice
    advice = advice.fewer or advice
    decision = advice.decision
    if decision.chosen is None:
        return [words[decision.why].format(least=least_needed(advice))]
    chosen = advice.of(decision.chosen)
    pattern = "fewer workers" if advice is asked.fewer else decision.why
    numbers = {"workers": advice.program.workers, "asked": asked.program.workers}
    said = [words[pattern].format(**numbers, **facts(words, chosen))]
    said += too_short(words, advice.program, chosen)
    said.append(words["spread"].format(**spread(chosen)))
    if decision.alone and decision.alone is not decision.chosen:
        alone = advice.of(decision.alone)
        said.append(words["without"].format(**facts(words, alone)))
    if decision.others:
        others = [words["other"].format(**facts(words, advice.of(one))) for one in decision.others]
        said.append(words["others"].format(others=listed(others)))
    if decision.within:
        names = [words["strategy"].format(strategy=name) for name in decision.within]
        said.append(words["rest"].format(rest=listed(names)))
    said += [*paying(words, advice), *plain_too_large(words, asked)]
    return [*said, *cautions_on(words, advice.program, chosen)]


def plain_too_large(words: Words, advice: Advised) -> list[str]:
    """Return the sentence that what most programs do, a global, does not fit, if it does not."""
    plain = [one for one in advice.predictions if one.candidate.strategy == PLAIN]
    return [
        words["too large"].format(**facts(words, one))
        for one in plain[:1]
        if one.candidate.most_mib > advice.program.memory_mib
    ]


def least_needed(advice: Advised) -> str:
    """Return the least memory that may be needed, in words."""
    needed = [one.candidate.most_mib for one in advice.predictions]
    return mib(min(needed) * ALMOST_EVEN) if needed else ""


def facts(words: Words, one: Prediction) -> dict[str, str]:
    """Return what the patterns say of a prediction."""
    found = one.candidate
    name = words["strategy"].format(strategy=found.strategy)
    own_threads = found.strategy in SERIAL_STRATEGIES[1:]
    return {
        "chosen": name,
        "strategy": name,
        "threads": words["library threads"] if own_threads else "",
        "time": about_time(found.seconds * ALMOST_EVEN),
        "memory": about_mib(found.memory_mib * ALMOST_EVEN),
    }


def spread(one: Prediction) -> dict[str, str]:
    """Return the ends of a prediction's intervals, in words."""
    found = one.candidate
    seconds = [about_time(value * ALMOST_EVEN) for value in (found.low, found.high)]
    memory = [about_mib(value * ALMOST_EVEN) for value in (found.least_mib, found.most_mib)]
    return dict(zip(("low_s", "high_s", "least", "most"), seconds + memory, strict=True))


def paying(words: Words, advice: Advised) -> list[str]:
    """Return the sentence on from which job length on processes pay, if there are any.

    Those that are advised, else the fastest.
    """
    chosen, alone = advice.decision.chosen, advice.decision.alone
    works = chosen is not None and chosen.start_method != NO_METHOD
    one = advice.of(chosen) if chosen and works else fastest_processes(advice)
    if one is None or alone is None:
        return []
    seconds = job_seconds_to_pay(one, advice.of(alone))
    pattern = "pays always" if seconds == 0 else "pays"
    if seconds == float("inf"):
        pattern = "pays never"
    name = words["strategy"].format(strategy=one.candidate.strategy)
    in_words = "" if seconds == float("inf") else about_time(seconds * ALMOST_EVEN)
    return [words[pattern].format(strategy=name, seconds=in_words)]


def too_short(words: Words, program: Program, one: Prediction) -> list[str]:
    """Return the sentence that a job takes less time than reading what it reads, if it does."""
    reading = one.results["reading"]
    if not 0 < program.job_s < TOO_SHORT * reading:
        return []
    times = {"reading": time(reading * ALMOST_EVEN), "job": time(program.job_s * ALMOST_EVEN)}
    return [words["impossible"].format(**times)]


def cautions_on(words: Words, program: Program, one: Prediction) -> list[str]:
    """Return the sentences on what limits a prediction."""
    said, kind, results = [], one.kind, one.results
    far = [text for text in (how_far(words, results, *line) for line in SPANS) if text]
    if far:
        said.append(words["far"].format(far=listed(far)))
    own = kind["values"].get(ITS_OWN, 0.0) * results["touched"] * results["items"]
    if own > WORTH_A_WORD * results["data"] > 0:
        said.append(words["copies"].format(own=mib(own * ALMOST_EVEN)))
    if kind["is"]["bound"] and results["touched"] > results["surely touched"]:
        said.append(words["bound"])
    if kind["is"]["long bound"] and program.long:
        said.append(words["long bound"])
    if kind["is"]["lets go"]:
        said.append(words["threads"])
    if program.start_method != "fork" and kind["start_method"] not in (NO_METHOD, OWN_METHOD):
        said.append(words["no globals"].format(method=program.start_method))
    each = results["data_mib"] * 2**20
    sizes = {"data": mib(results["data"] * ALMOST_EVEN), "each": f"{number(each * ALMOST_EVEN)} B"}
    return [*said, words["size"].format(**sizes)]


def how_far(words: Words, results: Results, amount: str, called: str, least: str, most: str) -> str:
    """Return in words by how many times an amount lies outside of what was measured; "" if not."""
    value = results[amount]
    if value > results[most] * MOST_ALIKE:
        times, pattern = value / results[most], "more"
    elif least and value * MOST_ALIKE < results[least]:
        times, pattern = results[least] / value, "less"
    else:
        return ""
    return words[pattern].format(words=called, times=number(times * ALMOST_EVEN))
