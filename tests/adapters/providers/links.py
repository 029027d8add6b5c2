"""Links as people send them and as attackers write them: cut to owner and name by the rule, or refused."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tests.adapters.providers.place import Place
from tests.adapters.providers.situations import LINK, MISSING, PASSED, Arrange, Situation
from tests.builders import REQUIRED_NAME

LONGEST = 2000
_OWNER = re.compile(r"<([^>]*)>")
UUID = "{a0a0a0a0-1111-4222-8333-444455556666}"


def sent(form: str) -> Arrange:
    """Ana's repository is right, and its link is sent in this form; <ana> stands for her place in an address."""

    def arrange(place: Place) -> None:
        place.repository()
        url = urlsplit(place.stand_in.url)
        parts = {"URL": url.geturl(), "HOST": url.hostname, "PORT": url.port, "PATH": url.path, "NAME": REQUIRED_NAME}
        text = _OWNER.sub(lambda found: place.owner_path(found[1]), form)
        place.link = re.sub("|".join(parts), lambda found: str(parts[found[0]]), text)

    return arrange


def padded(length: int) -> Arrange:
    """A link of so many characters."""

    def arrange(place: Place) -> None:
        place.repository()
        place.link = f"{place.link}?".ljust(length, "x")

    return arrange


def by_workspace(place: Place) -> None:
    place.repository()
    uuid = place.account["workspaces"][0]["uuid"] if place.is_bitbucket else UUID
    place.link = place.address(uuid)


CUT = {
    "with a closing slash": "URL/<ana>/NAME/",
    "with .git": "URL/<ana>/NAME.git",
    "with .git and a closing slash": "URL/<ana>/NAME.git/",
    "with a deeper path": "URL/<ana>/NAME/tree/main/docs",
    "with a query": "URL/<ana>/NAME?tab=readme&next=https://evil.example/",
    "with a fragment": "URL/<ana>/NAME#@evil.example/",
    "with blanks around it": "  URL/<ana>/NAME\n",
    "with the scheme in capital letters": "HTTP://HOST:PORTPATH/<ana>/NAME",
    "with letters as %61": "URL/<%61na>/NAME",
}
REFUSED = {
    "another host": "https://evil.example/ana/NAME",
    "another host, and the provider in its path": "https://evil.example/URL/ana/NAME",
    "another host, and the provider in its query": "https://evil.example/ana/NAME?URL/ana/NAME",
    "the provider’s name in front of another": "http://HOST.evil.example:PORT/<ana>/NAME",
    "a user name in the host": "http://ana@HOST:PORTPATH/<ana>/NAME",
    "the provider as the user name of another host": "http://HOST:PORT@evil.example/ana/NAME",
    "a backslash before another host": "http://HOST:PORT\\@evil.example/ana/NAME",
    "another port": "http://HOST:1PATH/<ana>/NAME",
    "no port": "http://HOSTPATH/<ana>/NAME",
    "another scheme": "https://HOST:PORTPATH/<ana>/NAME",
    "a file": "file:///ana/NAME",
    "no scheme": "HOST:PORTPATH/<ana>/NAME",
    "the same machine by another name": "http://localhost:PORTPATH/<ana>/NAME",
    "the host as one number": "http://2130706433:PORTPATH/<ana>/NAME",
    "a host in another script": "http://gith\N{CYRILLIC SMALL LETTER U}b.com/ana/NAME",
    "a host in punycode": "http://xn--gthub-n4a.com/ana/NAME",
    "digits of another script in the host": "http://\N{ARABIC-INDIC DIGIT ONE}27.0.0.1:PORTPATH/<ana>/NAME",
    "a name in two scripts": "URL/<ana>/bitrise_verificati\N{CYRILLIC SMALL LETTER O}n",
    "%2e%2e as the owner": "URL/<%2e%2e>/NAME",
    "%2e%2e as the name": "URL/<ana>/%2e%2e",
    ".. in the path": "URL/<ana>/NAME/../../mallory/NAME",
    "%2F in the owner": "URL/<ana%2F..%2Fmallory>/NAME",
    "%2F in the name": "URL/<ana>/NAME%2F..%2Fother",
    "a percent sign twice": "URL/<ana>/%252e%252e",
    "a backslash": "URL/<ana>\\NAME",
    "%00": "URL/<ana>/NAME%00",
    "a line break": "URL/<ana>/NAME\r\nHost: evil.example",
    "digits alone": "URL/278964",
    "an owner alone": "URL/<ana>",
    "braces around anything else": "URL/<{ana}>/NAME",
    "a semicolon": "URL/<ana>/NAME;x",
}
OWN_UUID = {"bitbucket": PASSED, "bitbucket_data_center": LINK}  # only workspaces are named so
LINKS = [
    *(Situation(f"cut: {words}", sent(form), PASSED) for words, form in CUT.items()),
    Situation("cut: 2,000 characters", padded(LONGEST), PASSED),
    Situation("asked: digits as the owner’s name", sent("URL/<278964>/NAME"), MISSING),
    Situation("asked: a uuid in braces as the owner", by_workspace, MISSING, OWN_UUID),
    *(Situation(f"refused: {words}", sent(form), LINK) for words, form in REFUSED.items()),
    Situation("refused: 2,001 characters", padded(LONGEST + 1), LINK),
]
