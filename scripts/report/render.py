"""Facts into text: the Jinja2 templates beside this file, with filters for numbers and units.

A template of ``report.md`` has the words, and a module of this room the facts: dataclasses of plain
numbers and names. What is computed or decided is a fact; a template only chooses among words.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from numbers import Integral, Number
from pathlib import Path

import jinja2

from report import links
from report.cell_facts import CellFact
from report.foreign import as_itself
from sharing.lifetime import COLLECTED
from stats.lifetimes import share_in_words
from wording import units
from wording.machines import cores_in_words

TEMPLATES = Path(__file__).with_name("templates")
HEADINGS = {"start_method": "start", "size": "items"}  # of columns of the tables of experiments
UNKNOWN = "–"
# Of a row: one value, several, or None.
Field = str | float | Iterable[object] | None
LONGEST_LINE = 300  # characters of a line on the terminal


def known(say: Callable[..., object]) -> Callable[..., object]:
    """Return a filter that writes a value by `say`, and a dash for None."""
    return lambda value, *more: UNKNOWN if value is None else say(value, *more)


def as_code(name: str) -> str:
    """Return a name as code in Markdown."""
    return f"`{name}`"


def codes(names: Iterable[str]) -> str:
    """Return names as code, as a list in a sentence."""
    return units.listed(map(as_code, names))


def some_codes(names: Sequence[str]) -> str:
    """Return names as code, as a list in a sentence; too many are counted."""
    shown = [as_code(name) for name in names[: units.MOST_NAMES]]
    more = len(names) - len(shown)
    return units.listed([*shown, f"{more} more"] if more else shown) or UNKNOWN


def time_of_cell(cell: CellFact) -> str:
    """Return the time of a `CellFact` with its interval, if it has one."""
    if cell.seconds is None:
        return UNKNOWN
    if cell.low is None or cell.high is None:
        return units.time(cell.seconds)
    return f"{units.time(cell.seconds)} ({units.time(cell.low)} – {units.time(cell.high)})"


def cell_as_shown(cell: CellFact) -> str:
    """Return the time and the memory of a `CellFact`, or how it ended."""
    if cell.ending:
        return f"× {cell.ending}"
    memory = [] if cell.memory_mib is None else [units.mib(cell.memory_mib)]
    return " · ".join([time_of_cell(cell), *memory])


def ratio_as_shown(ratio: units.Interval) -> str:
    """Return a `Ratio` with its interval."""
    return f"{units.number(ratio.value)} ({units.number(ratio.low)} – {units.number(ratio.high)})"


def grouped(value: object) -> object:
    """Return a whole number with spaces between thousands, or a text as it is."""
    return f"{value:_}".replace("_", " ") if isinstance(value, Integral) else value


def mark_as_heading(mark: str) -> str:
    """Return a mark of a worker's life as the heading of a column."""
    return share_in_words(mark) if mark == COLLECTED else f"{share_in_words(mark)} read"


def flattened(fields: Iterable[Field]) -> list[str]:
    """Return fields one by one; one may be several, as a list or what `map` makes; or None."""
    found: list[object] = []
    for field in fields:
        found += [field] if field is None or isinstance(field, (str, int, float, Number)) else field
    return [UNKNOWN if one is None else str(one) for one in found]


def row(*fields: Field) -> str:
    """Return a row of a Markdown table, of texts, numbers and lists of them."""
    return f"| {' | '.join(one.replace('|', chr(92) + '|') for one in flattened(fields))} |"


def head(*fields: Field) -> str:
    """Return the head of a Markdown table, fields as in `row`."""
    names = flattened(fields)
    return f"{row(names)}\n{row(['---'] * len(names))}"


def one_line(text: str) -> str:
    """Return lines of a template as one row, no semicolon at the end of a field."""
    text = re.sub(r";?\s*\|(?=\s)", " |", " ".join(text.split())).lstrip()
    return re.sub(r"\s+(?=[,;:.)])", "", text) + "\n"


def anchor(heading: str) -> str:
    """Return where a heading of the report is found in the page: as GitHub makes it."""
    kept = re.sub(r"[^\w\- ]", "", as_itself(heading).lower())
    return kept.replace(" ", "-")


def link_to_program(strategy: str, words: str = "") -> str:
    """Return a link to a strategy's program to paste, by its name or other words."""
    return f"[{words or as_code(strategy)}]({links.EXAMPLES}/use_{strategy}.py)"


def about_items(number: float) -> str:
    """Return a number of items in words, to three digits."""
    return units.items(int(float(f"{number:.3g}")))


@cache
def environment(plain: bool = False) -> jinja2.Environment:
    """Return the Jinja2 environment of all templates; `plain` for text without Markdown.

    Nothing is escaped here: texts of others are guarded when they are read (`report.foreign`).
    """
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    found.globals |= {"row": row, "head": head}
    found.filters |= {
        "time": known(units.time),
        "mib": known(units.mib),
        "number": units.number,
        "times": lambda number: f"{units.ratio(number)}×",
        "ratio": ratio_as_shown,
        "digits": known(lambda number: grouped(int(float(f"{number:.2g}")))),
        "percent": lambda share: f"{100 * share:.0f} %",
        "grouped": grouped,
        "items": units.items,
        "amount": units.amount,
        "workers": units.workers,
        "cpus": units.cpus,
        "cells": units.cells,
        "runs": units.runs,
        "span": lambda ends: "–".join(map(str, dict.fromkeys(ends))),
        "listed": units.listed,
        "cores": lambda machine: cores_in_words(vars(machine)),
        "codes": codes,
        "some_codes": some_codes,
        "interval": time_of_cell,
        "cell": known(cell_as_shown),
        "blocks": lambda number: "1 block" if number == 1 else f"{number:.0f} blocks",
        "mark": mark_as_heading,
        "heading": lambda name: HEADINGS.get(name, name),
        "code": str if plain else as_code,
        "bold": str if plain else "**{}**".format,
        "program": (lambda name, words="": words or name) if plain else link_to_program,
        "anchor": anchor,
        "one_line": one_line,
        "about_time": units.about_time,
        "about_mib": units.about_mib,
        "two_digits": units.two_digits,
        "share": lambda share: f"{units.two_digits(100 * share)} %",
        "short": lambda text: text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}…",
        "about_items": about_items,
    }
    return found


def render(template: str, **facts: object) -> str:
    """Return a template's text over facts, never two empty lines in a row, none at both ends."""
    text = environment(plain=".txt." in template).get_template(template).render(**facts)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
