"""Checks of `make_immortal` that run inside the interpreter they are about; see test_immortal.py.

    python immortal_checks.py FOLDER CHECK [numpy]

FOLDER holds immortal.py, as in a user's program, which imports NumPy if that is the third word. An
assertion that fails ends the check.
"""

import ctypes
import gc
import os
import random
import sys
import weakref
from pathlib import Path

sys.path.insert(0, sys.argv[1])
import immortal

LOW = 12 if immortal._fields() is immortal._FREE_THREADED else 0


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
    return total + sum(1 for _ in zip(items["ints"], reversed(items["ints"]), strict=True))


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
    _, status = os.waitpid(pid, 0)
    if status == 0:
        return int(said)
    raise AssertionError(f"the child ended with status {status}")


def every_object_is_marked():
    items = graph(500)
    marked = immortal.make_immortal(items)
    assert marked > 500 * 15, marked
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


def runs_of_any_kind_are_marked():
    numbers = [number + 10**9 for number in range(10_000)]
    shuffled = random.Random(1).sample(numbers, len(numbers))
    texts = [str(number) * (number % 9 + 1) for number in range(10_000)]
    for items in (shuffled, numbers, texts, [object()] * 3000, [10**9, 5, 10**10] * 999, [], [7.5]):
        immortal.make_immortal(items)
        assert all(map(is_immortal, items))


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


def how_many_is_returned():
    items = [number + 10**9 for number in range(5000)]
    assert immortal.make_immortal(items) == 5001
    assert immortal.make_immortal(items) == 0
    items.append(int("12345678901"))  # a root is looked at again
    assert immortal.make_immortal(items) == 1
    assert immortal.make_immortal(5, None, "", ()) == 0
    twice = [[number + 10**9, str(number)] for number in range(1000)]
    assert immortal.make_immortal([twice, twice[::-1], twice * 3]) == 4 + 3 * 1000


def what_is_immortal_already_is_not_written():
    items = [None, True, 5, "", (), b"", "a"] * 300
    before = [ctypes.string_at(id(item), object.__basicsize__) for item in items]
    immortal.make_immortal(items)
    assert before == [ctypes.string_at(id(item), object.__basicsize__) for item in items]


def code_is_left_alone():
    class Local:
        def method(self):
            return self

    def function():
        return Local

    things = [Local() for _ in range(500)]
    for thing in things:
        thing.function, thing.bound, thing.module = function, thing.method, sys
    immortal.make_immortal([*things, Local, function])
    assert all(map(is_immortal, things))
    assert not any(map(is_immortal, (Local, function, sys.modules)))
    assert not any(is_immortal(thing.bound) for thing in things)


def answers_are_the_same():
    items = graph(300)
    before = walk(items)
    immortal.make_immortal(items)
    gc.freeze()
    assert walk(items) == before
    gc.collect()
    assert walk(items) == before == forked(lambda: walk(items))


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


def check_what_is_copied(data, read):
    """Compare what a forked worker copies by reading plain data and the same made immortal."""

    def work():
        before = private_kib()
        for _ in range(2):
            read()
        return private_kib() - before

    plain = forked(work)
    immortal.make_immortal(data)
    gc.freeze()
    shared = forked(work)
    assert plain > 20_000, plain
    assert shared < plain / 20, (shared, plain)


def workers_share_the_memory():
    data = [number + 10**9 for number in range(1_000_000)]

    def read():
        for _ in data:
            pass

    check_what_is_copied(data, read)


def workers_share_containers():
    """Also where there is no GIL, and a container's first reader leaves a note in it.

    What locks an object there still writes: a slice or a sorted copy of a list, all uses of a set
    before 3.15, `get` of a dict in 3.13.
    """
    gc.disable()  # a collection would make the parent, and so its children, the owner again
    data = [{"name": f"{n:010d}", "tags": [str(n), (n, n), {n: n / 3}]} for n in range(50_000)]

    def read():
        for number, item in enumerate(data):
            tags = item["tags"]
            assert tags[1] in tags and tags[2][number] <= number
            assert sum(map(len, data[number].values())) == 13

    check_what_is_copied(data, read)


def another_layout_is_refused():
    fields = ((0, 4, 0xC0000000),) if LOW == 0 else ((12, 4, 0xC0000000),)
    immortal._fields = lambda: fields
    check_refusal("the layout of objects in this build is not the known one")


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
    else:
        raise AssertionError("not refused")
    assert not any(map(is_immortal, data))


if __name__ == "__main__":
    with_numpy = sys.argv[3:] == ["numpy"]
    if with_numpy:
        import numpy  # noqa: F401
    globals()[sys.argv[2]]()
    assert ("numpy" in sys.modules) == with_numpy
    assert isinstance(immortal._memory(), immortal._Arrays) == with_numpy
