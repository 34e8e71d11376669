"""Read YAML as its writer meant it, or say in which line that is in doubt.

YAML 1.1 takes the last of two equal keys, reads 010 as 8, 1:30 as 90 and 1e3 as a text, and can
make Python objects. Here the first three and the last are mistakes, and 1e3 and 2.0 are whole
numbers.
"""

import codecs
import re
from typing import NamedTuple

import yaml

from study.types import KeyPath, Section

Nodes = tuple[yaml.Node, ...]
TAG = "tag:yaml.org,2002:"
MERGE = f"{TAG}merge"
DEEPEST = 20  # levels; a configuration has five
# Values, counted where they are referred to: aliases of aliases grow without end.
MOST_VALUES = 20_000
LARGEST_FILE = 1 << 20  # bytes
LARGEST_NUMBER = 1 << 63
EXPONENT = re.compile(r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?[eE][-+]?[0-9]+$")
CONTROL = re.compile(r"[^\t\n -~\xa0-\ud7ff\ue000-\U0010ffff]")
# What PyYAML says, which of its two marks is meant, and the same for somebody who knows no parser.
COMPLAINTS = (
    (r"'\\t'", "problem_mark", "YAML is indented by spaces, not by tabs"),
    ("another document", "problem_mark", "a second document begins; a file holds one"),
    ("mapping values are not allowed", "problem_mark", "is no YAML: a colon too many, or a wrong "
     "indentation; quote a text with a colon"),
    ("quoted scalar.*end of stream", "context_mark", "is no YAML: a quote is not closed"),
    ("a flow ", "context_mark", "is no YAML: a bracket is not closed, a comma is missing, or a "
     "text with signs in it needs quotes"),
)  # fmt: skip
# What YAML reads otherwise than people do; a date may have colons, too.
MISREAD = (
    ("[0-9]{4}-[0-9]", "{0} is read as a date; put it in quotes"),
    (r"[-+]?0[0-9_]", "{0} begins with a zero, and YAML reads that as octal; leave it out, or put "
     "a text in quotes (a comma ends a number: 1,000 is 1_000)"),
    (".*:", "{0} is read in base 60; write a plain number, or quote a text"),
    (r"([-+]?[1-9][0-9]{0,2})\.000$", "{0} is read as {1}; write {1}, or {1}_000"),
)  # fmt: skip


class YamlError(Exception):
    """What is wrong with a text, and in which line; None where no line is to blame."""

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.line = line


class Place(NamedTuple):
    """Where a value stands, and how it is written if it is neither text, list nor section."""

    line: int
    written: str


def decode(data: bytes) -> str:
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


def read_yaml(text: str) -> tuple[object, dict[KeyPath, Place]]:
    """Return the value of a YAML text, and the `Place` of every value by its path.

    A path is a tuple of the keys and positions that lead to a value. Raises `YamlError`.
    """
    try:
        reader = Reader(text)
        node = reader.get_single_node()
        return node and reader.value_of(node), reader.places
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise YamlError(f"YAML forbids the character {chr(error.character)!a}", line) from None
    except yaml.MarkedYAMLError as error:
        said = ", ".join(filter(None, (error.context, error.problem)))
        other = ("", "problem_mark", f"is no YAML: {said}"[:200])
        _, mark, plain = next((row for row in COMPLAINTS if re.search(row[0], said)), other)
        line = min(getattr(error, mark).line + 1, len(text.splitlines()))
        raise YamlError(plain, line) from None
    except RecursionError:
        raise YamlError("is nested too deeply") from None


class Reader(yaml.SafeLoader):
    """PyYAML's own, but 1e3 is a number as in YAML 1.2, and what is in doubt is refused."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.places: dict[KeyPath, Place] = {}

    def value_of(self, node: yaml.Node, path: KeyPath = (), above: Nodes = ()) -> object:
        """Return the value of a node and note its place; `above` are the nodes that hold it."""
        if node in above:
            raise mistake(node, "what an anchor names refers to itself")
        if len(above) > DEEPEST or len(self.places) > MOST_VALUES:
            raise mistake(node, "nested too deeply, or more values than a configuration can have")
        kind, above = node.tag.removeprefix(TAG), (*above, node)
        written = node.value if isinstance(node, yaml.ScalarNode) and kind != "str" else ""
        self.places[path] = Place(node.start_mark.line + 1, written)
        match node, kind:
            case yaml.ScalarNode(), "str":
                return checked_text(node)
            case yaml.ScalarNode(), "int" | "float" | "bool" | "null" | "timestamp":
                return self.scalar_of(node, kind)
            case yaml.SequenceNode(), "seq":
                return [self.value_of(one, (*path, n), above) for n, one in enumerate(node.value)]
            case yaml.MappingNode(), "map":
                return self.section_of(node, path, above)
        tag = node.tag.replace(TAG, "!!")
        raise mistake(node, f"the tag {tag[:40]} is not accepted; leave it out")

    def section_of(self, node: yaml.Node, path: KeyPath, above: Nodes) -> Section:
        """Return a mapping: what is merged by `<<`, then its own keys, each once."""
        section: Section = {}
        lines: dict[str, int] = {}
        for key, value in sorted(node.value, key=lambda pair: pair[0].tag != MERGE):
            if not isinstance(key, yaml.ScalarNode):
                raise mistake(key, "a key must be a word")
            if key.tag not in (f"{TAG}str", MERGE):
                raise mistake(key, f"the key {key.value!r} is no text; put it in quotes")
            name, line = checked_text(key), key.start_mark.line + 1
            if name in lines:
                raise mistake(key, f"the key {name!r} stands in line {lines[name]} already")
            lines[name] = line
            if key.tag != MERGE:
                section[name] = self.value_of(value, (*path, name), above)
                self.places[*path, name] = self.places[*path, name]._replace(line=line)
                continue
            # The first one has the last word.
            for one in reversed(value.value) if isinstance(value, yaml.SequenceNode) else [value]:
                mapping = isinstance(one, yaml.MappingNode)
                merged = self.value_of(one, path, above) if mapping else None
                if not isinstance(merged, dict):
                    raise mistake(value, "<< must be followed by a section with keys")
                section |= merged
        return section

    def scalar_of(self, node: yaml.Node, kind: str) -> object:
        """Return a number, a truth value or None."""
        written = node.value
        for pattern, text in MISREAD:
            if found := re.match(pattern, written):
                raise mistake(node, text.format(written, *found.groups()))
        try:
            value = self.construct_object(node)
        except (AttributeError, ValueError, KeyError, OverflowError, yaml.YAMLError):
            raise mistake(node, f"{written[:40]!r} cannot be read as {kind}") from None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and abs(value) >= LARGEST_NUMBER:
            raise mistake(node, f"{written[:40]} is too large a number")
        return value


Reader.add_implicit_resolver(f"{TAG}float", EXPONENT, list("-+0123456789"))


def checked_text(node: yaml.Node) -> str:
    """Return a text that can be printed, stored and passed to a program."""
    text: str = node.value
    if found := CONTROL.search(text):
        raise mistake(node, f"a text holds the control character {found[0]!a}")
    return text


def mistake(node: yaml.Node, text: str) -> YamlError:
    """Return the `YamlError` of a node."""
    return YamlError(text, node.start_mark.line + 1)
