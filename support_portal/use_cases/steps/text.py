"""What an agent or a requester wrote: something, and not without end."""

from __future__ import annotations

from support_portal.domain.errors import BadInput

LONGEST_TEXT = 8000  # characters


def written_text(text: str) -> str:
    """The text without what is empty around it; raises BadInput, about the field `text`."""
    text = text.strip()
    if not text:
        raise BadInput({"text": "Write something"})
    if len(text) > LONGEST_TEXT:
        raise BadInput({"text": f"Use at most {LONGEST_TEXT} characters"})
    return text
