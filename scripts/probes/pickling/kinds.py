"""The kinds of object that are tried: what people pass to workers, and what they stumble over.

They are pickled by plain `pickle`, as for a file or a queue between machines. `multiprocessing` has
its own reducers for sockets, pipes and shared memory.
"""

# The expressions in KINDS are evaluated with the names of this module.
import array
import asyncio
import collections
import concurrent.futures
import contextvars
import enum
import functools
import io
import itertools
import json
import logging
import mmap
import operator
import queue
import random
import re
import socket
import struct
import sys
import tempfile
import threading
import types
import weakref


def double(x):
    return 2 * x


def function_in_function():
    def inner(x):
        return 2 * x

    return inner


def closure_over(factor):
    def inner(x):
        return factor * x

    return inner


@functools.cache
def cached(x):
    return 2 * x


def generate(n):
    yield from range(n)


async def wait_for_nothing():
    return 1


class Point:
    """An ordinary class; two points are equal if their attributes are."""

    def __init__(self, x=1):
        self.x = x

    def __eq__(self, other):
        return type(self) is type(other) and self.x == other.x

    def doubled(self):
        return 2 * self.x

    @property
    def negative(self):
        return -self.x

    @staticmethod
    def static(x):
        return 2 * x


class Slotted:
    """Its instances have no `__dict__`."""

    __slots__ = ("x",)

    def __init__(self):
        self.x = 1


class Forwarder:
    """Hands on to `inner` whatever it does not have itself: many wrappers are written so."""

    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)


class Coded(Exception):
    """Takes two arguments and hands its base class one, as many exceptions do."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")


Pair = collections.namedtuple("Pair", "left right")


class Colour(enum.Enum):
    RED = 1


def class_in_function():
    class Local:
        def f(self):
            return 1

    return Local


def ring():
    items = []
    items.append(items)
    return items


def nested(depth):
    items = []
    for _ in range(depth):
        items = [items]
    return items


def depth_of(items):
    """Not by recursion, which would fail where pickling did not."""
    depth = 0
    while items:
        items, depth = items[0], depth + 1
    return depth


def traceback():
    try:
        raise ValueError
    except ValueError as error:
        return error.__traceback__


def thread_local(value):
    data = threading.local()
    data.value = value
    return data


def context_variable(value):
    variable = contextvars.ContextVar("name")
    variable.set(value)
    return variable


CALLED = "copy(21) == 42"
LISTED = "list(copy) == list(original)"
SAME = "copy is original"
LOCKED = "copy.acquire(False)"
# group, kind, the expression that makes one, and the one that is true of a good copy.
KINDS = [
    ("data", "list of ints", "list(range(1000))", "copy == original"),
    ("data", "list that holds itself", "ring()", "copy[0] is copy"),
    ("data", "list nested 500 deep", "nested(500)", "depth_of(copy) == 500"),
    ("data", "list nested 100 000 deep", "nested(100_000)", "depth_of(copy) == 100_000"),
    ("data", "range", "range(10)", "copy == original"),
    ("data", "array", "array.array('d', [1, 2])", "copy == original"),
    ("data", "memoryview", "memoryview(b'abc')", "copy == original"),
    ("data", "Ellipsis", "Ellipsis", SAME),
    ("data", "NotImplemented", "NotImplemented", SAME),
    ("data", "compiled regex", "re.compile('a+')", "copy.match('aa')"),
    ("data", "struct format", "struct.Struct('<i')", "copy.size == 4"),
    ("data", "random generator", "random.Random(1)", "copy.random() == original.random()"),
    ("data", "text buffer", "io.StringIO('abc')", "copy.read() == 'abc'"),
    ("functions", "named function", "double", CALLED),
    ("functions", "built-in function", "len", "copy([1]) == 1"),
    ("functions", "method of a built-in type", "str.upper", "copy('a') == 'A'"),
    ("functions", "bound method", "Point().doubled", "copy() == 2"),
    ("functions", "bound built-in method", "'a-b'.split", "copy('-') == ['a', 'b']"),
    ("functions", "lambda", "lambda x: 2 * x", CALLED),
    ("functions", "function in a function", "function_in_function()", CALLED),
    ("functions", "closure", "closure_over(2)", CALLED),
    ("functions", "cached function", "cached", CALLED),
    ("functions", "function under a decorator", "cached.__wrapped__", CALLED),
    ("functions", "partial", "functools.partial(operator.mul, 2)", CALLED),
    ("functions", "partial of a lambda", "functools.partial(lambda x, y: x * y, 2)", CALLED),
    ("functions", "itemgetter", "operator.itemgetter(0)", "copy([1]) == 1"),
    ("classes", "class", "Point", SAME),
    ("classes", "class in a function", "class_in_function()", SAME),
    ("classes", "instance", "Point()", "copy == original"),
    ("classes", "instance of a class in a function", "class_in_function()()", "copy.f() == 1"),
    ("classes", "instance with __slots__", "Slotted()", "copy.x == 1"),
    ("classes", "instance that forwards attributes", "Forwarder([1])", "copy.inner == [1]"),
    ("classes", "named tuple", "Pair(1, 2)", "copy == original"),
    ("classes", "enum member", "Colour.RED", SAME),
    ("classes", "exception", "ValueError(1)", "copy.args == (1,)"),
    ("classes", "exception of two arguments", "Coded(1, 'a')", "copy.args == original.args"),
    ("classes", "property", "vars(Point)['negative']", "copy.fget(Point()) == -1"),
    ("classes", "static method", "vars(Point)['static']", "copy.__func__(21) == 42"),
    ("iterators", "list iterator", "iter([1, 2])", LISTED),
    ("iterators", "dict iterator", "iter({1: 2})", LISTED),
    ("iterators", "dict keys", "{1: 2}.keys()", "copy == original"),
    ("iterators", "dict values", "{1: 2}.values()", LISTED),
    ("iterators", "dict items", "{1: 2}.items()", "copy == original"),
    ("iterators", "mapping proxy", "types.MappingProxyType({1: 2})", "copy == original"),
    ("iterators", "zip", "zip([1], [2])", LISTED),
    ("iterators", "count of itertools", "itertools.count(5)", "next(copy) == 5"),
    ("iterators", "generator", "generate(3)", LISTED),
    ("iterators", "coroutine", "wait_for_nothing()", "asyncio.run(copy) == 1"),
    ("threads", "lock", "threading.Lock()", LOCKED),
    ("threads", "re-entrant lock", "threading.RLock()", LOCKED),
    ("threads", "semaphore", "threading.Semaphore()", LOCKED),
    ("threads", "event", "threading.Event()", "not copy.is_set()"),
    ("threads", "queue", "queue.Queue()", "copy.empty()"),
    ("threads", "thread", "threading.Thread(target=len)", "not copy.is_alive()"),
    ("threads", "thread-local data", "thread_local(5)", "copy.value == 5"),
    ("threads", "future", "concurrent.futures.Future()", "not copy.done()"),
    ("threads", "context variable", "context_variable(5)", "copy.get() == 5"),
    ("interpreter", "module", "json", SAME),
    ("interpreter", "code", "double.__code__", "types.FunctionType(copy, {})(21) == 42"),
    ("interpreter", "cell", "closure_over(2).__closure__[0]", "copy.cell_contents == 2"),
    ("interpreter", "frame", "sys._getframe()", "copy.f_code"),
    ("interpreter", "traceback", "traceback()", "copy.tb_frame"),
    ("interpreter", "weak reference", "weakref.ref(Point)", "copy() is Point"),
    ("system", "open file", "tempfile.TemporaryFile()", "copy.read() == b''"),
    ("system", "socket", "socket.socket()", "copy.fileno() >= 0"),
    ("system", "memory map", "mmap.mmap(-1, 10)", "len(copy) == 10"),
    ("system", "logger", "logging.getLogger('a')", SAME),
    ("system", "log handler", "logging.StreamHandler()", "copy.level == 0"),
]
