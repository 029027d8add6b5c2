"""Where a request came from, and naming a browser in words its owner recognizes: "Firefox on macOS"."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_USER_AGENT = 300  # characters of what a browser says of itself; the rest names nothing

# Sought in this order: most browsers claim to be several others as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Browser:
    """Where a request came from, as far as it says."""

    network_address: str
    user_agent: str

    @property
    def in_words(self) -> str:
        """Both as a sentence tells of them; none of the words are the browser's own."""
        name = _known_name(self.user_agent) or "an unknown program"
        return f"the network address {self.network_address}, with {name}" if self.network_address else name


def browser_of(network_address: str | None, user_agent: str | None) -> Browser:
    """Where a request came from; no proxy is believed, and what is too long is cut."""
    return Browser(network_address or "", (user_agent or "")[:LONGEST_USER_AGENT])


def browser_name(user_agent: str) -> str:
    """What a browser says it is, in two words; any program may claim anything."""
    return _known_name(user_agent) or "An unknown program"


def _known_name(user_agent: str) -> str:
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system
