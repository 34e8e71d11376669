"""Look-ups in a database: they answer like the dict or set, and refuse what they cannot be."""

from collections import OrderedDict, defaultdict

import pytest

from sharing.lookups import layout_of
from sharing.strategies import Unsupported
from sharing.workloads.vocabulary import Vocabulary


def laid_out(data):
    """Return the data again, served from plain dicts in place of a database."""
    layout = layout_of(data)
    stored = [dict(pairs) for pairs in layout.pairs_of(data)]
    return layout.of(lambda part, key: stored[part].get(key))


def test_dict_answers_alike():
    back = laid_out({"a": 1, "b": None, "": [2]})
    assert (len(back), back["a"], back["b"], back[""]) == (3, 1, None, [2])
    assert "a" in back and "b" in back and "c" not in back and 1 not in back
    assert back.get("c", 5) == 5
    for key in ("c", 1, None):
        with pytest.raises(KeyError):
            back[key]
    with pytest.raises(TypeError, match="not walked"):
        list(back)


@pytest.mark.parametrize("kind", [set, frozenset])
def test_set_answers_alike(kind):
    back = laid_out(kind(["a", "b"]))
    assert (len(back), "a" in back, "c" in back) == (2, True, False)


def test_object_of_dicts_and_sets_stays_one():
    back = laid_out(Vocabulary(["one", "two"]))
    assert type(back) is Vocabulary
    assert (len(back), back.numbers["two"], "three" in back.known) == (2, 1, False)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([1], "the data is a list"),
        ({1: 2}, "there are keys that are not text"),
        (defaultdict(int), "the data is a defaultdict"),
        (OrderedDict(), "the data is a OrderedDict"),
        (None, "the data is a NoneType"),
    ],
    ids=repr,
)
def test_anything_else_is_unsupported(data, reason):
    with pytest.raises(Unsupported, match=f"look-ups by key only: {reason}"):
        layout_of(data)
