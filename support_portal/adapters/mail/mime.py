"""Takes the words out of a mail: the plain text, or else the HTML as text, and what of them is new."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

import quotequail
from inscriptis import get_text
from inscriptis.model.config import ParserConfig

from support_portal.adapters.mail.charsets import decoded, fit

MOST_TEXT = 256 * 1024  # characters
MOST_PARTS = 200
_UNQUOTED = 16 * 1024  # characters in which quotes are looked for: the finder is slow on crafted text
ENCRYPTED = "(This mail is encrypted. It can’t be read here.)"
CUT = "(The rest of this mail is too long to be kept.)"
_STUB = re.compile(r"(?=.{0,400}\Z).*\bhtml\b", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_SAME_LINK = re.compile(r"\[([^\[\]\s]{1,2000})\]\(\1/?\)")


def text_of(message: Message) -> str:
    """All that the sender wrote, as plain text; empty where there is nothing to read."""
    if _type(message) == "multipart/encrypted":
        return ENCRYPTED
    plain, html = [], []
    for part in leaves(message):
        kind = _type(part)
        if _is_attached(part):
            continue
        if kind == "text/plain":
            plain.append(content_of(part).strip("\n"))
        elif kind == "text/html":
            html.append(content_of(part))
    text = "\n\n".join(part for part in plain if part.strip())
    if html and (not text.strip() or _STUB.match(text)):
        text = "\n\n".join(_html_as_text(part) for part in html).strip() or text
    if len(text) > MOST_TEXT:
        text = f"{text[:MOST_TEXT]}\n\n{CUT}"
    return text if text.strip() else ""


def new_part(text: str) -> str:
    """A text without the mails it quotes."""
    looked_at = text[:_UNQUOTED]
    found = quotequail.unwrap(looked_at)
    if found is not None:
        looked_at = "\n".join(found[part] for part in ("text_top", "text_bottom") if part in found)
    return "\n".join(line for line in looked_at.split("\n") if not line.lstrip().startswith(">")).strip()


def leaves(message: Message) -> Iterator[Message]:
    """Every part that holds no other parts, in their order; mails within the mail are left out."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop()
        seen += 1
        children = part.get_payload()
        if isinstance(children, list):
            is_mail = _type(part).startswith("message/")
            waiting.extend(() if is_mail else (child for child in reversed(children) if isinstance(child, Message)))
        else:
            yield part


def content_of(part: Message) -> str:
    """The text of one part."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        charset = part.get_content_charset()
    except Exception:  # a crafted parameter
        charset = None
    return fit(decoded(data[: MOST_TEXT * 4], charset))[:MOST_TEXT]


def _type(part: Message) -> str:
    try:
        return part.get_content_type()
    except Exception:  # a crafted header; what can't be told is text, RFC 2045, section 5.2
        return "text/plain"


def _is_attached(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except Exception:  # a crafted header
        return False


def _html_as_text(html: str) -> str:
    try:
        text = get_text(html, ParserConfig(display_links=True))
    except Exception:  # lxml and inscriptis raise on empty, broken and very deep documents
        text = _TAG.sub(" ", html)
    return fit(_SAME_LINK.sub(r"\1", text))
