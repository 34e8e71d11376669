"""A digest of what an answer is: equal for equal answers, whoever found them, and in full.

Not ``repr``, which leaves out the middle of an array, nor ``pickle``, whose bytes depend on which
objects are the same one. NaN equals NaN; an integer-valued float is not an int.
"""

import array
import collections
import hashlib
import struct

HANDLES = ("_thread", "thread", "threading", "_io", "_socket", "socket")  # PyPy pickles some
EXACT = (int, bool, str, bytes, complex, type(None), type(Ellipsis), range)


class Incomparable(Exception):
    """An answer has a part that says nothing of its contents; the message says which."""


def digest_of(answer):
    """Return the SHA-256 of an answer's contents, 32 bytes; raises `Incomparable`."""
    try:
        return _Digest().of(answer)
    except RecursionError:
        raise Incomparable("nested too deeply") from None


class _Digest:
    def __init__(self):
        self.open = {}  # what is being looked at, by id: an object may hold itself

    def of(self, value):
        kind = type(value)
        if kind in EXACT:
            return _hash(kind.__name__, repr(value).encode("utf-8", "surrogatepass"))
        if kind is float:
            return _hash("float", _bits(value))
        if id(value) in self.open:
            return _hash("itself", str(self.open[id(value)]).encode())
        self.open[id(value)] = len(self.open)
        try:
            return self.of_parts(value, kind)
        finally:
            del self.open[id(value)]

    def of_parts(self, value, kind):
        if kind in (list, tuple):
            return _hash(kind.__name__, *map(self.of, value))
        if kind in (set, frozenset):
            return _hash(kind.__name__, *sorted(map(self.of, value)))
        if kind is dict:  # in any order, as they are compared
            return _hash("dict", *sorted(self.of(key) + self.of(one) for key, one in value.items()))
        if kind in (bytearray, memoryview):
            return _hash("bytes", bytes(value))
        if kind is array.array:
            return _hash("array", value.typecode.encode(), value.tobytes())
        package = kind.__module__.partition(".")[0]
        if package in HANDLES:
            raise Incomparable(f"{kind.__qualname__}: it stands for something outside itself")
        if package == "numpy" and hasattr(value, "dtype"):
            return self.of_array(value)
        if package == "pandas" and hasattr(value, "index") and hasattr(value, "to_numpy"):
            return self.of_frame(value)
        if isinstance(value, type) or kind.__name__ in ("function", "builtin_function_or_method"):
            if "<" in value.__qualname__:  # made inside a function: not the same one twice
                raise Incomparable(value.__qualname__)
            return _hash("name", f"{value.__module__}.{value.__qualname__}".encode())
        return self.of_object(value, kind)

    def of_array(self, value):
        """Return the digest of a NumPy array or scalar: type, shape and every item."""
        if not getattr(value, "shape", ()) and hasattr(value, "item"):
            return self.of(value.item())
        if value.dtype.hasobject:
            return _hash("array", b"object", repr(value.shape).encode(), self.of(value.tolist()))
        if value.dtype.kind in "fc" and (value != value).any():
            value = value.copy()
            value[value != value] = float("nan")  # there are many, in bits
        shape = repr((value.dtype.str, value.shape)).encode()
        return _hash("array", shape, value.tobytes())

    def of_frame(self, value):
        """Return the digest of a pandas frame or series: its index, and each column by itself."""
        columns = [value.iloc[:, n] for n in range(value.shape[1])] if value.ndim == 2 else [value]
        parts = [self.of(value.index.tolist())]
        for column in columns:
            parts += [self.of(column.name), _hash("dtype", str(column.dtype).encode())]
            items = column.to_numpy()
            # An extension type has its own word for what is missing.
            parts.append(self.of(items if items.dtype.kind != "O" else _plain(column)))
        return _hash("frame", *parts)

    def of_object(self, value, kind):
        """Return the digest of what an object would be made of again, were it pickled."""
        try:
            reduced = value.__reduce_ex__(4)
        except Exception as problem:
            raise Incomparable(f"{kind.__qualname__}: {problem}") from None
        if isinstance(reduced, str):
            return _hash("name", f"{kind.__module__}.{reduced}".encode())
        make, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
        parts = [self.of(make), self.of(list(arguments)), self.of(state)]
        parts.append(self.of(None if items is None else list(items)))
        pairs = None if pairs is None else list(pairs)
        ordered = isinstance(value, collections.OrderedDict)
        parts.append(self.of(pairs if pairs is None or ordered else dict(pairs)))
        name = f"{kind.__module__}.{kind.__qualname__}".encode()
        return _hash("object", name, *parts)


def _plain(column):
    """Return a column's items as Python objects, what is missing as None."""
    return [None if gone else one for one, gone in zip(column.tolist(), column.isna().tolist())]


def _bits(number):
    """Return a float's bits; one NaN stands for all."""
    return b"nan" if number != number else struct.pack("<d", number)


def _hash(kind, *parts):
    """Return the SHA-256 of a kind and of parts of any length."""
    digest = hashlib.sha256(kind.encode())
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()
