"""Facts into text: the Jinja2 templates beside this file, with filters for numbers and units.

A template of ``report.md`` has the words, and a module of this room the facts: dataclasses of plain
numbers and names. What is computed or decided is a fact; a template only chooses among words.
"""

from pathlib import Path

import jinja2

from wording import units
from wording.machines import cores_in_words

TEMPLATES = Path(__file__).with_name("templates")


def as_code(name):
    """Return a name as code in Markdown."""
    return f"`{name}`"


def environment():
    """Return the Jinja2 environment of all templates of text.

    Nothing is escaped here: texts of others are guarded when they are read (`report.foreign`).
    """
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    found.filters |= {
        "time": units.time,
        "mib": units.mib,
        "number": units.number,
        "items": units.items,
        "amount": units.amount,
        "listed": units.listed,
        "code": as_code,
        "codes": lambda names: units.listed(map(as_code, names)),
        "cores": cores_in_words,
    }
    return found


def render(template, **facts):
    """Return a template's text over facts, without empty lines at both ends."""
    return environment().get_template(template).render(**facts).strip("\n")
