"""Texts of others in the report's Markdown: reasons, questions, names stand there as they are.

Such a text goes through many sentences before it is written, inside code and outside of it. So what
Markdown or HTML would read in it is replaced by stand-ins when it is taken in (`guarded`), and each
stand-in becomes what its place asks for when all is written (`as_markdown`).
"""

import re
from html import escape
from typing import TypeVar, overload

import pandas as pd

from costs.types import CostFile, Kind
from supervisor.terminal import printable
from tables.read_tables import with_texts

Guarded = TypeVar("Guarded")
FIRST = 0xF0000  # a private use area; `printable` leaves none of a text's own there
# Only where it means something: what is escaped everywhere is hard to read as it is.
MEANS_SOMETHING = re.compile(
    r"""
    [`|~$]                            # code, a table's cell, struck out, a formula on GitHub
    | \\(?=[!-/:-@\[-`{-~]|$)         # an escape
    | (?<!\s)\*|\*(?!\s)              # emphasis, and so the next
    | (?<![^\W_])_|_(?![^\W_])
    | <(?=[A-Za-z/!?]|$)              # HTML, and so the next
    | &(?=\#?\w+;)
    | \](?=[(\[:]|$)                  # a link
    | \#(?=\s|$)                      # a heading
    | ^[-+>](?=\s|$)                  # a list or a quotation, and so the next
    | (?:(?<=^\d)|(?<=^\d\d))[.)](?=\s|$)
    """,
    re.VERBOSE,
)
STAND_IN = re.compile(f"[{chr(FIRST)}-{chr(FIRST + 0x7F)}]")
CODE = re.compile("`([^`]*)`")
FOLDED = "<details>"  # how a line of the report's own HTML begins


@overload
def guarded(value: str) -> str: ...
@overload
def guarded(value: Guarded) -> Guarded: ...
def guarded(value: object) -> object:
    """Return a text, or all texts of dicts, lists and tuples, with stand-ins; all else as it is."""
    if isinstance(value, str):
        return MEANS_SOMETHING.sub(
            lambda found: chr(FIRST + ord(found[0])), printable(value).strip()
        )
    if isinstance(value, dict):
        return {guarded(key): guarded(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(guarded, value))
    return value


def guarded_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts have stand-ins."""
    return with_texts(table, guarded)


def guarded_costs(file: CostFile) -> CostFile:
    """Return what costs.json holds, with stand-ins in the names of a study; the words are ours."""
    return file | {
        "interpreters": guarded(file["interpreters"]),
        "versions": guarded(file["versions"]),
        "data": guarded(file["data"]),
        "held_out": guarded(file["held_out"]),
        "kinds": list(map(guarded_kind, file["kinds"])),
    }


def guarded_kind(kind: Kind) -> Kind:
    """Return a kind of costs.json with stand-ins in what identifies it."""
    return kind | {
        "interpreter": guarded(kind["interpreter"]),
        "workload": guarded(kind["workload"]),
        "strategy": guarded(kind["strategy"]),
        "start_method": guarded(kind["start_method"]),
    }


def as_itself(text: str) -> str:
    """Return a text that was guarded without its stand-ins."""
    return STAND_IN.sub(lambda found: meant(found[0]), text)


def meant(stand_in: str) -> str:
    """Return the character that a stand-in stands for."""
    return chr(ord(stand_in) - FIRST)


def as_markdown(text: str) -> str:
    """Return the Markdown of a report in which every stand-in is what its place asks for."""
    return "\n".join(map(line_of, text.split("\n")))


def line_of(line: str) -> str:
    """Return a line of the report without stand-ins."""
    if line.startswith(FOLDED):
        return STAND_IN.sub(lambda found: escape(meant(found[0])), line)
    in_table = line.startswith("|")
    parts = CODE.split(line)
    parts[1::2] = [code(part, in_table) for part in parts[1::2]]
    parts[::2] = [escaped(part, in_table) for part in parts[::2]]
    return "".join(parts)


def code(text: str, in_table: bool) -> str:
    """Return a text as code, between more backquotes than it has in a row."""
    text = STAND_IN.sub(
        lambda found: "\\|" if in_table and meant(found[0]) == "|" else meant(found[0]), text
    )
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{text}{room}{fence}" if text else ""


def escaped(text: str, in_table: bool) -> str:
    """Return a text in which nothing means anything but itself."""
    return STAND_IN.sub(
        lambda found: "|" if meant(found[0]) == "|" and not in_table else f"\\{meant(found[0])}",
        text,
    )
