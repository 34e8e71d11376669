"""What stays of an experiment's `exclude` when an overlay takes values off an axis."""

from study.types import AXES, Section


def kept_entries(name: str, below: Section, config: Section) -> dict[int, object] | None:
    """Return the entries of an experiment's `exclude` that stay, by where they stood; None if all.

    `below` is the configuration without the overlay, `config` with it. What names a value that the
    overlay has taken off an axis goes; a value that never was on one stays, since it is a mistake.
    """
    entries = in_list(section(section(config.get("experiments")).get(name)).get("exclude"))
    axes = axes_of(below, name), axes_of(config, name)
    kept = {place: without_dropped(entry, *axes) for place, entry in enumerate(entries)}
    if list(kept.values()) == entries:
        return None
    return {place: entry for place, entry in kept.items() if entry != {}}


def section(value: object) -> Section:
    """Return a section; an empty one for what is none, of which the schema speaks."""
    return value if isinstance(value, dict) else {}


def in_list(value: object) -> list[object]:
    """Return a list; an empty one for what is none."""
    return value if isinstance(value, list) else []


def axes_of(config: Section, name: str) -> dict[str, list[object]]:
    """Return the values of each axis of an experiment, by the axis as `exclude` names it."""
    experiment = section(section(config.get("experiments")).get(name))
    both = section(config.get("defaults")) | experiment
    return {axis: in_list(both.get(key)) for axis, key in AXES.items()}


def without_dropped(
    entry: object, before: dict[str, list[object]], after: dict[str, list[object]]
) -> object:
    """Return an entry of `exclude` without what only `before` has; {} if an axis loses all."""
    if not isinstance(entry, dict):
        return entry
    kept: Section = {}
    for axis, values in entry.items():
        many = values if isinstance(values, list) else [values]
        left = [
            one for one in many if one not in before.get(axis, []) or one in after.get(axis, [])
        ]
        if many and not left:
            return {}
        kept[axis] = left if isinstance(values, list) else values
    return kept
