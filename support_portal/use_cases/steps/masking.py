"""Takes our link tokens out of what people write: an answer quotes our mail, and agents must not hold its links."""

from __future__ import annotations

import re

from support_portal.domain.correspondence import Purpose
from support_portal.domain.errors import LinkNotGood
from support_portal.ports.outside import Links

LENGTH = 48  # characters of a token
# Mail programs wrap links into others, where `%2F` may stand right before a token: look a little around it.
_AROUND = 12
_RUN = re.compile(rf"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{{{LENGTH},{LENGTH + _AROUND}}}(?![A-Za-z0-9_-])")
_MOST = 2_000  # runs that are tried in one text
MASK = "•••"


def without_tokens(text: str, links: Links) -> str:
    """The text with every token of ours masked; what only looks like one stays."""
    return _RUN.sub(lambda found: _masked(found.group(), links), text, count=_MOST)


def _masked(run: str, links: Links) -> str:
    for start in range(len(run) - LENGTH + 1):
        token = run[start : start + LENGTH]
        if any(_is_ours(purpose, token, links) for purpose in Purpose):
            return run.replace(token, MASK)
    return run


def _is_ours(purpose: Purpose, token: str, links: Links) -> bool:
    try:
        links.subject(purpose, token)
    except LinkNotGood:
        return False
    return True
