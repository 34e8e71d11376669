"""Write the programs to paste, one a strategy, from the recipes that are measured.

A recipe is such a program already. What differs: the two functions ``build`` and ``process`` stand
in it, to be replaced by the reader's own; it says how it is started; and what only the study asks
for is taken out, the marks ``phase(…)`` and the constants that describe the strategy.
"""

import argparse
import ast
from pathlib import Path

from report.links import EXAMPLES_FOLDER
from sharing import strategies, workloads
from wording.workloads import sentence_of

HEAD = """# Programs to paste

One whole program a strategy: put your data into `build` and your work into `process`. The study
measures these very statements; `python -I scripts write_examples` writes them, and this page, from
[`scripts/sharing/strategies`](../scripts/sharing/strategies). All do the same, so two can be laid
side by side: `diff use_global.py use_shared_memory.py`. Answers come in any order. Those that share
by fork name that start method, which is no longer the default from Python 3.14 on. A process that
has other threads must not fork, since a worker can hang then; on macOS system libraries start some,
so fork is not the default there since Python 3.8. Then give `share` another start method, that is
`"forkserver"` or `"spawn"`, or take a program that names none. The tests run each with every Python
they find.
"""
DATA_LOADER = """## PyTorch's DataLoader

The memory of a `DataLoader` grows while its forked workers read a list of objects: they copy what
they read ([PyTorch's issue 13246](https://github.com/pytorch/pytorch/issues/13246)). With another
start method, the default from Python 3.14 on, each worker begins with a copy of all. A dataset
whose items are single samples keeps its data in the same form, and the loader its `batch_size` and
`shuffle`. When each is the right one:
"""
RECIPE = "../scripts/sharing/strategies/{}.py"
LINK_TO_WORKLOAD = "../scripts/sharing/workloads/{}.py"
ANY = """
def build():
    return list(range(1, 1001))  # your data


def process(data, job):
    return job, sum(number % job == 0 for number in data)  # your work on it
"""
NUMPY = """
def build():
    return numpy.arange(1, 1001)  # your data


def process(data, job):
    return job, int((data % job == 0).sum())  # your work on it
"""
FRAME = """
def build():
    return pandas.DataFrame({"number": range(1, 1001)})  # your data


def process(data, job):
    numbers = data["number"]
    return job, int((numbers // job * job == numbers).sum())  # your work on it
"""
DICT = """
def build():
    return {f"number {number}": number for number in range(1, 1001)}  # your data


def process(data, job):
    keys = [f"number {number}" for number in range(job, 1001, job)]
    return job, sum(data[key] % job == 0 for key in keys)  # your work on it
"""
FUNCTIONS = {"a NumPy array": NUMPY, "a pandas frame": FRAME, "a dict of text": DICT}
# A comment, so that the statements stay those of the recipe.
WHERE_IMMORTAL_IS = "  # a file beside this one, or installed: pip install ./immortal"
START = """

if __name__ == "__main__":
    for answer in share(workers=2, jobs=range(2, 7)):
        print(answer)
"""


def main(argv=None):
    arguments = parse(argv)
    arguments.folder.mkdir(exist_ok=True)
    for name in names():
        path_of(name, arguments.folder).write_text(program_of(name), encoding="utf-8")
    (arguments.folder / "README.md").write_text(list_of_programs(), encoding="utf-8")


def names():
    """Return the strategies of which there is a program: those that have data."""
    return [name for name in strategies.names() if strategies.has_answers(name)]


def path_of(name, folder=EXAMPLES_FOLDER):
    """Return a program's path. A file called ray.py would be imported in place of Ray."""
    return folder / f"use_{name}.py"


def program_of(name, functions=None, start=START):
    """Return the text of a strategy's program, with functions and a start of the reader's own."""
    source = strategies.path_of(name).read_text(encoding="utf-8")
    lines = source.splitlines()
    functions = functions or FUNCTIONS.get(strategies.described(name).get("CARRIES"), ANY)
    functions = functions.strip("\n")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "immortal":
            lines[node.lineno - 1] += WHERE_IMMORTAL_IS
        if is_of_the_study(node):
            lines[node.lineno - 1 : node.end_lineno] = [None] * (node.end_lineno - node.lineno + 1)
            if isinstance(node, ast.ImportFrom):
                lines[node.lineno - 1] = f"\n\n{functions}\n\n"
    text = "\n".join(line for line in lines if line is not None)
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    return text.rstrip("\n") + "\n" + start


def list_of_programs():
    """Return the page that lists the strategies and the workloads, each in its own words."""
    parts = [HEAD]
    for mechanism, meaning in strategies.MECHANISMS.items():
        parts.append(f"## {mechanism.capitalize()}\n\n{meaning[0].upper()}{meaning[1:]}.\n")
        parts.append("| strategy | what it does |\n| --- | --- |")
        for name in strategies.names():
            if strategies.mechanism_of(name) == mechanism:
                path = (
                    path_of(name, Path()) if strategies.has_answers(name) else RECIPE.format(name)
                )
                parts.append(f"| [`{name}`]({path}) | {strategies.summary_of(name)} |")
        parts.append("")
    parts.append(DATA_LOADER)
    for name in strategies.names():
        if "torch" in strategies.libraries_of(name):
            parts.append(f"- [`{name}`]({path_of(name, Path())}). {when_to_use(name)}")
    parts += ["\n## The data that is measured\n", "| workload | what it is |\n| --- | --- |"]
    for name in workloads.names():
        parts.append(f"| [`{name}`]({LINK_TO_WORKLOAD.format(name)}) | {sentence_of(name)} |")
    return "\n".join(parts) + "\n"


def when_to_use(name):
    """Return what a strategy is for, the second paragraph of its docstring without the links."""
    paragraph = strategies.described(name)["doc"].split("\n\n")[1]
    return " ".join(line for line in paragraph.splitlines() if not line.startswith("https:"))


def is_of_the_study(node):
    """Return whether a statement of a recipe is none of its program."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "sharing.measured"
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Name) and node.targets[0].id in strategies.CONSTANTS
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "phase"
    )


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=EXAMPLES_FOLDER)
    return parser.parse_args(argv)
