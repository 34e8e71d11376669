"""Draw what the workers of a few runs did, and when: waiting for a job, working, idle."""

import numpy as np
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from figures.drawing import draw_each
from figures.experiment import condition_in_words
from figures.style import PHASE_COLOURS, page
from tables.timeline import (
    FIRST_JOB,
    LATER_JOBS,
    PARENT,
    SENDING,
    jobs_of,
    share_computing,
    spans_of,
    usual_run,
)
from wording.machines import most_workers, usable_cpus_of
from wording.units import listed, time

DRAWN = ("argument", "out_of_band", "global", "immortal")  # each another cause of time
EVERYWHERE = ("global",)  # under every interpreter: who copies differs; the rest under one
MOST_TIMELINES = 6  # runs; the fastest, where an experiment has none of these strategies
LANE_INCHES = 0.2
# The axis ends at this many times the median run, so that one does not hide the rest.
CUT_RUNS_AT = 2.5
SPAN_COLOURS = {FIRST_JOB: "#9C3A00", LATER_JOBS: "#4FA3E0", SENDING: "#F3C6A5"}


def main(argv=None):
    draw_each(argv, __doc__, "timeline", draw, ["jobs"])


def draw(experiment, jobs):
    """Return the figure: a panel for each run, a lane in it for the parent and for each worker."""
    pairs = chosen_runs(experiment)
    chosen = [(cell, run, spans_of(run, jobs_of(run, jobs))) for cell, run in pairs]
    end = axis_end([spans for _, _, spans in chosen])
    figure, panels = page(
        [LANE_INCHES * lanes_of(spans) + 0.1 for _, _, spans in chosen] or [0.5],
        1,
        6.0,
        message(experiment, chosen),
        [experiment.constants()],
        ["The run of each cell whose time is the median. Sending a job: submitted, the worker is "
         "idle, and it has not begun: it is pickled, sent and unpickled. Seconds since the end "
         "of build. ▶: goes on.", experiment.footnote()],
        left=0.9,
    )  # fmt: skip
    for (cell, run, spans), (axes,) in zip(chosen, panels, strict=False):
        draw_lanes(axes, spans, end)
        axes.set_title(
            f"{experiment.named(cell['interpreter'])}, {cell['strategy']}: {time(run['total_s'])}"
        )
    if chosen:
        panels[len(chosen) - 1][0].set_xlabel("seconds")
        key_of_colours(figure, panels[0][0])
    else:
        panels[0][0].set_axis_off()
    return figure


def chosen_runs(experiment):
    """Return (cell, run) of the runs to draw: of the largest data, most jobs, a core a worker."""
    experiment.largest("size")
    experiment.largest("jobs")
    cells = experiment.cells[(experiment.cells["n"] > 0) & (experiment.cells["workers"] > 1)]
    if cells.empty:
        cells = experiment.cells[experiment.cells["n"] > 0]
    cores = usable_cpus_of(experiment.everything)
    numbers = set(cells["workers"])
    most = most_workers(numbers, cores)
    cells = cells[(cells["workers"] == most) & ~cells["start_method"].isin(("spawn",))]
    found = []
    for strategy in DRAWN:
        own = cells[cells["strategy"] == strategy].sort_values("interpreter")
        found += list(own.index if strategy in EVERYWHERE else own.index[:1])
    found = found or list(cells.sort_values("total_s").index[:MOST_TIMELINES])
    drawn = [(cells.loc[place], usual_run(experiment.runs_of(cells.loc[place]))) for place in found]
    return [(cell, run) for cell, run in drawn[:MOST_TIMELINES] if run is not None]


def lanes_of(spans):
    """Return how many lanes the spans need."""
    return 1 + max(one.lane for one in spans)


def axis_end(many):
    """Return the second at which the axis ends: the longest run, or where it is cut."""
    ends = [max(one.end for one in spans) for spans in many]
    return min(max(ends), CUT_RUNS_AT * float(np.median(ends))) if ends else 1.0


def draw_lanes(axes, spans, end):
    """Draw a run's spans, the parent on top, as far as the axis goes."""
    for one in spans:
        left, right = min(one.begin, end), min(one.end, end)
        if right > left:
            colour = PHASE_COLOURS[one.what] if one.lane == PARENT else SPAN_COLOURS[one.what]
            # A line between jobs, where they are long enough to have one.
            edge = 0.4 if one.what in (FIRST_JOB, LATER_JOBS) and right - left > end / 250 else 0
            axes.barh(
                one.lane, right - left, 0.8, left, color=colour, lw=edge, edgecolor="white",
            )  # fmt: skip
    lanes = lanes_of(spans)
    names = ["parent", *(f"worker {number}" for number in range(1, lanes))]
    axes.set_yticks(range(lanes), names)
    axes.set(xlim=(0, end * 1.02), ylim=(lanes - 0.5, -0.5))
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g} s")
    if max(one.end for one in spans) > end:
        axes.text(1.0, 0.5, "▶", transform=axes.transAxes, ha="left", va="center")


def key_of_colours(figure, axes):
    """Put what the colours mean above a panel and its title, at the right."""
    inches = axes.get_position().height * figure.get_figheight()
    named = {
        **{f"parent: {name}": colour for name, colour in PHASE_COLOURS.items()},
        **SPAN_COLOURS,
    }
    axes.legend(
        handles=[Patch(color=colour, label=name) for name, colour in named.items()],
        loc="lower right", bbox_to_anchor=(1, 1 + 0.2 / inches), ncols=4, frameon=False,
        fontsize=7, handlelength=1, handletextpad=0.3, columnspacing=0.9, borderaxespad=0,
    )  # fmt: skip


def message(experiment, chosen):
    """Return the title: which part of map the workers compute, where that is most and least."""
    shares = [
        (share_computing(spans), f"{cell['strategy']} on {experiment.named(cell['interpreter'])}")
        for cell, _, spans in chosen
    ]
    shares = sorted(one for one in shares if one[0] == one[0])
    if len(shares) < 2:
        return f"{experiment.name}: what {condition_in_words('workers', 2)} do, and when"
    ends = [f"{share:.0%} of map with {name}" for share, name in (shares[0], shares[-1])]
    return f"Workers compute during {listed(ends)}"
