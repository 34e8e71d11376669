"""Tables, figures and numbers in the Markdown of the report."""

import pandas as pd
from markdown_it import MarkdownIt

from report.foreign import as_itself


def figure(folder, experiment, kind, title):
    """Return the figure as Markdown, or nothing where there is none."""
    path = as_itself(f"figures/{experiment}_{kind}.svg")
    return [f"![{title}]({path})"] if (folder / path).is_file() else []


def text(value):
    return "unknown" if pd.isna(value) else str(value)


def plain_text(line):
    """Return a line of Markdown as its reader sees it, without any mark."""
    (block,) = MarkdownIt("commonmark", {"html": False}).parseInline(line)
    return "".join(one.content for one in block.children)


def markdown(rows):
    """Return a Markdown table of dicts with the same keys."""
    head = list(rows[0]) if rows else []
    lines = [head, ["---"] * len(head)]
    lines += [[str(value).replace("|", "\\|") for value in row.values()] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
