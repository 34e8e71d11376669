"""Set interpreters in local.yaml, this machine's overlay, and leave the rest of its text alone.

PyYAML alone would write the file anew and lose its user's comments, so it only says where a value
stands; the text is changed there.
"""

import json

import yaml


class OverlayError(Exception):
    """What is wrong with the overlay, in one line."""


def with_interpreters(text, commands):
    """Return the text of an overlay in which `interpreters` has these commands, by name.

    Raises `OverlayError` if the text is no overlay, or so written that it has to be edited by hand.
    """
    for name, command in reversed(commands.items()):  # each one comes before those in the text
        before = interpreters_in(text)
        text = with_interpreter(text, name, json.dumps(command))
        try:
            written = interpreters_in(text)
        except OverlayError:
            written = None
        if written != before | {name: command}:
            raise OverlayError(f"add to its section interpreters yourself: {name}: {command}")
    return text


def interpreters_in(text):
    """Return the interpreters of an overlay by name; raises `OverlayError`."""
    try:
        overlay = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise OverlayError(f"is no YAML ({' '.join(str(error).split())}); correct it") from None
    if overlay is None:
        return {}
    section = overlay.get("interpreters") if isinstance(overlay, dict) else overlay
    if section is None:
        return {}
    if not isinstance(section, dict):
        raise OverlayError("must hold keys as config.yaml does, interpreters with names below it")
    return section


def with_interpreter(text, name, value):
    """Return the text with one interpreter's value replaced or inserted."""
    entry = f"{name}: {value}"
    section = node_of(yaml.compose(text), "interpreters")
    if section is None:
        return f"{text}{'' if text.endswith(chr(10)) else chr(10)}interpreters:\n  {entry}\n"
    if not isinstance(section, yaml.MappingNode):  # "interpreters:" with nothing behind it
        return replaced(text, section, f"\n  {entry}")
    old = node_of(section, name)
    if old is not None:
        return replaced(text, old, value)
    start = section.start_mark
    if section.flow_style:
        return f"{text[: start.index + 1]}{entry}, {text[start.index + 1 :]}"
    return f"{text[: start.index]}{entry}\n{' ' * start.column}{text[start.index :]}"


def node_of(mapping, key):
    """Return the node of a key's value, or None."""
    pairs = mapping.value if isinstance(mapping, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def replaced(text, node, value):
    """Return the text with a node's part replaced; a value that was left out has no part."""
    start, end = node.start_mark.index, node.end_mark.index
    return f"{text[:start]}{value if end > start else f' {value}'}{text[end:]}"
