"""How a row is written: whole or not at all, and without what names this machine's folders."""

import csv
import io
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from supervisor.machine import node
from supervisor.types import Row, Value


def write(path: str | Path, columns: Collection[str], rows: Iterable[Row]) -> None:
    """Write a CSV under a temporary name, then rename it: half a file is never seen."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: rounded(value) for name, value in row.items()})
    replace_text(path, text.getvalue())


def replace_text(path: str | Path, text: str) -> None:
    """Write a text file under a temporary name, then rename it."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two nodes of a cluster may write the same file, which one of them then replaces.
    partial = path.with_name(
        f".{path.name}.{node()}.partial" if node() else f".{path.name}.partial"
    )
    with partial.open("w", newline="", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)


def rounded(value: Value) -> Value:
    """Return seconds and MiB to a microsecond or a millionth; other values as they are."""
    return round(value, 6) if isinstance(value, float) else value


def publishable(reason: str) -> str:
    """Return a reason on one line, the same in every run: no folders, no addresses in memory.

    The folder of shared memory has the same name on every machine. A compiler is given folders
    without a space: -I/home/me/include.
    """
    reason = re.sub(
        r"(?:(?<![\w.:/])|(?<=[\s'\"]-[IL]))(?!/dev/shm(?:\s|$))/(?:[^\s/'\"]+/)+",
        "",
        " ".join(reason.split()),
    )
    return re.sub(r"0x[0-9a-f]{6,}", "0x…", reason)
