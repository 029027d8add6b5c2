"""The facts of an earlier run, as they were judged: what a provider that says "nothing changed" speaks of."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime

from support_portal.domain.evidence import OwnerKind, RepositoryFacts, Run

LONGEST_TOLD = 300  # characters of a text in a summary
NOT_JUDGED = frozenset({"digest", "api_request_id", "summary", "etag"})
_JUDGED = {field.name for field in fields(RepositoryFacts)} - NOT_JUDGED


def facts_of(run: Run | None) -> RepositoryFacts | None:
    """What a run found, whole; None where it found nothing, has no mark to ask with, or kept a text that was cut."""
    if run is None or not (run.etag and run.summary):
        return None
    told = json.loads(run.summary)
    if set(told) != _JUDGED or any(isinstance(value, str) and len(value) >= LONGEST_TOLD for value in told.values()):
        return None
    created_at = datetime.fromisoformat(told["created_at"]) if told["created_at"] else None
    typed = {**told, "owner_kind": OwnerKind(told["owner_kind"]), "created_at": created_at}
    return RepositoryFacts(
        **typed, digest=run.digest, api_request_id=run.api_request_id, summary=run.summary, etag=run.etag
    )
