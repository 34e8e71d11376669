"""How every figure of the study looks: colours, marks, ticks, the page and its files."""

import re
import textwrap
from functools import cache
from pathlib import Path

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from wording.mechanisms import mechanism_of, strategies_of

DOTS_PER_INCH = 130
TITLE_POINTS, TITLE_LINES = 11.5, 2
# A browser's column is about 850 pixels wide: there a point is 1.31 of them, and the smallest text,
# of 7 points, has 9.
PAGE_INCHES = 9.0
PANEL_INCHES = 0.85  # above and below a panel: its title, its ticks and label
QUIET = "#767676"  # notes and frames: 4.5 to 1 on white
FAILURE = "#B2182B"

# One hue a mechanism, from its darkest shade to its lightest, which still reads on white. After
# Okabe and Ito (2008) and Tol: apart for colour-blind eyes as far as eight can be, so a figure
# always writes the strategy's name beside its colour.
HUES = {
    "no workers or no data": ("#8C8C8C", "#111111"),
    "with every job": ("#9C3A00", "#EE6A1F"),
    "once a worker": ("#7E1F5E", "#CF6CA9"),
    "by fork": ("#06264F", "#4FA3E0"),
    "flat and shared": ("#00401C", "#3FB077"),
    "from disk": ("#6B5700", "#A08200"),
    "server or store": ("#5B3A1C", "#AB7B4D"),
    "threads": ("#4A2C85", "#9B80D6"),
    "other": ("#556677", "#556677"),
}
INTERPRETER_COLOURS = ("#0072B2", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#E69F00")

# Cividis, darker where the work is done, so that no phase looks like a strategy.
PHASE_COLOURS = {"publish": "#FEE838", "start": "#A59C74", "map": "#00306F", "stop": "#CFCFCF"}

STATUS_COLOURS = {
    "ok": "#F1F4F1",
    "unsupported": "#D9D9D9",
    "failed": "#F4A582",
    "crashed": "#D6604D",
    "timeout": "#92C5DE",
    "out_of_memory": "#C2A5CF",
    "wrong": "#FDDB6D",
}

WORKER_MARKS = {1: "o", 2: "s", 3: "v", 4: "^", 8: "D", 16: "P", 32: "X"}

sns.set_theme(
    context="paper",
    style="ticks",
    rc={
        "font.family": "DejaVu Sans",  # comes with matplotlib: the same everywhere
        "font.size": 8.5,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": QUIET,
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.grid.axis": "x",
        "axes.titlesize": 9.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "grid.color": "#E4E4E4",
        "xtick.color": QUIET,
        "xtick.labelcolor": "black",
        "ytick.color": QUIET,
        "ytick.labelcolor": "black",
        "text.parse_math": False,  # a dollar in a name is a dollar
        "svg.fonttype": "none",  # text stays text: small files, to be searched and read aloud
        "svg.hashsalt": "share-or-copy",  # an unchanged figure is the same file, byte by byte
    },
)


@cache
def colour_of(strategy: str) -> str:
    """Return a strategy's colour, the same in every figure: its mechanism's hue, its own shade."""
    mechanism = mechanism_of(strategy)
    alike = strategies_of(mechanism)
    if strategy not in alike:
        return HUES[mechanism][0]
    shades = sns.blend_palette(HUES[mechanism], max(len(alike), 2)).as_hex()
    return shades[alike.index(strategy)]


def mark_of(workers: int) -> str:
    """Return the marker for a number of workers."""
    return WORKER_MARKS.get(int(workers), "h")


def dots(axes, x, y, colour, size=4, alpha=0.4, **style):
    """Draw raw values behind a summary: `x` and `y` of equal length, `size` in points."""
    sns.scatterplot(
        x=np.asarray(x), y=np.asarray(y), s=size**2, color=colour, alpha=alpha, legend=False,
        ax=axes, **{"linewidth": 0, "zorder": 2} | style,
    )  # fmt: skip


def rings(axes, x, y, colour, size=4):
    """Draw values that are shown and do not count: hollow, otherwise as `dots`."""
    axes.plot(
        np.asarray(x), np.asarray(y), "o", ls="", ms=size, mfc="none", mec=colour, mew=0.7,
        alpha=0.7, zorder=2,
    )  # fmt: skip


def page(heights, columns, width, title, notes, footer, left=1.3, right=0.25, gap=0.25, first=0.0):
    """Return a figure and its panels, laid out in inches, all as wide as a column.

    Fixed sizes instead of a layout engine: those draw every figure several times. A row of panels
    that is too wide goes on below; the panels fill what width there is.

    Args:
        heights: inches, one for every row of panels.
        columns: number of columns.
        width: inches of one panel at least.
        title: the figure's message; a list has one line (or more, wrapped) for each item.
        notes: sentences under the title.
        footer: sentences under the panels.
        left, right, gap: inches left of a panel, right of the last one, between panels besides.
        first: inches left of the leftmost panels besides: the labels that all in a line share.

    Returns:
        The figure, and a list of lists of axes, [row][column].
    """
    full = PAGE_INCHES
    abreast = max(int((full - first - right + gap) / (left + width + gap)), 1)
    lines = -(-columns // abreast)
    abreast = -(-columns // lines)  # as many in each line
    width = (full - first - right + gap) / abreast - left - gap
    title, more = two_lines([title] if isinstance(title, str) else title, full)
    notes = wrapped([" ".join(filter(None, [*more, *notes]))], full, 8.5)
    footer = wrapped([" ".join(filter(None, footer))], full, 7.5)
    top = 0.15 + 0.21 * len(title) + 0.06 + 0.15 * len(notes)
    bottom = 0.15 + 0.14 * len(footer)
    tall = top + lines * sum(height + PANEL_INCHES for height in heights) + bottom
    figure = Figure(figsize=(full, tall))
    for texts, y, size, weight, colour in (
        (title, 1 - 0.12 / tall, TITLE_POINTS, "bold", "black"),
        (notes, 1 - (0.18 + 0.21 * len(title)) / tall, 8.5, "normal", "#404040"),
        (footer, (0.04 + 0.14 * len(footer)) / tall, 7.5, "normal", QUIET),
    ):
        figure.text(
            0.12 / full, y, "\n".join(texts), va="top", size=size, weight=weight, color=colour,
            linespacing=1.25,
        )  # fmt: skip
    panels, y = [[] for _ in heights], top
    for line in range(lines):
        for row, height in zip(panels, heights, strict=True):
            y += 0.4 + height  # the panel's title, then the panel
            for place in range(min(abreast, columns - line * abreast)):
                x = first + left + place * (left + width + gap)
                row.append(figure.add_axes((x / full, 1 - y / tall, width / full, height / tall)))
            y += PANEL_INCHES - 0.4  # its ticks and label
    return figure, panels


def upper_right(panels):
    """Return the last panel of the first line, above which there is room for a key."""
    return max(panels, key=lambda axes: (axes.get_position().y1, axes.get_position().x1))


def title_inches(text):
    """Return the inches that a panel's title needs."""
    return 0.08 * len(text)


def two_lines(messages, inches):
    """Return the lines of a title, two at most, and the sentences that have no room in it.

    What is cut in its middle goes on in full below.
    """
    lines, more = [], []
    for message in messages:
        own = wrapped([message], inches, TITLE_POINTS, bold=True)
        if len(lines) + len(own) <= TITLE_LINES and not more:
            lines += own
        elif not lines:
            lines = own[:TITLE_LINES]
            lines[-1] += " …"
            more.append(f"{message}.")
        else:
            more.append(f"{message}.")
    return lines, more


def wrapped(paragraphs, inches, points, bold=False):
    """Return the lines of paragraphs that fit a width; a character is 0.57 em wide, or 0.66."""
    length = int((inches - 0.25) * 72 / (points * (0.66 if bold else 0.57)))
    # No line ends inside a number: `10 000`, `128 M items`, `30 ms`.
    whole = [re.sub(r"(?<=\d) (?=\d{3}|M |[mµn]?s\b|[MG]iB)", "\N{NO-BREAK SPACE}", text)
             for text in paragraphs]  # fmt: skip
    return [line for text in whole for line in textwrap.wrap(text, length)]


def log_ticks(low: float, high: float) -> list[float]:
    """Return round values from `low` to `high` (both positive): powers of ten, or 1-2-5 steps."""
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = (1,) if np.log10(high / low) > 1.7 else (1, 2, 5)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    return [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]


def log_limits(values, pad=1.35):
    """Return the limits of a log axis for values (any order, NaN allowed), at least a decade."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values) & (values > 0)]
    low, high = (values.min() / pad, values.max() * pad) if len(values) else (0.01, 1.0)
    widen = max(1.0, (10 / (high / low)) ** 0.5)
    return low / widen, high * widen


def set_log_axis(axis, low, high, form):
    """Make an axis (``axes.xaxis`` or ``yaxis``) logarithmic, its ticks written by `form`."""
    name = axis.axis_name
    axis.axes.set(**{f"{name}scale": "log", f"{name}lim": (low, high)})
    axis.set_major_locator(FixedLocator(log_ticks(low, high)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: form(value)))


def seconds_tick(value: float) -> str:
    """Return a tick's text, such as `10 ms`."""
    for unit, factor in (("s", 1), ("ms", 1e3)):
        if value * factor >= 0.999:
            return f"{value * factor:g} {unit}"
    return f"{value * 1e6:g} µs"


def spread_apart(positions, distance):
    """Return positions moved as little as needed to be `distance` apart, the order kept."""
    order = np.argsort(positions, kind="stable")
    moved = np.asarray(positions, float)[order]
    for _ in range(200):
        close = np.diff(moved) < distance - 1e-9
        if not close.any():
            break
        for index in np.flatnonzero(close):
            missing = distance - (moved[index + 1] - moved[index])
            if missing > 0:
                moved[index] -= missing / 2
                moved[index + 1] += missing / 2
    result = np.empty_like(moved)
    result[order] = moved
    return result


def save(figure, folder, name):
    """Write `<folder>/figures/<name>.svg` and `.png`."""
    path = Path(folder) / "figures"
    path.mkdir(exist_ok=True)
    figure.savefig(path / f"{name}.svg", metadata={"Date": None, "Creator": None})
    figure.savefig(path / f"{name}.png", dpi=DOTS_PER_INCH, metadata={"Software": None})
