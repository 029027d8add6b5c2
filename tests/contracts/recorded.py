"""GitHub's answers as others recorded them: the package `@octokit/fixtures` (MIT), fetched when it is asked for."""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.answering import Prepared

PACKAGE = "@octokit/fixtures@23.1.2"
RECORDS = "scenarios/api.github.com/"
LONGEST_FETCH = 120  # seconds
OF_THE_WIRE = {"content-encoding", "content-length", "transfer-encoding", "connection"}  # said anew by who answers


class NotFetched(Exception):
    """The package can't be had here; the text says why, in one line."""


@dataclass(frozen=True)
class Recorded:
    """One answer: in which scenario, to what, and what it was."""

    scenario: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: Any

    @property
    def prepared(self) -> Prepared:
        """The same answer, to be given again."""
        body = self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()
        return Prepared(self.status, self.headers, body)


def recorded_answers() -> list[Recorded]:
    """Every answer to a GET, and to a PATCH of a repository, which has the same shape. Raises NotFetched."""
    with tempfile.TemporaryDirectory() as folder:
        return list(_read(_fetch(Path(folder))))


def _fetch(folder: Path) -> Path:
    pack = ["npm", "pack", PACKAGE, "--loglevel=error", "--pack-destination", str(folder)]
    try:
        done = subprocess.run(pack, capture_output=True, text=True, timeout=LONGEST_FETCH)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NotFetched(f"npm can't be used: {problem}") from problem
    found = list(folder.glob("*.tgz"))
    if done.returncode or len(found) != 1:
        said = "; ".join(done.stderr.splitlines()[:2]) or "nothing"
        raise NotFetched(f"npm ended with {done.returncode} and said: {said}")
    return found[0]


def _read(archive: Path) -> Iterator[Recorded]:
    with tarfile.open(archive) as files:
        for member in sorted(files.getmembers(), key=lambda one: one.name):
            _, found, rest = member.name.partition(RECORDS)
            scenario, _, name = rest.partition("/")
            file = files.extractfile(member) if found and name == "raw-fixture.json" else None
            for entry in json.load(file) if file else ():
                if entry["method"] == "get" or (entry["method"] == "patch" and "full_name" in entry["response"]):
                    yield _recorded(scenario, entry)


def _recorded(scenario: str, entry: dict[str, Any]) -> Recorded:
    raw = entry["rawHeaders"]
    headers = tuple((name, value) for name, value in zip(raw[::2], raw[1::2], strict=True) if _is_told(name))
    return Recorded(scenario, entry["path"], entry["status"], headers, entry["response"])


def _is_told(name: str) -> bool:
    return name.lower() not in OF_THE_WIRE
