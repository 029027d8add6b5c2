"""E-mail addresses: what counts as one, when two are the same, and how they are shown to strangers."""

from __future__ import annotations

import contextlib
import re
import unicodedata

LONGEST = 254  # RFC 5321, section 4.5.3.1.3: a path of 256 with its angle brackets
LONGEST_LOCAL = 64
_FORM = re.compile(r"[^\s@<>(),;:\"\\\[\]]+@[^\s@<>(),;:\"\\\[\]]+\.[^\s@<>(),;:\"\\\[\]]+")


def is_address(text: str) -> bool:
    """Whether this is exactly one address: no spaces, no second one, no control or invisible character."""
    if len(text) > LONGEST or not _FORM.fullmatch(text):
        return False
    local, _, domain = text.rpartition("@")
    if len(local) > LONGEST_LOCAL or ".." in text or local.startswith(".") or local.endswith("."):
        return False
    if any(unicodedata.category(character)[0] == "C" for character in text):
        return False
    return all(label and not label.startswith("-") and not label.endswith("-") for label in domain.split("."))


def compared(address: str) -> str:
    """The form in which two addresses are compared: NFKC, case-folded, the domain in its IDNA form.

    Dots and plus-parts of the local part are significant: `a.b@x.example` is not `ab@x.example`.
    """
    # Folding can part what NFKC joins (a German sharp s under an accent), so it is joined once more.
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", address).casefold())
    local, at, domain = plain.rpartition("@")
    with contextlib.suppress(UnicodeError):  # not a name the rule knows: it equals itself alone
        domain = domain.encode("idna").decode("ascii")
    return f"{local}{at}{domain}"


def masked(address: str) -> str:
    """An address as a page may show it to whoever holds the link: `m•••@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
