"""Look-ups by key in a database: dicts and sets that lie in a file, not in a worker's memory.

For every strategy that asks a store for what a job needs::

    layout = layout_of(data)  # before the clock starts
    with phase("publish"):
        for part, pairs in enumerate(layout.pairs_of(data)):
            …  # write the part's (key, value), text and bytes
    …
    layout.of(find)  # in a worker: ``find(part, key)`` returns a key's value; None without one
"""

import pickle
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from sharing.strategies import Unsupported


class Layout(NamedTuple):
    """A dict or set, or an object (`kind` its class) whose attributes are nothing else."""

    kind: object
    names: tuple
    lengths: tuple

    def pairs_of(self, data):
        """Yield an iterator over (key, pickled value) for every part of `data`."""
        for part in parts_of(data).values():
            items = part.items() if isinstance(part, dict) else zip(part, part)
            yield ((key, pickle.dumps(value)) for key, value in items)

    def of(self, find):
        """Return what answers like the data: by ``find(part, key)``, bytes or None."""
        parts = [Lookups(partial(find, part), length) for part, length in enumerate(self.lengths)]
        if self.kind is None:
            return parts[0]
        data = self.kind.__new__(self.kind)
        vars(data).update(zip(self.names, parts))
        return data


class Lookups(Mapping):
    """A dict or set that is asked key by key; it cannot be walked."""

    def __init__(self, find, length):
        self.find = find
        self.length = length

    def __getitem__(self, key):
        value = self.find(key) if type(key) is str else None
        if value is None:
            raise KeyError(key)
        return pickle.loads(value)

    def __contains__(self, key):
        return type(key) is str and self.find(key) is not None

    def __len__(self):
        return self.length

    def __iter__(self):
        raise TypeError("a database is asked for keys: it is not walked from end to end")


def layout_of(data):
    """Return the `Layout` of data that is looked up by text; raises `Unsupported` for all else."""
    parts = parts_of(data)
    for part in parts.values():
        if type(part) not in (dict, set, frozenset):  # a defaultdict, say, answers otherwise
            raise Unsupported(f"look-ups by key only: the data is a {type(data).__name__}")
        if set(map(type, part)) - {str}:
            raise Unsupported("look-ups by key only: there are keys that are not text")
    kind = None if None in parts else type(data)
    return Layout(kind, tuple(parts), tuple(map(len, parts.values())))


def parts_of(data):
    """Return the dicts and sets by the attribute's name: None where it is the data itself."""
    return (type(data).__module__ != "builtins" and getattr(data, "__dict__", None)) or {None: data}
