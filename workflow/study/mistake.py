"""A mistake in the configuration, and how it is answered: by one line."""

import difflib
from collections.abc import Iterable

from study.types import KeyPath

LONGEST_VALUE = 60  # characters of a user's value that an answer repeats


class ConfigError(Exception):
    """A mistake: where it stands, the key, what is wrong and what is accepted.

    `path` holds the names and positions that lead to the key. `where` is the file and the line;
    who finds a mistake in a value does not know them, `Layers.locate` does.
    """

    def __init__(self, path: KeyPath, text: str, where: str = "") -> None:
        super().__init__(path, text)
        self.path = path
        self.text = text
        self.where = where

    def __str__(self) -> str:
        key = ".".join(shortened(part) for part in self.path)
        return in_one_line(": ".join(part for part in (self.where, key, self.text) if part))


def shortened(value: object, longest: int = LONGEST_VALUE) -> str:
    """Return a user's value as text, cut where it is long."""
    text = str(value)
    return text if len(text) <= longest else f"{text[:longest]}…"


def in_one_line(text: str) -> str:
    """Return a text without the line ends and other signs that a terminal would obey."""
    words = " ".join(text.split())
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in words)


def nearest(name: object, accepted: Iterable[object]) -> str:
    """Return what is accepted, and what was probably meant."""
    names = [str(one) for one in accepted]
    close = difflib.get_close_matches(str(name), names, n=1)
    meant = f"; did you mean {close[0]!r}?" if close else ";"
    return f"{meant} accepted: {', '.join(names)}"
