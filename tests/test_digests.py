"""What an answer is: the same contents, the same digest; any other contents, another one."""

import collections
import datetime
import math
import threading

import numpy as np
import pandas as pd
import pytest

from sharing.digests import Incomparable, digest_of


class Point:
    def __init__(self, x):
        self.x = x


Pair = collections.namedtuple("Pair", "one two")
LONG = np.arange(5000.0)
LOOP = [1]
LOOP.append(LOOP)


def changed_in_the_middle():
    array = LONG.copy()
    array[2500] += 1e-12 * array[2500]
    return array


ALIKE = {
    "numbers": (3, 1 + 2),
    "NaN": (math.nan, float("nan") * -1),
    "NaN in an array": (np.array([1, math.nan]), np.array([1, -math.nan])),
    "a dict in another order": ({1: 2, 3: 4}, {3: 4, 1: 2}),
    "a set": ({"a", "b", "c"}, {"c", "b", "a"}),
    "two lists that hold one object, and two equal ones": ([LONG, LONG], [LONG, LONG.copy()]),
    "an array and a view of another": (LONG[:10], np.arange(20.0)[:10]),
    "a NumPy number and Python's": (np.float64(2.5), 2.5),
    "instances": (Point([1, 2]), Point([1, 2])),
    "named tuples": (Pair(1, 2), Pair(1, 2)),
    "dates": (datetime.date(2020, 2, 2), datetime.date(2020, 2, 2)),
    "counters": (collections.Counter("abca"), collections.Counter("bcaa")),
    "frames": (pd.DataFrame({"x": ["a", None]}), pd.DataFrame({"x": ["a", None]})),
    "frames with what is missing": (
        pd.DataFrame({"x": [1.0, None]}),
        pd.DataFrame({"x": [1.0, math.nan]}),
    ),
    "series": (pd.Series([1, 2], name="n"), pd.Series([1, 2], name="n")),
    "a list that holds itself": (LOOP, LOOP),
}
UNLIKE = {
    "numbers": (3, 4),
    "a number and its float": (3, 3.0),
    "a truth and a number": (True, 1),
    "text and bytes": ("a", b"a"),
    "a list and a tuple": ([1], (1,)),
    "nested otherwise": ([[1], 2], [[1, 2]]),
    "the middle of an array": (LONG, changed_in_the_middle()),
    "the shape of an array": (LONG, LONG.reshape(50, 100)),
    "the type of an array": (np.arange(3), np.arange(3.0)),
    "one NaN": (np.array([1, math.nan]), np.array([1, 2.0])),
    "instances": (Point([1, 2]), Point([1, 3])),
    "the column of a frame": (pd.DataFrame({"x": [1]}), pd.DataFrame({"y": [1]})),
    "an item of a frame": (pd.DataFrame({"x": ["a", "b"]}), pd.DataFrame({"x": ["a", "c"]})),
    "the index of a frame": (pd.DataFrame({"x": [1]}), pd.DataFrame({"x": [1]}, index=[7])),
    "ordered dicts": (
        collections.OrderedDict([(1, 2), (3, 4)]),
        collections.OrderedDict([(3, 4), (1, 2)]),
    ),
}


@pytest.mark.parametrize("name", ALIKE)
def test_equal_contents_have_one_digest(name):
    one, other = ALIKE[name]
    assert digest_of(one) == digest_of(other)


@pytest.mark.parametrize("name", UNLIKE)
def test_other_contents_have_another_digest(name):
    one, other = UNLIKE[name]
    assert digest_of(one) != digest_of(other)


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "answer",
    [threading.Lock(), (one for one in [1]), lambda: 1, [1, threading.Lock()], nested(100_000)],
    ids=["lock", "generator", "lambda", "inside a list", "too deep"],
)
def test_what_says_nothing_of_its_contents_is_refused(answer):
    with pytest.raises(Incomparable):
        digest_of(answer)
