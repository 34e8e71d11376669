"""Tables, figures and numbers in the Markdown of the report."""

import pandas as pd
from markdown_it import MarkdownIt

from report.foreign import as_itself
from wording.units import time


def figure(folder, experiment, kind, title):
    """Return the figure as Markdown, or nothing where there is none."""
    path = as_itself(f"figures/{experiment}_{kind}.svg")
    return [f"![{title}]({path})"] if (folder / path).is_file() else []


def with_spread(cell, value):
    """Return a median with its interval; alone where an older study has no interval of it."""
    low, high = cell.get(f"{value}_low"), cell.get(f"{value}_high")
    if pd.isna(low):
        return time(cell[value])
    return f"{time(cell[value])} ({time(low)} – {time(high)})"


def text(value):
    return "unknown" if pd.isna(value) else str(value)


def plain_text(line):
    """Return a line of Markdown as its reader sees it, without any mark."""
    (block,) = MarkdownIt("commonmark", {"html": False}).parseInline(line)
    return "".join(one.content for one in block.children)


def without_empty(rows):
    """Return dicts with the same keys, without those keys for which none has anything."""
    empty = [key for key in rows[0] if all(row[key] == "–" for row in rows)] if rows else []
    return [{key: row[key] for key in row if key not in empty} for row in rows]


def markdown(rows):
    """Return a Markdown table of dicts with the same keys."""
    head = list(rows[0]) if rows else []
    lines = [head, ["---"] * len(head)]
    lines += [[str(value).replace("|", "\\|") for value in row.values()] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
