"""A file in the data folder that says how far the story has come."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BEGUN, DONE = "begun", "done"


@dataclass(frozen=True)
class Marker:
    """The file, and what it says."""

    path: Path

    @property
    def state(self) -> str:
        """`begun`, `done`, or empty where no story was ever begun."""
        return str(self._read().get("state", ""))

    @property
    def references(self) -> Mapping[str, str]:
        """The case of each address, once it is done."""
        return dict(self._read().get("references", {}))

    def begin(self) -> None:
        """Say that what is found from now on may be half of a story."""
        self._write({"state": BEGUN})

    def finish(self, references: Mapping[str, str]) -> None:
        """Say that it is whole."""
        self._write({"state": DONE, "references": dict(references)})

    def _read(self) -> dict[str, Any]:
        return dict(json.loads(self.path.read_text())) if self.path.exists() else {}

    def _write(self, said: dict[str, Any]) -> None:
        half = self.path.with_name(f"{self.path.name}.half")
        with half.open("w") as file:
            json.dump(said, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, self.path)
