"""The small files in which the kernel reports its state."""

from pathlib import Path


def text_of(path: str | Path) -> str:
    """Return a small file's text, stripped; empty if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def chosen(options: str) -> str:
    """Return the bracketed word of a kernel setting such as ``always [madvise] never``."""
    return options.partition("[")[2].partition("]")[0]
