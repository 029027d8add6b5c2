"""What can be wrong with workers on purpose: `planted.py` are the workers."""

from __future__ import annotations

from enum import StrEnum


class Plant(StrEnum):
    """What is wrong with them."""

    FORGETFUL = "forgetful"  # they forget at once that a provider wants to be left alone
    TOGETHER = "together"  # they all come back at the moment that it named
