"""Overlays: what of a configuration's `exclude` stays when one takes values off an axis."""

import pytest

from study.layers import read_layers
from study.mistake import ConfigError

BELOW = """\
defaults: {jobs: [10, 100], workers: [1, 2]}
experiments:
  first:
    sizes: [1, 10, 1000]
    exclude:
      - {jobs: 100, size: [1, 10]}
      - {size: 1000, workers: 1}
      - {size: 11}
  second:
    sizes: [1]
"""


def layers(tmp_path, *overlays):
    """Return the `Layers` of `BELOW` and overlays over it."""
    paths = []
    for number, text in enumerate((BELOW, *overlays)):
        paths.append(tmp_path / f"{number}.yaml")
        paths[-1].write_text(text)
    return read_layers(paths, replace=True)


@pytest.mark.parametrize(
    ("overlay", "excluded"),
    [
        ("study: mine\n", [{"jobs": 100, "size": [1, 10]}, {"size": 1000, "workers": 1}]),
        ("experiments: {first: {jobs: [10]}}\n", [{"size": 1000, "workers": 1}]),
        ("defaults: {jobs: [10]}\n", [{"size": 1000, "workers": 1}]),
        ("experiments: {first: {sizes: [10]}}\n", [{"jobs": 100, "size": [10]}]),
        ("experiments: {first: {sizes: [5]}}\n", []),
        ("experiments: {second: {sizes: [5]}}\n",
         [{"jobs": 100, "size": [1, 10]}, {"size": 1000, "workers": 1}]),
    ],
)  # fmt: skip
def test_what_an_overlay_takes_off_an_axis_is_excluded_no_more(overlay, excluded, tmp_path):
    found = layers(tmp_path, overlay)
    # A value that never was on an axis stays: it is a mistake.
    assert found.config["experiments"]["first"]["exclude"] == [*excluded, {"size": 11}]
    assert found.config["experiments"]["second"].get("exclude") is None


def test_exclude_that_an_overlay_replaces_is_taken_as_it_is(tmp_path):
    own = "experiments: {first: {sizes: [5], exclude: [{size: 10}]}}\n"
    assert layers(tmp_path, own).config["experiments"]["first"]["exclude"] == [{"size": 10}]


def test_mistake_in_what_is_left_is_found_in_its_line(tmp_path):
    found = layers(tmp_path, "experiments: {first: {sizes: [5]}}\n")
    assert found.config["experiments"]["first"]["exclude"] == [{"size": 11}]
    with pytest.raises(ConfigError) as caught, found.locating():
        raise ConfigError(("experiments", "first", "exclude", 0, "size"), "11 is no size")
    assert str(caught.value) == (
        f"{tmp_path / '0.yaml'}, line 8: experiments.first.exclude.2.size: 11 is no size"
    )
    found.layers = found.layers[:1]
    assert len(found.config["experiments"]["first"]["exclude"]) == 3


@pytest.mark.parametrize("wrong", ["3", "[3]", "{first: 3}", "{first: {exclude: 3, sizes: 4}}"])
def test_what_no_schema_has_seen_is_left_to_it(wrong, tmp_path):
    found = layers(tmp_path, f"experiments: {wrong}\n", "defaults: {jobs: [10]}\n")
    assert found.config["defaults"]["jobs"] == [10]
