"""Checks of `make_immortal`, each for a process of its own; try_immortal.py runs them.

A check fails by an assertion, and what it prints goes into the report.
"""

import atexit
import ctypes
import gc
import platform
import random
import sys
import sysconfig
import threading
import weakref
from collections import Counter

import immortal
from immortal_accesses import (
    ACCESSES,
    addresses_of,
    changed_by_each,
    containers,
    copied_by_each,
    forked,
    headers,
    private_kib,
    table,
)

CHECKS = {}  # by name: the function, and one that returns why this Python cannot have it
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
LOW = 12 if FREE_THREADED else 0
# Where there is no GIL, the lock of a container lies in its header; these take it.
LOCKING = set()
if FREE_THREADED:
    other = "unpacking a list" if sys.version_info >= (3, 14) else "keys of a dict"
    LOCKING = {"sorted", "x[i:j], list(x)", "members of a set", other}


def check(cannot=lambda: ""):
    """Take a function among the checks."""

    def take(function):
        CHECKS[function.__name__] = (function, cannot)
        return function

    return take


def not_linux():
    return "" if sys.platform.startswith("linux") else "only Linux reports what a process shares"


def with_gil():
    return "" if FREE_THREADED else "only builds without a GIL leave such notes"


class Record:
    """An instance with a dict."""

    def __init__(self, number):
        self.number = number
        self.name = f"record {number}"


class Slotted:
    """An instance without a dict."""

    __slots__ = ("__weakref__", "value")

    def __init__(self, value):
        self.value = value


class Odd(dict):
    """A dict that shows nothing of what it holds."""

    def __iter__(self):
        return iter(())

    keys = items = values = __iter__
    __len__ = int


def count(item):
    """Return the low 32 bits of an object's count."""
    return ctypes.c_uint32.from_address(id(item) + LOW).value


def is_immortal(item):
    return count(item) >= 1 << 31


def graph(size):
    """Return objects of many kinds that refer to each other, in a cycle, too."""
    items = {
        "ints": [number + 10**9 for number in range(size)],
        "floats": tuple(number / 3 for number in range(size)),
        "strings": {f"string {number}" for number in range(size)},
        "interned": [sys.intern(f"interned_{number}") for number in range(size)],
        "bytes": [bytes([number % 256] * 40) for number in range(size)],
        "records": [Record(number) for number in range(size)],
        "slotted": [Slotted(str(number)) for number in range(size)],
        "frozen": frozenset((number, str(number)) for number in range(size)),
        "keys": {f"key {number}": float(number) for number in range(size)},
        "mixed": [[number, {"key": (str(number), None, True)}] for number in range(size)],
        "odd": [Odd({f"odd {number}": [str(number)]}) for number in range(size)],
    }
    if sys.version_info >= (3, 15):
        kind = frozendict  # noqa: F821
        items["frozendicts"] = [kind({f"key {number}": number / 3}) for number in range(size)]
    items["weak"] = [weakref.ref(record) for record in items["records"]]
    items["itself"] = items
    return items


def walk(items):
    """Use the objects in many ways; return a number that depends on them all."""
    total = sum(items["ints"]) + len(items["ints"][::2]) + items["ints"][-1]
    total += int(sum(items["floats"])) + len(sorted(items["strings"]))
    total += sum(len(text) for text in items["interned"]) + sum(map(len, items["bytes"]))
    total += sum(record.number + len(record.name) for record in items["records"])
    total += sum(int(slotted.value) for slotted in items["slotted"])
    total += sum(number for number, _ in items["frozen"])
    total += sum(len(inner["key"][0]) for _, inner in items["mixed"])
    total += sum(map(len, items["keys"])) + int(sum(items["keys"].values()))
    total += sum(reference() is not None for reference in items["weak"])
    return total + sum(1 for _ in zip(items["ints"], reversed(items["ints"])))


@check()
def every_object_is_marked():
    items = graph(500)
    marked = immortal.make_immortal(items)
    assert marked > 500 * 15, marked
    kinds = Counter(type(item).__name__ for part in items.values() for item in [part, *part])
    print(f"{marked} marked, among them", ", ".join(f"{n} {kind}" for kind, n in kinds.items()))
    assert is_immortal(items)
    for name, part in items.items():
        assert is_immortal(part), name
        for item in part:
            assert is_immortal(item), (name, item)
    assert all(map(is_immortal, items["keys"].values()))
    assert all(is_immortal(record.name) for record in items["records"])
    assert all(is_immortal(inner["key"][0]) for _, inner in items["mixed"])
    for item in [*items["odd"], *items.get("frozendicts", ())]:
        base = dict if isinstance(item, dict) else type(item)
        for key, value in base.items(item):
            assert is_immortal(key) and is_immortal(value), key
            assert isinstance(value, float) or is_immortal(value[0])


@check()
def runs_of_any_kind_are_marked():
    numbers = [number + 10**9 for number in range(10_000)]
    shuffled = random.Random(1).sample(numbers, len(numbers))
    texts = [str(number) * (number % 9 + 1) for number in range(10_000)]
    for items in (shuffled, numbers, texts, [object()] * 3000, [10**9, 5, 10**10] * 999, [], [7.5]):
        immortal.make_immortal(items)
        assert all(map(is_immortal, items))


@check()
def chains_and_nests_of_any_depth_are_marked():
    chain = None
    for number in range(100_000):
        chain = [number + 10**9, chain]
    nest = [[[str(number), [str(-number)] * 3] for number in range(size)] for size in range(300)]
    assert immortal.make_immortal(chain) == 200_000
    immortal.make_immortal(nest)
    assert all(is_immortal(pair[1][2]) for part in nest for pair in part)
    while chain[1]:
        assert is_immortal(chain) and is_immortal(chain[0])
        chain = chain[1]


@check()
def how_many_is_returned():
    items = [number + 10**9 for number in range(5000)]
    assert immortal.make_immortal(items) == 5001
    assert immortal.make_immortal(items) == 0
    items.append(int("12345678901"))  # a root is looked at again
    assert immortal.make_immortal(items) == 1
    assert immortal.make_immortal(5, None, "", ()) == 0
    twice = [[number + 10**9, str(number)] for number in range(1000)]
    assert immortal.make_immortal([twice, twice[::-1], twice * 3]) == 4 + 3 * 1000


@check()
def what_is_immortal_already_is_not_written():
    items = [None, True, 5, "", (), b"", "a"] * 300
    before = [ctypes.string_at(id(item), object.__basicsize__) for item in items]
    immortal.make_immortal(items)
    assert before == [ctypes.string_at(id(item), object.__basicsize__) for item in items]


@check()
def code_is_left_alone():
    class Local:
        def method(self):
            return self

    def function():
        yield Local

    code = [Local, function, sys, print, function.__code__, function(), sys._getframe(), str.upper]
    things = [Local() for _ in range(500)]
    for thing in things:
        thing.code, thing.bound = code[:], thing.method
    immortal.make_immortal([*things, *code])
    assert all(map(is_immortal, things)) and all(is_immortal(thing.code) for thing in things)
    assert not any(is_immortal(thing.bound) for thing in things)
    left = [item for item in code if not is_immortal(item)]
    print("left alone:", ", ".join(sorted(type(item).__name__ for item in left)))
    assert not is_immortal(sys.modules)
    # Builtins are the interpreter's own: some are immortal before.
    assert set(code[:3] + code[4:7]) <= set(left)


@check()
def answers_are_the_same():
    items = graph(300)
    before = walk(items)
    immortal.make_immortal(items)
    gc.freeze()
    assert walk(items) == before
    gc.collect()
    assert walk(items) == before == forked(lambda: walk(items))


@check()
def children_and_parent_exit_normally():
    items = graph(2000)
    immortal.make_immortal(items)
    gc.freeze()

    def work():
        walk(items)
        gc.collect()
        items["more"] = [10**12]  # a child may change its own copy of a container
        items["ints"].clear()
        return 1

    assert [forked(work) for _ in range(3)] == [1, 1, 1]
    items.clear()  # the parent may, too; the objects stay


@check(not_linux)
def workers_share_what_they_read():
    """Also where there is no GIL, and a container's first reader leaves a note in it."""
    gc.disable()  # a collection would make the parent, and so its children, the owner again
    data = containers()
    plain = copied_by_each(data)
    immortal.make_immortal(data)
    gc.freeze()
    marked = copied_by_each(data)  # first: what the parent reads, its workers find read already
    changed = changed_by_each(data)
    table(plain, marked, changed)
    assert len(ACCESSES) == 15
    if LOCKING:
        print(f"known to write to a container's lock: {'; '.join(sorted(LOCKING))}")
    assert {name for name in ACCESSES if plain[name] < 2000} == set(), "plain data is not copied"
    copied = {name for name in ACCESSES if marked[name] > plain[name] / 20}
    assert copied <= LOCKING, copied - LOCKING
    assert not any(changed.values()), changed


@check(not_linux)
def workers_share_what_they_collect():
    gc.disable()
    data = containers()
    documents = [{"name": f"{n:010d}", "tags": [str(n), (n, [n]), {n: [n]}]} for n in range(50_000)]

    def collect():
        before = private_kib()
        gc.collect()
        return private_kib() - before

    plain = forked(collect)
    immortal.make_immortal(data, documents)
    gc.freeze()
    marked = forked(collect)
    print(f"copied by a full collection: plain {plain} KiB, immortal and frozen {marked} KiB")
    assert plain > 20_000 and marked < plain / 20


@check()
def threads_may_read():
    data = containers(1000)
    immortal.make_immortal(data)
    addresses = addresses_of(data)
    before, answers = headers(addresses), []

    def read():
        for _ in range(3):
            answers.append([sum(1 for _ in access(data)) for access in ACCESSES.values()])

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 12 and answers == answers[:1] * 12
    assert headers(addresses) == before


@check()
def objects_outlive_all_references():
    data = containers(1000)
    immortal.make_immortal(data)
    gc.freeze()
    addresses = addresses_of(data)
    before, said = headers(addresses), list(map(str, objects_at(addresses)))
    del data
    gc.collect()
    new = containers(1000)  # would lie where objects that were freed lay
    assert headers(addresses) == before
    assert list(map(str, objects_at(addresses))) == said
    assert not set(addresses_of(new)) & set(addresses)


def objects_at(addresses):
    return [ctypes.cast(address, ctypes.py_object).value for address in addresses]


@check()
def objects_survive_the_end():
    items = graph(500)
    immortal.make_immortal(items)
    gc.freeze()
    before = walk(items)

    def walk_again():
        assert walk(items) == before

    atexit.register(walk_again)
    sys.survivor = items  # given up when modules are cleared, after that


@check()
def another_layout_is_refused():
    fields = ((0, 4, 0xC0000000),) if LOW == 0 else ((12, 4, 0xC0000000),)
    immortal._fields = lambda: fields
    immortal._why_not.cache_clear()
    check_refusal("the layout of objects in this build is not the known one")


@check(with_gil)
def another_note_is_refused():
    """A build without a GIL that notes the readers of containers elsewhere, or of other kinds."""
    place, bit = immortal._NOTE
    immortal._NOTE = (place, bit * 2)
    check_refusal("is noted by")
    immortal._NOTE, immortal._NOTED = (place, bit), (dict,)
    immortal._why_not.cache_clear()
    check_refusal("the use of a list by another thread is noted by")


def check_refusal(why):
    data = [int("10000000000"), int("20000000000")]
    try:
        immortal.make_immortal(data)
    except immortal.Refused as reason:
        assert why in str(reason), reason
        print(reason)
    else:
        raise AssertionError("not refused")
    assert not any(map(is_immortal, data))


@check()
def is_refused_with_a_reason():
    """For a Python that has no objects to mark: nothing else of this module runs there."""
    data = [int("10000000000"), "".join(["throw", "away"])]
    counts = platform.python_implementation() == "CPython"
    before = headers(map(id, data)) if counts else b""
    for _ in range(2):
        try:
            immortal.make_immortal(data)
        except immortal.Refused as reason:
            assert str(reason) == immortal.why_not() != ""
        else:
            raise AssertionError("not refused")
    assert not counts or headers(map(id, data)) == before
