"""Draw where a strategy does not work: by interpreter and start method, with the reason."""

from collections import Counter

from figures.drawing import draw_each
from figures.rows import ROW_INCHES, label_inches
from figures.style import STATUS_COLOURS, colour_of, page
from stats.best import ANY_METHOD
from wording.mechanisms import NO_METHOD, OWN_METHOD, in_groups
from wording.units import listed

FIRST_METHODS = ("fork", "forkserver", "spawn")


def main(argv=None):
    draw_each(argv, __doc__, "failures", draw, idle_apart=False, supported=False)


def draw(experiment):
    """Return the figure: a panel for each interpreter, strategies × start methods."""
    cells = experiment.cells
    interpreters = experiment.interpreters()
    strategies = in_groups(dict.fromkeys(cells["strategy"], 0))
    methods = sorted(set(cells["start_method"]), key=place_of_method)
    figure, panels = page(
        [ROW_INCHES * 1.15 * len(strategies)],
        len(interpreters),
        max(1.35 * len(methods), 2.6),
        message(experiment),
        [
            "A field: all sizes and numbers of workers of a strategy; pale: every run was right.",
            experiment.constants(),
            *experiment.left_out,
        ],
        [experiment.footnote()],
        left=label_inches(strategies) + 0.1,
    )
    for axes, interpreter in zip(panels[0], interpreters, strict=True):
        axes.set_title(experiment.named(interpreter))
        for y, strategy in enumerate(strategies):
            for x, method in enumerate(methods):
                field = cells[
                    (cells["interpreter"] == interpreter)
                    & (cells["strategy"] == strategy)
                    & (cells["start_method"] == method)
                ]
                draw_status(axes, x, y, field)
        axes.grid(False)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        axes.set_xticks(range(len(methods)), [name_of_method(name) for name in methods])
        axes.set_yticks(range(len(strategies)), strategies)
        for text in axes.get_yticklabels():
            text.set(color=colour_of(text.get_text()), fontweight="bold")
        axes.set(xlim=(-0.5, len(methods) - 0.5), ylim=(len(strategies) - 0.5, -0.5))
        axes.set_xlabel("start method")
    return figure


def draw_status(axes, x, y, cells):
    """Draw one field: its worst status as colour and in words; nothing if not measured."""
    if cells.empty:
        return
    status, text = worst_status(cells)
    colour = STATUS_COLOURS.get(status, STATUS_COLOURS["failed"])
    axes.barh(y, 0.94, 0.88, x - 0.47, color=colour, lw=0)
    quiet = {"color": "#8A948A", "size": 7.5} if status == "ok" else {"size": 7, "weight": "bold"}
    axes.text(x, y, text, ha="center", va="center", linespacing=1.1, **quiet)


def worst_status(cells):
    """Return the status of several cells and its words: the most frequent one that is not ok.

    Where some cells are ok the words say how many are not.
    """
    bad = cells[cells["status"] != "ok"]
    if bad.empty:
        return "ok", "ok"
    status = Counter(bad["status"]).most_common(1)[0][0]
    reason = Counter(bad["kind"]).most_common(1)[0][0]
    text = f"× {reason}"
    return status, text if len(bad) == len(cells) else f"{text}\n{len(bad)} of {len(cells)} cells"


def place_of_method(name):
    """Return where a start method stands: fork first, those that cannot be chosen last."""
    return (
        name in ANY_METHOD,
        FIRST_METHODS.index(name) if name in FIRST_METHODS else len(FIRST_METHODS),
        name,
    )


def name_of_method(name):
    """Return a start method in words."""
    return {NO_METHOD: "no processes", OWN_METHOD: "the library's own"}.get(name, name)


def message(experiment):
    """Return the title: which strategies fail, and under which start methods."""
    bad = experiment.cells[experiment.cells["status"] != "ok"]
    if bad.empty:
        return "Every strategy works, under every interpreter and start method tried"
    if len(bad) == len(experiment.cells):
        return "No strategy works here"
    found = {}
    for strategy, group in bad.groupby("strategy"):
        where = tuple(sorted(set(group["start_method"]), key=place_of_method))
        found.setdefault(where, []).append(strategy)
    texts = [
        f"{listed(names)} under {listed([name_of_method(name) for name in where])}"
        for where, names in found.items()
    ]
    return f"What does not work, always or sometimes: {'; '.join(texts)}"
