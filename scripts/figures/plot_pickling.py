"""Draw what pickles and what does not: kinds of object × interpreters, with the exceptions."""

from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from claims.pickling_table import PICKLES, headings_of, kinds_of, pickling_message
from figures.experiment import arguments_of
from figures.style import FAILURE, QUIET, page, save
from tables.read_tables import read_pickling

KIND_INCHES = 0.185
CELL_INCHES = 1.25
HEADING_ROWS = 1.4  # a group's name takes more room than a kind
# From pale to dark in the order of harm, so that the figure can be read in grey; Okabe and Ito's
# yellow, orange, blue and vermilion are apart for colour-blind eyes.
OUTCOME_COLOURS = {
    "not here": "#FFFFFF",
    "pickles": "#EDF3EE",
    "differs": "#F5E663",
    "cannot be loaded": "#E69F00",
    "refuses": "#2F6DA5",
    "timeout": "#8A3D68",
    "crashed": "#4A1A10",
}
LEGEND = {
    "pickles": "pickles, and the copy is good",
    "differs": "the copy is not like the original",
    "cannot be loaded": "pickles, but loads raises",
    "refuses": "dumps raises",
    "timeout": "does not end",
    "crashed": "the interpreter dies",
    "not here": "no such object here",
}
DIFFERENCE_MARKS = {"outcome": "≠", "exception": "≈", "": ""}


def main(argv=None):
    arguments = arguments_of(argv, __doc__)
    table = read_pickling(arguments.study)
    for name in arguments.experiments:
        rows = table[table["experiment"] == name]
        if rows.empty:
            raise SystemExit(f"{name}: no such experiment in pickling.csv")
        save(draw(rows), arguments.study, f"{name}_pickling")


def draw(rows):
    """Return the figure: groups of kinds in two columns, an interpreter a column of fields."""
    interpreters = headings_of(rows)
    kinds = kinds_of(rows)
    columns = in_two([(name, group) for name, group in kinds.groupby("group", sort=False)])
    tall = max(sum(map(rows_in, groups)) for groups in columns)
    notes = ["Each kind of object is pickled by pickle.dumps and read back by pickle.loads."]
    if len(interpreters) > 1:
        notes += [f"{DIFFERENCE_MARKS['outcome']}: interpreters differ in the outcome;"]
        notes += [f"{DIFFERENCE_MARKS['exception']}: only in the exception."]
    figure, panels = page(
        [tall * KIND_INCHES],
        len(columns),
        CELL_INCHES * len(interpreters),
        pickling_message(rows),
        notes,
        [],
        left=2.45,
        gap=0.1,
    )
    fields = {(row.kind, row.interpreter): row for row in rows.itertuples()}
    for axes, groups in zip(panels[0], columns, strict=True):
        draw_column(axes, groups, list(interpreters), fields)
        axes.set(xlim=(-0.5, len(interpreters) - 0.5), ylim=(tall, 0))
        headings = [text.replace(" (", "\n(") for text in interpreters.values()]
        axes.set_xticks(range(len(interpreters)), headings, fontweight="bold")
        axes.xaxis.tick_top()
        axes.tick_params(length=0, pad=1)
        axes.grid(False)
        axes.spines[:].set_visible(False)
    seen = [name for name in OUTCOME_COLOURS if name in set(rows["outcome"])]
    handles = [
        Patch(fc=OUTCOME_COLOURS[name], ec=QUIET, lw=0.4, label=LEGEND[name]) for name in seen
    ]
    figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 0.15 / figure.get_figheight()),
        ncols=len(seen), frameon=False, fontsize=7.5, handlelength=1.4, columnspacing=1.4,
    )  # fmt: skip
    return figure


def in_two(groups):
    """Return the groups as two columns of about the same height, their order kept; or as one."""
    places = range(1, len(groups))
    if not places:
        return [groups]

    def height(place):
        return max(sum(map(rows_in, groups[:place])), sum(map(rows_in, groups[place:])))

    best = min(places, key=height)
    return [groups[:best], groups[best:]]


def rows_in(group):
    """Return how many rows high a group is, its name included."""
    return HEADING_ROWS + len(group[1])


def draw_column(axes, groups, interpreters, fields):
    """Draw groups of kinds below one another, from the top."""
    y, ticks = 0.0, {}
    for name, kinds in groups:
        axes.text(
            -0.5, y + HEADING_ROWS - 0.35, f"{name} ", transform=axes.transData, ha="right",
            va="center", weight="bold", size=9, color=QUIET,
        )  # fmt: skip
        y += HEADING_ROWS
        for kind, row in kinds.iterrows():
            ticks[y + 0.5] = (kind, row["between"])
            for x, interpreter in enumerate(interpreters):
                if (kind, interpreter) in fields:
                    draw_outcome(axes, x, y + 0.5, fields[kind, interpreter])
            y += 1
    axes.set_yticks(
        list(ticks), [f"{kind} {DIFFERENCE_MARKS[mark]:>2}" for kind, mark in ticks.values()]
    )
    for text, (_, mark) in zip(axes.get_yticklabels(), ticks.values(), strict=True):
        text.set_size(8)
        if mark == "outcome":
            text.set(weight="bold", color=FAILURE)


def draw_outcome(axes, x, y, row):
    """Draw one field: the outcome as colour, the exception or the outcome in words."""
    colour = OUTCOME_COLOURS[row.outcome]
    axes.barh(y, 0.96, 0.9, x - 0.48, color=colour, lw=0)
    light = sum(to_rgb(colour)) > 1.5
    text = {PICKLES: "✓", "cannot be loaded": f"loads: {row.error}"}.get(row.outcome, row.error)
    axes.text(
        x, y, text or row.outcome, ha="center", va="center_baseline", size=7,
        color=QUIET if row.outcome == PICKLES else "black" if light else "white",
    )  # fmt: skip
