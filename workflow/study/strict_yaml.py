"""Read YAML as its writer meant it, or say in which line that is in doubt.

YAML 1.1 takes the last of two equal keys, reads 010 as 8, 1:30 as 90 and 1e3 as a text, and can
make Python objects. Here the first three and the last are mistakes, and 1e3 and 2.0 are whole
numbers.
"""

import codecs
import re
from typing import NamedTuple

import yaml

TAG = "tag:yaml.org,2002:"
DEEPEST = 20  # levels; a configuration has five
MOST = 20_000  # values, counted where they are referred to: aliases of aliases grow without end
LARGEST_FILE = 1 << 20  # bytes
LARGEST_NUMBER = 1 << 63
EXPONENT = re.compile(r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?[eE][-+]?[0-9]+$")


class YamlError(Exception):
    """What is wrong with a text, and in which line; None where no line is to blame."""

    def __init__(self, text, line=None):
        super().__init__(text)
        self.line = line


class Place(NamedTuple):
    """Where a value stands, and how it is written if it is neither text, list nor section."""

    line: int
    written: str


class Loader(yaml.SafeLoader):
    """PyYAML's own, but 1e3 is a number as in YAML 1.2."""


Loader.add_implicit_resolver(f"{TAG}float", EXPONENT, list("-+0123456789"))


def decode(data):
    """Return the text of a file's bytes: UTF-8, with or without a byte order mark."""
    if len(data) > LARGEST_FILE:
        raise YamlError("is larger than 1 MiB, as no configuration is")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise YamlError("is UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise YamlError("is not UTF-8; save it as UTF-8", line) from None


def read_yaml(text):
    """Return the value of a YAML text, and the `Place` of every value by its path.

    A path is a tuple of the keys and positions that lead to a value. Raises `YamlError`.
    """
    places = {}
    try:
        loader = Loader(text)
        node = loader.get_single_node()
        value = None if node is None else value_of(loader, node, (), [], places)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise YamlError(f"YAML forbids the character {chr(error.character)!a}", line) from None
    except yaml.MarkedYAMLError as error:
        raise complaint(error, len(text.splitlines())) from None
    except RecursionError:
        raise YamlError("is nested too deeply") from None
    return value, places


def complaint(error, last_line):
    """Return PyYAML's complaint in the words of somebody who knows no parser."""
    context, problem = error.context or "", error.problem or ""
    mark = error.problem_mark or error.context_mark
    if "'\\t'" in problem:
        text = "YAML is indented by spaces, not by tabs"
    elif "another document" in problem:
        text = "a second document begins; a file holds one"
    elif "mapping values are not allowed" in problem:
        text = "is no YAML: a colon too many, or a wrong indentation; quote a text with a colon"
    elif "quoted scalar" in context and "end of stream" in problem:
        text, mark = "is no YAML: a quote is not closed", error.context_mark
    elif "a flow " in context:
        mark = error.context_mark
        text = (
            "is no YAML: a bracket is not closed, a comma is missing, or a text with signs in it "
            "needs quotes"
        )
    else:
        text = f"is no YAML: {context}{', ' if context else ''}{problem}"[:200]
    return YamlError(text, min(mark.line + 1, last_line) if mark else None)


def value_of(loader, node, path, above, places):
    """Return the value of a node; `above` are the nodes that hold it."""
    if any(node is one for one in above):
        raise mistake(node, "what an anchor names refers to itself")
    if len(above) > DEEPEST or len(places) > MOST:
        raise mistake(node, "nested too deeply, or more values than a configuration can have")
    scalar = isinstance(node, yaml.ScalarNode)
    written = node.value if scalar and node.tag != f"{TAG}str" else ""
    places[path] = Place(node.start_mark.line + 1, written)
    above = [*above, node]
    if scalar:
        return scalar_of(loader, node)
    if node.tag == f"{TAG}seq":
        return [
            value_of(loader, one, (*path, position), above, places)
            for position, one in enumerate(node.value)
        ]
    if node.tag == f"{TAG}map":
        return section_of(loader, node, path, above, places)
    raise strange_tag(node)


def section_of(loader, node, path, above, places):
    """Return a mapping: what is merged by `<<`, then its own keys, each once."""
    section, lines = {}, {}
    for key, value in node.value:
        if key.tag == f"{TAG}merge":
            merged = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for one in reversed(merged):  # the first one has the last word
                if not isinstance(one, yaml.MappingNode):
                    raise mistake(value, "<< must be followed by a section with keys")
                section |= value_of(loader, one, path, above, places)
    for key, value in node.value:
        name, line = name_of(key), key.start_mark.line + 1
        if name in lines:
            raise mistake(key, f"the key {name!r} stands in line {lines[name]} already")
        lines[name] = line
        if key.tag != f"{TAG}merge":
            section[name] = value_of(loader, value, (*path, name), above, places)
            places[(*path, name)] = places[(*path, name)]._replace(line=line)
    return section


def name_of(key):
    """Return a key, which must be a text."""
    if not isinstance(key, yaml.ScalarNode):
        raise mistake(key, "a key must be a word")
    if key.tag not in (f"{TAG}str", f"{TAG}merge"):
        raise mistake(key, f"the key {key.value!r} is no text; put it in quotes")
    return checked_text(key)


def scalar_of(loader, node):
    """Return a text, a number, a truth value or None."""
    written, kind = node.value, node.tag.removeprefix(TAG)
    if kind == "str":
        return checked_text(node)
    if kind == "timestamp":
        raise mistake(node, f"{written} is read as a date; put it in quotes")
    if kind not in ("int", "float", "bool", "null"):
        raise strange_tag(node)
    if kind in ("int", "float"):
        check_notation(node)
    try:
        value = loader.construct_object(node)
    except (ValueError, KeyError, OverflowError, yaml.YAMLError):
        raise mistake(node, f"{written[:40]!r} cannot be read as {kind}") from None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and abs(value) >= LARGEST_NUMBER:
        raise mistake(node, f"{written[:40]} is too large a number")
    return value


def check_notation(node):
    """Raise `YamlError` for a number that YAML reads otherwise than people do."""
    written = node.value
    if re.match(r"[-+]?0[0-9_]", written):
        raise mistake(
            node,
            f"{written} begins with a zero, and YAML reads that as octal; leave it out, or put a "
            "text in quotes (a comma ends a number: 1,000 is 1_000)",
        )
    if ":" in written:
        raise mistake(node, f"{written} is read in base 60; write a plain number, or quote a text")
    if re.match(r"[-+]?[1-9][0-9]{0,2}\.000$", written):
        whole = written.removesuffix(".000")
        raise mistake(node, f"{written} is read as {whole}; write {whole}, or {whole}_000")


def checked_text(node):
    """Return a text that can be printed, stored and handed to a program."""
    for sign in node.value:
        if (not sign.isprintable() and ord(sign) < 0xA0 and sign not in "\t\n") or (
            0xD800 <= ord(sign) < 0xE000
        ):
            raise mistake(node, f"a text holds the control character {sign!a}")
    return node.value


def strange_tag(node):
    tag = node.tag.replace(TAG, "!!")
    return mistake(node, f"the tag {tag[:40]} is not accepted; leave it out")


def mistake(node, text):
    """Return the `YamlError` of a node."""
    return YamlError(text, node.start_mark.line + 1)
