"""Fifteen kinds of access to objects, and what each writes; see try_immortal.py.

Every access is a generator that yields what it takes, over containers of three items. Their items
lie beside them in memory, so that what writes to one or the other copies the page of both.
"""

import ctypes
import gc
import os
import sys
import time
from collections import Counter
from itertools import chain
from pathlib import Path

PER_KIND = 30_000  # containers: 5 to 15 MiB
FEW = 10  # containers, to warm up with
SOME = 3000  # containers whose headers are compared


class Instance:
    """An instance with attributes."""

    def __init__(self, first):
        self.one, self.other, self.third = first, first + 1, str(first)


def containers(size=PER_KIND):
    """Return lists of `size` containers by their kind; all objects in them are their own."""
    starts = range(10**9, 10**9 + 3 * size, 3)
    return {
        "lists": [[first, first + 1, first + 2] for first in starts],
        "tuples": [(first, first / 3, str(first)) for first in starts],
        "dicts": [{f"{first}": first, f"{first + 1}": first / 3} for first in starts],
        "sets": [{first, first + 1, str(first)} for first in starts],
        "instances": [Instance(first) for first in starts],
    }


def by_for(data):
    for row in data["lists"]:
        for item in row:  # noqa: UP028
            yield item


def by_comprehension(data):
    for row in data["lists"]:
        yield [item for item in row]  # noqa: C416


def by_index(data):
    for row in data["lists"]:
        for place in range(len(row)):
            yield row[place]


def by_getitem(data):
    for row in data["lists"]:
        for place in range(len(row)):
            yield row.__getitem__(place)


def by_enumerate_and_zip(data):
    for row in data["lists"]:
        for (_, item), other in zip(enumerate(row), row):
            yield item, other


def by_reversed(data):
    for row in data["lists"]:
        yield from reversed(row)


def by_chain(data):
    yield from chain.from_iterable(data["lists"])


def by_sum(data):
    for row in data["lists"]:
        yield sum(row)


def by_sorted(data):
    for row in data["lists"]:
        yield sorted(row)


def by_copy(data):
    for row in data["lists"]:
        yield row[:2], list(row)


def by_unpacking_a_list(data):
    for row in data["lists"]:
        one, other, third = row
        yield one, other, third


def by_unpacking_a_tuple(data):
    for one, other, third in data["tuples"]:  # noqa: UP028
        yield one, other, third


def by_key(data):
    for row in data["dicts"]:
        for key, value in row.items():
            yield key, value, row[key], row.get(key)


def by_membership(data):
    for row in data["sets"]:
        for item in row:
            if item in row:
                yield item


def by_attribute(data):
    for row in data["instances"]:
        yield row.one, row.other, row.third


ACCESSES = {
    "for": by_for,
    "comprehension": by_comprehension,
    "x[i]": by_index,
    "x.__getitem__(i)": by_getitem,
    "enumerate, zip": by_enumerate_and_zip,
    "reversed": by_reversed,
    "itertools.chain": by_chain,
    "sum": by_sum,
    "sorted": by_sorted,
    "x[i:j], list(x)": by_copy,
    "unpacking a list": by_unpacking_a_list,
    "unpacking a tuple": by_unpacking_a_tuple,
    "keys of a dict": by_key,
    "members of a set": by_membership,
    "attributes": by_attribute,
}


def addresses_of(data):
    """Return the addresses of all containers and of what they hold."""
    return [address for address, _ in addresses_and_kinds(data)]


def addresses_and_kinds(data):
    """Return pairs of an object's address and its type, items before containers."""
    rows = list(chain.from_iterable(data.values()))
    objects = chain(chain.from_iterable(map(items_of, rows)), rows)
    return [(id(item), type(item)) for item in objects]


def items_of(row):
    if isinstance(row, dict):
        return [*row, *row.values()]
    return (row.one, row.other, row.third) if isinstance(row, Instance) else row


def headers(addresses):
    """Return the headers of the objects at some addresses, joined."""
    size = object.__basicsize__
    return b"".join([ctypes.string_at(address, size) for address in addresses])


def private_kib():
    """Return the memory of this process that it shares with nobody."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    fields = dict(line.split(":") for line in lines)
    return int(fields["Private_Dirty"].split()[0])


def forked(work):
    """Run `work` in a forked child that then exits as any program; return what it reports."""
    told, tell = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        os.write(tell, str(work()).encode())
        sys.exit(0)  # through the interpreter's own end, finalisation included
    os.close(tell)
    said = os.read(told, 100)
    os.close(told)
    _, status = os.waitpid(pid, 0)
    if status == 0:
        return int(said)
    raise AssertionError(f"the child ended with status {status}")


def copied(read, data):
    """Return the KiB that a forked worker copies while it reads the data."""

    def work():
        for _ in read({kind: rows[:FEW] for kind, rows in data.items()}):
            pass
        before = private_kib()
        for _ in read(data):
            pass
        return private_kib() - before

    return forked(work)


def copied_by_each(data):
    """Return the KiB that a forked worker copies, by the kind of access."""
    return {name: copied(read, data) for name, read in ACCESSES.items()}


def changed_by_each(data, without=()):
    """Return by the kind of access whether it changes headers, while what it took is held.

    Those of objects of the types `without` do not count.
    """
    data = {kind: rows[:SOME] for kind, rows in data.items()}
    addresses = [address for address, kind in addresses_and_kinds(data) if kind not in without]
    changed = {}
    for name, read in ACCESSES.items():
        before = headers(addresses)
        held = list(read(data))
        changed[name] = headers(addresses) != before
        del held
    return changed


def table(plain, marked, changed):
    """Print what was copied and changed, a line a kind of access."""
    print(f"{'access':<20}{'copied: plain':>15}{'immortal':>12}   headers")
    for name in ACCESSES:
        said = "changed" if changed[name] else "unchanged"
        print(f"{name:<20}{plain[name]:>11} KiB{marked[name]:>8} KiB   {said}")


def try_set_immortal():
    """Try the same on objects that `PyUnstable_SetImmortal` (CPython 3.15) has made immortal."""
    make = ctypes.pythonapi.PyUnstable_SetImmortal
    make.argtypes, make.restype = [ctypes.c_void_p], ctypes.c_int
    gc.disable()
    data = containers()
    plain = copied_by_each(data)
    pairs = addresses_and_kinds(data)
    began = time.process_time()
    # By addresses: it refuses what has a second reference, a variable's among them.
    taken = [make(address) for address, _ in pairs]
    seconds = time.process_time() - began
    asked = Counter(kind for _, kind in pairs)
    took = Counter(kind for (_, kind), result in zip(pairs, taken) if result)
    print("taken:", ", ".join(f"{kind.__name__} {took[kind]} of {asked[kind]}" for kind in asked))
    print(f"{seconds / len(pairs) * 1e6:.2f} µs each; headers: of all that it takes")
    refused = [kind for kind in asked if not took[kind]]
    gc.freeze()
    table(plain, copied_by_each(data), changed_by_each(data, refused))
