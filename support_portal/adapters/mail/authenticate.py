"""What our own mail server says of the sender's domain; the word of any other server counts for nothing."""

from __future__ import annotations

import re

import authres

from support_portal.adapters.mail.headers import Headers
from support_portal.domain.addresses import compared
from support_portal.domain.incoming import Dmarc

_HEADER = "Authentication-Results"
_LONGEST = 4_000  # characters; the parser recurses
# RFC 8601, section 2.2: comments may stand before the name, a version behind it.
_SERVER = re.compile(r"\s*(?:\([^()]*\)\s*)*\"?([^\s;\"()]+)\"?[^;]*;")


def dmarc_of(headers: Headers, sender: str, authserv_id: str | None) -> Dmarc:
    """The verdict in the topmost Authentication-Results of the server named `authserv_id`.

    Without a name nothing is believed. Only a pass for the very domain of `sender` is a pass; what can't be read is
    none. That server must delete headers of its own name that come from outside (RFC 8601, section 5).
    """
    if not authserv_id:
        return Dmarc.NOT_CHECKED
    ours = next((value for value in headers.raw(_HEADER) if _server(value) == authserv_id.casefold()), None)
    return Dmarc.NONE if ours is None else _verdict(ours, sender)


def _server(value: str) -> str:
    found = _SERVER.match(value[:_LONGEST])
    return found[1].casefold() if found else ""


def _verdict(value: str, sender: str) -> Dmarc:
    try:
        header = authres.AuthenticationResultsHeader.parse(f"{_HEADER}: {value[:_LONGEST]}")
        results = [one for one in header.results if one.method.casefold() == "dmarc"]
        words = {one.result.casefold() for one in results}
        domains = {_domain(f"@{one.value}") for result in results for one in result.properties if one.name == "from"}
    except Exception:  # a syntax error of its own, and whatever else it meets in what is no such header
        return Dmarc.NONE
    if "fail" in words:
        return Dmarc.FAIL
    return Dmarc.PASS if words == {"pass"} and domains == {_domain(sender)} else Dmarc.NONE


def _domain(address: str) -> str:
    return compared(address).rpartition("@")[2]
