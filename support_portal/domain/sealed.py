"""What secrets are sealed for; a seal opens for its own purpose alone."""

from __future__ import annotations

from enum import StrEnum


class SealedFor(StrEnum):
    """One purpose for each kind of sealed secret."""

    SEED = "seed"  # of an authenticator
    RECOVERY_CODES = "recovery codes"  # while they are shown, before they count
