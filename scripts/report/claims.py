"""The report's section on the article: a verdict on every claim, for every interpreter."""

import pandas as pd

from report.markdown import markdown
from wording.units import number


def claims_section(verdicts):
    """Return the table of verdicts; `verdicts` as in verdicts.csv."""
    counts = verdicts["verdict"].value_counts()
    rows, last = [], None
    for row in verdicts.itertuples():
        rows.append(
            {
                "": "" if row.claim == last else row.claim,
                "claim": "" if row.claim == last else row.text,
                "on": row.interpreter,
                "verdict": verdict_in_words(row),
                "measured": row.measured,
                "decided by": basis(row),
                "experiment": "" if row.claim == last else f"`{row.experiment}`",
            }
        )
        last = row.claim
    return [
        "## The article's claims",
        "An article of 2016, made with Python 2.7 and PyPy on a laptop, claims what follows. Here, "
        "on each interpreter: "
        + ", ".join(f"{many} {verdict}" for verdict, many in counts.items())
        + ". A claim holds or does not where the whole 95 % interval lies on one side of the "
        "threshold, and is undecided otherwise.",
        markdown(rows),
    ]


def verdict_in_words(row):
    """Return a verdict, and what it would be with the disturbed runs where that is another."""
    text = f"**{row.verdict}**"
    if isinstance(row.disturbed, str) and row.disturbed:
        text += f" ({row.disturbed} with the disturbed runs)"
    return text


def basis(row):
    """Return ratio, interval, threshold and number of blocks in words."""
    if pd.isna(row.ratio):
        return "–"
    blocks = "1 block" if row.blocks == 1 else f"{row.blocks:.0f} blocks"
    text = f"{number(row.ratio)} ({number(row.low)} – {number(row.high)}) against {row.threshold}"
    text += f": {row.why}; {blocks}"
    if not pd.isna(row.blocks_needed):
        text += f", about {row.blocks_needed:.0f} would decide"
    return text
