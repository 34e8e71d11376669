"""The plain words of the field, everywhere alike: the words that they replaced occur nowhere."""

import ast
import re

import pytest
from measuring import PROJECT

# In the order of the glossary; what to say is in the comment.
OLD = re.compile(
    r"\b(?:"
    r"weigh(?:s|ed|ing)?"  # measure peak memory
    r"|at (?:its|their) height"  # at its peak
    r"|told|tells?|telling"  # tied with; says, reports, shows
    r"|rehears\w*"  # preflight
    r"|own cop(?:y|ies)|for (?:itself|themselves)"  # private memory
    r"|ways?"  # strategy
    r"|hand(?:s|ed|ing)?(?: \w+){0,2} over|travel\w*"  # passed, shared, published
    r"|lack(?:s|ed|ing)?"  # is missing
    r")\b",
    re.IGNORECASE,
)
VENDORED = "tabulator"  # the beginning of the names of files that are not ours
TEXTS = [
    "README.md", "docs/*.md", "CONTRIBUTING.md", "CHANGELOG.md", "config.yaml", "Snakefile",
    "Makefile", "Dockerfile", "benchmarks/README.md", "immortal/README.md", ".github/**/*",
    "pyproject.toml",
    "workflow/presets/*", "workflow/schemas/*", "workflow/rules/*", "workflow/report/*",
    "profiles/*/*", "scripts/report/page/*", "scripts/report/templates/*",
    "scripts/setup/*.sh",
]  # fmt: skip


def old_words(text):
    """Return the old words in a text, however its lines are broken."""
    return OLD.findall(" ".join(re.sub(r"\n\s*(?:#|//)", "\n", text).split()))


def strings_of(source):
    """Return the string literals and docstrings of a Python file; an f-string is one text."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts = (one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
            found.append("".join(parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return found


def visible(page):
    """Return what a reader of a page sees, attributes such as `title` among it."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"</?\w+|>", " ", page)


def files(*patterns):
    """Return the paths of our files, relative to the project."""
    found = sorted(path for pattern in patterns for path in PROJECT.glob(pattern))
    return [
        str(path.relative_to(PROJECT))
        for path in found
        if path.is_file() and not path.name.startswith(VENDORED)
    ]


@pytest.mark.parametrize("name", files(*TEXTS))
def test_text(name):
    assert old_words((PROJECT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", files("scripts/**/*.py", "workflow/**/*.py"))
def test_strings_of_the_code(name):
    source = (PROJECT / name).read_text(encoding="utf-8")
    assert [text for text in strings_of(source) if old_words(text)] == []


def test_report_page_and_terminal_of_a_study(finished_study):
    for name in ("report.md", "report.html", "answer.txt"):
        text = (finished_study.results() / name).read_text(encoding="utf-8")
        assert old_words(visible(text) if name.endswith(".html") else text) == [], name


PLANTED = {
    "memory is weighed": ["weighed"],
    "memory at its height": ["at its height"],
    "`a` and `b` cannot be told\napart": ["told"],
    "# cannot be told\n# from the fastest": ["told"],
    "a rehearsal": ["rehearsal"],
    "each worker has its own copy": ["own copy"],
    "what a worker has for\n    itself": ["for itself"],
    "Which Way?": ["Way"],
    "handing the data over": ["handing the data over"],
    "nothing travels": ["travels"],
    "a library is lacking": ["lacking"],
    "the weight is always black, anyway; by hand; a traveller's height": ["traveller"],
    "weights, hindsight, the slack of a hallway, foretold": [],
}


@pytest.mark.parametrize("text", PLANTED)
def test_planted_word_is_found_and_no_other(text):
    assert old_words(text) == PLANTED[text]


def test_planted_word_is_found_in_every_kind_of_string():
    source = '"""It is told."""\nx = ("a " "way", f"{y} lacks {z}", b"told")  # told\nway = 1\n'
    assert [old_words(text) for text in strings_of(source) if old_words(text)] == [
        ["told"], ["way"], ["lacks"], ["lacks"],
    ]  # fmt: skip
    page = "<style>way</style><p title='told'>a <b>way</b></p><script>way</script>"
    assert old_words(visible(page)) == ["told", "way"]
