"""Links of the report to files of the project; of use where it lies, in results/<study>/."""

from pathlib import Path

EXAMPLES_FOLDER = Path(__file__).resolve().parents[2] / "examples"
EXAMPLES = "../../examples"
EMPTY_JOBS = "[what an empty job costs with each](../../benchmarks/README.md)"


def to_paste(strategy):
    """Return a strategy's name in Markdown, linked to the program to paste."""
    return f"[`{strategy}`]({EXAMPLES}/use_{strategy}.py)"
