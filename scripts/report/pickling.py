"""The report's section on an experiment that asks what can be pickled."""

from claims.pickling_table import PICKLES, headings_of, kinds_of, pickling_message
from report.markdown import figure, markdown


def pickling_section(name, experiment, folder, rows):
    """Return one experiment: question, what was found, figure, table.

    `rows` are those of pickling.csv that belong to the experiment; `folder` is only asked whether
    the figure exists.
    """
    heading = f"### {name}: {experiment['question']}"
    if rows.empty:
        return [heading, "Nothing was found."]
    interpreters = headings_of(rows)
    kinds = kinds_of(rows)
    found = {(row.kind, row.interpreter): row for row in rows.itertuples()}
    table = [
        {"kind of object": kind, "made by": f"`{row.expression}`"}
        | {
            heading: outcome_as_shown(found.get((kind, interpreter)))
            for interpreter, heading in interpreters.items()
        }
        for kind, row in kinds.iterrows()
    ]
    return [
        heading,
        f"{pickling_message(rows)}. Plain `pickle`, without what `multiprocessing` adds to it; "
        "every kind in a process of its own. Messages: `pickling.csv`; what the names mean: "
        "`scripts/probes/pickling/kinds.py`.",
        *figure(folder, name, "pickling", f"{name}: what pickles"),
        f"<details><summary>{len(kinds)} kinds of object</summary>\n\n{markdown(table)}\n\n"
        "</details>",
    ]


def outcome_as_shown(row):
    """Return what an interpreter says of one kind: outcome, exception and message."""
    if row is None:
        return "–"
    if row.outcome == PICKLES:
        return f"pickles, {row.bytes} bytes"
    said = ": ".join(filter(None, (row.error, row.message)))
    # A message may hold what Markdown takes for HTML: <lambda>, <locals>.
    return f"**{row.outcome}**" + (f" `{said}`" if said else "")
