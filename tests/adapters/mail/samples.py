"""A collection of real and odd mails that lies beside the checkout, with what others read in them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support_portal.domain.incoming import Nature

FOLDER = Path(os.environ.get("PORTAL_MAIL_SAMPLES") or Path(__file__).resolve().parents[4] / "shared" / "mail-samples")
NEEDS_SAMPLES = "test_samples.py"
_MACHINES = {"bounce": Nature.BOUNCE, "auto_reply": Nature.AUTOMATIC, "bulk_or_list": Nature.AUTOMATIC}


@dataclass(frozen=True)
class Sample:
    """One labeled mail."""

    path: str
    raw: bytes
    sender: str
    subject: str
    nature: Nature


def samples() -> Iterator[Sample]:
    """Every labeled mail of the collection."""
    with (FOLDER / "labels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            raw = (FOLDER / row["path"]).read_bytes()
            nature = _MACHINES.get(row["kind"], Nature.PERSON)
            yield Sample(row["path"], raw, row["expected_from"], row["expected_subject"], nature)
