"""Links of the report to files of the project; of use where it lies, in results/<study>/."""

from pathlib import Path

EXAMPLES_FOLDER = Path(__file__).resolve().parents[2] / "examples"
IMMORTAL_MODULE = EXAMPLES_FOLDER.parent / "immortal" / "immortal.py"
EXAMPLES = "../../examples"
