"""The files that people wrote, for the tests about the house itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("support_portal", "workers", "demo", "tests")
WORDS = ("*.py", "*.md", "*.html", "*.txt", "*.toml", "*.css", "*.js")
OTHERS_WORK = ("vendor", "licences", "fonts")


def python_files() -> list[Path]:
    """Every Python file of the checkout."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return sorted([*files, *ROOT.glob("*.py")])


def written_files() -> Iterator[Path]:
    """Every file with words of ours: code, pages, mails, documents."""
    folders = (*FOLDERS, "templates", "docs")
    for pattern in WORDS:
        yield from ROOT.glob(pattern)
        for folder in folders:
            yield from (path for path in (ROOT / folder).rglob(pattern) if not set(path.parts) & set(OTHERS_WORK))


def shown(path: Path) -> str:
    """A file's name as seen from the checkout."""
    return str(path.relative_to(ROOT))
