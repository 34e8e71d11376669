"""Make objects immortal, so that forked workers share their memory on CPython.

CPython counts the references to an object inside the object. Reading a list of objects therefore
writes to every one of them, and the kernel copies every page for every worker that was forked.
An object whose count marks it immortal (PEP 683, Python 3.12) is never written again::

    from immortal import make_immortal

    DATA = build()
    make_immortal(DATA)  # this object and all that can be reached from it
    gc.freeze()  # the garbage collector leaves them alone, too
    pool = multiprocessing.get_context("fork").Pool()

What it costs: the objects are never freed, so do it once, for data that lives until the process
ends. It is no supported use of CPython: it writes into the headers of objects, whose layout differs
between builds. So the layout is tried on throw-away objects first, and where that fails nothing is
touched: `why_not` gives the reason. Call it before threads are started.

One file, standard library only: copy it into your program. Where that has imported NumPy, objects
are marked by NumPy, which is several times faster.
"""

import ctypes
import gc
import platform
import sys
import sysconfig
import types
from array import array
from functools import cache
from itertools import chain

# Fields of an object's header on 64-bit little-endian machines: (offset, bytes, immortal value).
# The first holds, in its low 32 bits, the count by which an immortal object is known.
_UNTIL_313 = ((0, 4, 0xFFFFFFFF),)  # Py_INCREF stops at exactly this
_FROM_314 = ((0, 8, (7 << 29) | (1 << 48)),)  # in one store: the count, and the interpreter's flag
_FREE_THREADED = (
    (12, 4, 0xFFFFFFFF),  # ob_ref_local
    (0, 8, 0),  # ob_tid: owned by no thread
    (16, 8, 0),  # ob_ref_shared
)
# CPython 3.15's `PyUnstable_SetImmortal` is not used: what it takes stayed unwritten in the uses
# that were tried, but it refused all strings and what has a second reference, and it is a call for
# each object.
_IMMORTAL = 1 << 31  # counts from here on are immortal's, in every build
# Free-threaded builds note in a container's `ob_gc_bits` that a thread read it that does not own it
# (`_PyGC_BITS_SHARED`, `ensure_shared_on_read`), so an immortal one, owned by none, gets the note.
_NOTE = (11, 16)  # the byte's offset, and the bit
_MAY_REFER = 1 << 14  # Py_TPFLAGS_HAVE_GC: instances of the type may refer to others
_NO_DATA = (
    type,
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.CodeType,
    types.FrameType,
    types.GeneratorType,
    types.CoroutineType,
    types.AsyncGeneratorType,
)
# Of these the collector does not visit keys that are strings: no cycle leads through them.
_WITH_KEYS = (dict,) if sys.version_info < (3, 15) else (dict, frozendict)  # noqa: F821
# In these the interpreter leaves that note; `_try_notes` sees whether it does so in others.
_NOTED = (list, *_WITH_KEYS) if sys.version_info < (3, 15) else (list, *_WITH_KEYS, set)
_LONG = 1000  # items from which on a list is walked where it keeps them
_CONTAINERS = 1 << 12  # asked for their referents at once: these stay in the processor's cache


class Refused(Exception):
    """This interpreter cannot be trusted to do it; the message says why."""


def make_immortal(*roots):
    """Make `roots` and all objects that can be reached from them immortal; return how many.

    What can be reached is what the garbage collector can see, items of containers and attributes
    of instances, and the keys of dicts. Modules, classes, functions, code, generators and what
    only they refer to are left alone, and what is immortal already, such as a small int, is neither
    written nor walked again. Ints in the order in which they were made take about 0.05 µs each,
    other objects 0.2 to 0.5; with NumPy all take about 0.1.

    Raises `Refused` before anything was touched.
    """
    reason = why_not()
    if reason:
        raise Refused(reason)
    memory = _memory()
    # A root may have been given new items since it was marked.
    known = [root for root in roots if memory.count(root) >= _IMMORTAL]
    pending = [group for kind, alike in _by_type(known) for group in _groups(kind, alike)]
    marked, groups = memory.mark(list(roots))
    pending += groups
    while pending:
        for objects in _referents(*pending.pop()):
            number, groups = memory.mark(objects)
            marked += number
            pending += groups
    return marked


def _by_type(objects):
    """Return pairs of a type and a list of the objects that have it."""
    kinds = set(map(type, objects))
    if len(kinds) == 1:
        return [(kinds.pop(), objects)]
    groups = {kind: [] for kind in kinds}
    for item in objects:
        groups[type(item)].append(item)
    return list(groups.items())


def _groups(kind, containers):
    """Return pairs of a type and a list of its objects, each to be walked at once."""
    if issubclass(kind, _NO_DATA) or not kind.__flags__ & _MAY_REFER:
        return []
    groups = []
    if kind is list:
        groups = [(kind, [items]) for items in containers if len(items) >= _LONG]
        if groups:
            containers = [items for items in containers if len(items) < _LONG]
    starts = range(0, len(containers), _CONTAINERS)
    return groups + [(kind, containers[start : start + _CONTAINERS]) for start in starts]


def _referents(kind, containers):
    """Return lists of the objects that containers of one type refer to."""
    if kind is list and len(containers[0]) >= _LONG:
        return containers
    found = [gc.get_referents(*containers)]
    keyed = next((base for base in _WITH_KEYS if issubclass(kind, base)), None)
    if keyed:
        found.append(list(chain.from_iterable(map(keyed.keys, containers))))
    return found


def why_not():
    """Return why this interpreter is refused, or an empty string."""
    return _why_not(_numpy() is not None)


@cache
def _why_not(with_numpy):
    if platform.python_implementation() != "CPython":
        return f"{platform.python_implementation()} does not count references: nothing is copied"
    if sys.version_info < (3, 12):
        return f"CPython {platform.python_version()} has no immortal objects: 3.12 is the first"
    if sys.version_info >= (3, 16):
        return f"CPython {platform.python_version()} is not known: 3.15 is the last that was tried"
    if sys.maxsize < 1 << 32 or sys.byteorder != "little":
        return "the layout of objects is known for 64-bit little-endian machines only"
    if hasattr(sys, "getobjects"):
        return "this build traces references, which makes another layout"
    collecting = gc.isenabled()
    gc.disable()  # without a GIL, the collector keeps its own notes in an object's header
    try:
        _try_layout(_Memory(_fields()))
        if with_numpy:
            _try_layout(_Arrays(_fields()))
    except _Differs as difference:
        return f"the layout of objects in this build is not the known one: {difference}"
    finally:
        if collecting:
            gc.enable()
    return ""


def _fields():
    """Return the fields to write in this build."""
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return _FREE_THREADED
    return _UNTIL_313 if sys.version_info < (3, 14) else _FROM_314


def _numpy():
    """Return NumPy if the program has imported it, and else None: to import it starts threads."""
    found = sys.modules.get("numpy")
    return found if hasattr(found, "flatnonzero") else None  # not while it is being imported


class _Memory:
    """This process's memory as one long array of numbers, and how to mark objects in it."""

    _FIRST = 4096  # no object lies in the first page
    _LANES = 256  # objects whose addresses are compared at once, 64 bits each
    _ONES = sum(1 << (64 * lane) for lane in range(_LANES))
    _RAMP = sum(lane << (64 * lane) for lane in range(_LANES))
    _HIGH = sum(_IMMORTAL << (32 * lane) for lane in range(_LANES))
    _SHORT = 16  # a run of objects that is marked faster one by one
    _FARTHEST = 4096  # bytes between neighbours of a run

    def __init__(self, fields):
        self.bytes = memoryview((ctypes.c_char * (1 << 56)).from_address(self._FIRST)).cast("B")
        self.words, self.longs = self.bytes.cast("I"), self.bytes.cast("Q")
        self.count_offset = fields[0][0] - self._FIRST
        self.type_offset = object.__basicsize__ - ctypes.sizeof(ctypes.c_void_p) - self._FIRST
        self.noted = _NOTED if fields is _FREE_THREADED else ()
        # (numbers, offset, shift from bytes to numbers, value, as many values as there are lanes)
        self.fields = [
            (
                self.words if size == 4 else self.longs,
                offset - self._FIRST,
                2 if size == 4 else 3,
                value,
                memoryview(array("I" if size == 4 else "Q", [value] * self._LANES)),
            )
            for offset, size, value in fields
        ]

    def count(self, item):
        """Return the low 32 bits of an object's count."""
        return self.words[id(item) + self.count_offset >> 2]

    def mark(self, objects):
        """Mark a list of objects; return how many were not marked yet, and `_groups` to walk."""
        marked, groups = 0, []
        for kind, alike in _by_type(objects):
            if issubclass(kind, _NO_DATA):
                continue
            if kind.__flags__ & _MAY_REFER:
                marked += self.mark_each(alike, fresh := [])
                if issubclass(kind, self.noted):
                    self.note(fresh)
                groups += _groups(kind, fresh)
            else:
                marked += self.mark_all(alike)
        return marked, groups

    def note(self, items):
        """Note that objects have been read by a thread that does not own them."""
        offset, bit = _NOTE
        for item in items:
            self.bytes[id(item) + offset - self._FIRST] |= bit

    def mark_each(self, items, fresh):
        """Mark objects one by one, append those that were not marked yet, return their number."""
        words, count_offset, fields = self.words, self.count_offset, self.fields
        before = len(fresh)
        for item in items:
            address = id(item)
            if words[address + count_offset >> 2] < _IMMORTAL:
                for numbers, offset, shift, value, _ in fields:
                    numbers[address + offset >> shift] = value
                fresh.append(item)
        return len(fresh) - before

    def mark_all(self, items):
        """Mark a list of objects without referents; return how many were not marked yet.

        Objects made one after another lie at equal distances, some hundred in a row. The addresses
        of `_LANES` objects are compared with such a run as two long integers, and what agrees is
        written at once, if none of it is immortal already.
        """
        addresses = self.addresses(items)
        lanes, ones, ramp = self._LANES, self._ONES, self._RAMP
        marked = start = 0
        while start + lanes <= len(addresses):
            first = addresses[start]
            stride = addresses[start + 1] - first
            length = 0
            if 0 < stride < self._FARTHEST and not stride % 8:
                found = int.from_bytes(addresses[start : start + lanes], "little")
                differs = found ^ (first * ones + stride * ramp)
                # The lowest bit that differs lies in the first address that is not of the run.
                length = (differs & -differs).bit_length() - 1 >> 6 if differs else lanes
            if length < self._SHORT:
                length = lanes
                marked += self.mark_scattered(addresses[start : start + length])
            elif self.any_immortal(first, stride, length):
                marked += self.mark_scattered(addresses[start : start + length])
            else:
                self.mark_run(first, stride, length)
                marked += length
            start += length
        return marked + self.mark_scattered(addresses[start:])

    def any_immortal(self, first, stride, length):
        """Return whether one of a run of objects is immortal."""
        place, step = first + self.count_offset >> 2, stride >> 2
        counts = self.words[place : place + step * length : step].tobytes()
        return int.from_bytes(counts, "little") & self._HIGH != 0

    def mark_run(self, first, stride, length):
        """Mark `length` objects that lie `stride` bytes apart."""
        for numbers, offset, shift, _, values in self.fields:
            place, step = first + offset >> shift, stride >> shift
            numbers[place : place + step * length : step] = values[:length]

    def mark_scattered(self, addresses):
        """Mark objects by their addresses, return how many were not marked yet."""
        words, count_offset = self.words, self.count_offset
        (numbers, offset, shift, value, _), *others = self.fields
        marked = 0
        for address in addresses:
            if words[address + count_offset >> 2] < _IMMORTAL:
                numbers[address + offset >> shift] = value
                for more, offset_of_more, shift_of_more, other, _ in others:
                    more[address + offset_of_more >> shift_of_more] = other
                marked += 1
        return marked

    def addresses(self, items):
        """Return the addresses of a list's items, where the list itself keeps them."""
        items_offset = ctypes.sizeof(ctypes.c_ssize_t) + object.__basicsize__
        place = self.longs[id(items) + items_offset - self._FIRST >> 3] - self._FIRST >> 3
        return self.longs[place : place + len(items)]


class _Arrays(_Memory):
    """The same by NumPy, some thousand objects at once."""

    _AT_ONCE = 1 << 13  # objects whose headers stay in the processor's cache meanwhile
    _FEW = 200  # objects that are marked faster one by one

    def __init__(self, fields):
        super().__init__(fields)
        self.numpy = numpy = _numpy()
        # Signed, as an index is: what is read from memory is used without a conversion.
        self.all_bytes, self.all_words = numpy.asarray(self.bytes), numpy.asarray(self.words)
        self.all_longs = numpy.asarray(self.longs).view("int64")
        self.all_fields = [
            (self.all_words if numbers is self.words else self.all_longs, offset, shift, value)
            for numbers, offset, shift, value, _ in self.fields
        ]
        self.tickets = numpy.arange(self._AT_ONCE, dtype="uint32") + _IMMORTAL
        self.kinds = {}

    def mark(self, objects):
        if len(objects) < self._FEW:
            return super().mark(objects)
        addresses = self.numpy.asarray(self.addresses(objects)).view("int64")
        marked, groups = 0, []
        for start in range(0, len(addresses), self._AT_ONCE):
            number, found = self.mark_some(addresses[start : start + self._AT_ONCE])
            marked += number
            for kind, places in found:
                groups += _groups(kind, [objects[start + place] for place in places.tolist()])
        return marked, groups

    def mark_some(self, addresses):
        """Mark objects by their addresses.

        Return how many were not marked yet, and pairs of a type and the places of those of its
        objects that may refer to others.
        """
        counts = self.all_words[addresses + self.count_offset >> 2]
        places = self.numpy.flatnonzero(counts < _IMMORTAL)
        marked, found = 0, []
        for kind, some in self.by_type(addresses[places], places):
            if issubclass(kind, _NO_DATA):
                continue
            alike = addresses[some]
            first = self.store(alike)
            marked += int(self.numpy.count_nonzero(first))
            if issubclass(kind, self.noted):
                self.all_bytes[alike + (_NOTE[0] - self._FIRST)] |= _NOTE[1]
            if kind.__flags__ & _MAY_REFER:
                found.append((kind, some[first]))
        return marked, found

    def by_type(self, addresses, places):
        """Yield pairs of a type and the places of its objects."""
        types = self.all_longs[addresses + self.type_offset >> 3]
        while len(types):
            pointer = int(types[0])
            if pointer not in self.kinds:
                self.kinds[pointer] = ctypes.cast(pointer, ctypes.py_object).value
            alike = types == pointer
            if alike.all():
                yield self.kinds[pointer], places
                return
            yield self.kinds[pointer], places[alike]
            types, places = types[~alike], places[~alike]

    def store(self, addresses):
        """Mark objects; return for each whether it is here for the first time.

        An object that is here more than once keeps one of the numbers that its count is given.
        """
        at, tickets = addresses + self.count_offset >> 2, self.tickets[: len(addresses)]
        self.all_words[at] = tickets
        first = self.all_words[at] == tickets
        for numbers, offset, shift, value in self.all_fields:
            numbers[addresses + offset >> shift] = value
        return first


def _memory():
    """Return the fastest marking that there is."""
    return (_Arrays if _numpy() else _Memory)(_fields())


class _Differs(Exception):
    """What is found in memory is not what the layout promises."""


def _try_layout(memory):
    """Mark throw-away objects of the usual kinds and see that their use writes nothing.

    They are never freed: some kilobytes, once. Raises `_Differs`.
    """
    if object.__basicsize__ != (32 if _fields() is _FREE_THREADED else 16):
        raise _Differs(f"an object's header has {object.__basicsize__} bytes")
    numbers = [int(str(number)) for number in range(10**9, 10**9 + 2 * memory._LANES)]
    if list(memory.addresses(numbers)) != list(map(id, numbers)):
        raise _Differs("a list does not keep its items where it should")
    things = _things(numbers)
    # In functions of their own: a reference of a variable's from before the mark is given back in
    # the count.
    _try_counts(memory, things)
    if memory.noted:
        _try_notes(memory, _things(numbers))
    memory.mark([*things.values(), *numbers])
    for name, thing in [*things.items(), ("an item of a list", numbers)]:
        # By addresses and after each use: a reference taken makes good what an earlier one took.
        addresses = list(map(id, numbers if thing is numbers else [thing]))
        headers = _headers(addresses)
        for _ in _use(thing):
            if _headers(addresses) != headers:
                raise _Differs(f"{name} was written although it is marked")


def _try_counts(memory, things):
    """See that objects keep their types and counts where they should."""
    for name, thing in things.items():
        if memory.longs[id(thing) + memory.type_offset >> 3] != id(type(thing)):
            raise _Differs(f"{name} does not keep its type where it should")
        before = memory.count(thing)
        more = [thing] * 100
        change = memory.count(thing) - before
        if change != 100:
            raise _Differs(f"100 references to {name} change its count by {change}")
        del more


def _try_notes(memory, things):
    """See that the interpreter notes what is expected, and nothing else, in marked objects."""
    offset, bit = _NOTE[0] - memory._FIRST, _NOTE[1]
    memory.mark_each(things.values(), [])
    for name, thing in things.items():
        before = memory.bytes[id(thing) + offset]
        list(_use(thing))
        change = (memory.bytes[id(thing) + offset] ^ before) & bit
        if change != (bit if isinstance(thing, memory.noted) else 0):
            raise _Differs(f"the use of {name} by another thread is noted by {change}")


def _things(numbers):
    """Return throw-away objects of the usual kinds, by what they are called."""
    one, other, *_ = numbers
    things = {
        "an int": int("123456789123456789"),
        "a float": float("1.5"),
        "a string": "".join(["throw", "away", "é"]),
        "bytes": bytes([1, 2, 3] * 5),
        "a tuple": (one, other),
        "a list": [one, other],
        "a set": {one, other},
        "a frozenset": frozenset(numbers[:2]),
        "a dict": {one: other},
        "a dict of names": {"".join(["throw", "away"]): one},
        "an instance": _Thing(),
    }
    return things | {kind.__name__: kind({one: other}) for kind in _WITH_KEYS[1:]}


class _Thing:
    """An instance with an attribute."""

    def __init__(self):
        self.attribute = "".join(["throw", "away"])


def _use(thing):
    """Refer to an object and its items as workers would, by one kind of access after another."""
    more = [thing] * 100
    for same in more:
        same.__class__.__name__.upper()
    del more, same
    yield
    if hasattr(thing, "__len__"):
        for item in thing:
            assert item in thing
        yield
        for _ in chain(thing):
            pass
        yield
        yield list(thing), sorted(thing), list(zip(thing, sorted(thing)))
    if hasattr(thing, "index"):
        for place in range(len(thing)):
            thing.__getitem__(place)
        yield
        yield thing[0] in (thing[0], thing[-1], *thing[0:2], *reversed(thing))
    if hasattr(thing, "items"):
        yield [(thing[key], thing.get(key)) for key in thing], dict(thing), list(thing.items())
    if hasattr(thing, "attribute"):
        yield len(thing.attribute)


def _headers(addresses):
    return [ctypes.string_at(address, object.__basicsize__) for address in addresses]
