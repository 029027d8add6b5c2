"""Security keys and passkeys: where they work, how many somebody has, and how long one may take to answer."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

MOST_KEYS = 10
LONGEST_NAME = 60
ANSWER_WITHIN = timedelta(minutes=5)
CHALLENGE_BYTES = 32  # W3C Web Authentication 3, 13.4.3: at least 16 bytes

_USUAL_PORTS = {"http": 80, "https": 443}


class Ceremony(StrEnum):
    """What a key is asked for; an answer to one is of no use for the other."""

    ADD = "add"
    SIGN_IN = "sign_in"


@dataclass(frozen=True)
class Site:
    """What a key is bound to: the name of the site, and the origin that the browser must be on."""

    name: str
    origin: str


def site_of(address: str) -> Site | None:
    """The site of the portal's address; None where its host is an IP address: browsers refuse keys there."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        port = "" if parts.port in {None, _USUAL_PORTS.get(parts.scheme)} else f":{parts.port}"
        return Site(host, f"{parts.scheme}://{host}{port}") if host else None
    return None
