"""Every answer that a provider can give, and what is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support_portal.adapters.providers.credentials import STRANGER, Access, Secret
from tests.adapters.providers.listeners import listeners
from tests.adapters.providers.place import Place
from tests.adapters.providers.situations import (
    CREDENTIALS,
    LIMITED,
    MISSING,
    MOVED,
    PASSED,
    UNAVAILABLE,
    UNTIL_TOLD,
    Arrange,
    Situation,
    failing,
)

SHORT = 0.4  # seconds of patience, where an answer is known to be late
METADATA = "http://169.254.169.254/latest/meta-data"  # what a cloud's machines ask for their own keys
# Only Bitbucket is asked at an address that can move when it is asked by the owner's id.
MAY_MOVE = {"bitbucket": MOVED}
NOTHING_THERE = {"bitbucket": MISSING}


def late(kind: str, **more: Any) -> Arrange:
    """The provider takes longer than the portal waits."""

    def arrange(place: Place) -> None:
        place.patience = SHORT
        failing(kind, **more)(place)

    return arrange


def asked_at(address: str) -> Arrange:
    """The portal is configured with the address of something else."""

    def arrange(place: Place) -> None:
        place.api_url = listeners()[address]

    return arrange


def plain_text_where_tls_is_expected(place: Place) -> None:
    place.api_url = place.api_url.replace("http:", "https:")


def moved_here_alone(status: int) -> Arrange:
    """The address that the link names redirects, and nothing else does."""

    def arrange(place: Place) -> None:
        place.repository()
        place.stand_in.fail("redirect", status=status, count=1)  # where it is asked by id, it is asked again

    return arrange


def without_a_token(place: Place) -> None:
    place.repository()
    place.access = STRANGER


def with_a_revoked_token(place: Place) -> None:
    place.repository()
    place.access = Access(Secret("revoked-token"))


def answered(status: int, **more: Any) -> Arrange:
    """An error of this status, in the provider's own words."""
    return failing("error", status=status, **more)


def redirect(status: int, where: str, location: str = "") -> Situation:
    arrange = failing("redirect", status=status, location=location)
    if location.startswith("http"):  # nothing of a provider's moves to another host, so this is a fault
        return Situation(f"{status} at every address, {where}", arrange, UNAVAILABLE)
    name = f"{status} at every address, {where}"
    return Situation(name, arrange, UNAVAILABLE, MAY_MOVE, but_by_itself=NOTHING_THERE)


GOOD = [
    Situation("200 and all fields there", failing("normal"), PASSED),
    Situation(
        "200 without a token of the portal’s",
        without_a_token,
        PASSED,
        {"gitlab": CREDENTIALS},
    ),
]
REDIRECTS = [
    *(Situation(f"{n} at the link’s address alone", moved_here_alone(n), PASSED) for n in (301, 302, 307, 308)),
    redirect(301, "to itself (a loop)"),
    redirect(301, "to another host", METADATA),
    redirect(301, "to an address without a host", "/elsewhere"),
    redirect(302, "to itself (a loop)"),
    redirect(302, "to another host", METADATA),
    redirect(307, "to itself (a loop)"),
    redirect(308, "to itself (a loop)"),
    Situation("301 at every address, to nowhere", answered(301), UNAVAILABLE),
]
STATUSES = [
    *(Situation(str(n), answered(n), UNAVAILABLE) for n in (202, 204, 304, 400)),
    Situation("401", failing("unauthorized"), CREDENTIALS),
    Situation("401, the token was revoked", with_a_revoked_token, CREDENTIALS),
    *(
        Situation(f"403, {words}", failing("forbidden", meaning=meaning), CREDENTIALS)
        for meaning, words in {
            "plain": "no reason given",
            "scope": "the token lacks a scope",
            "sso": "single sign-on is asked for",
            "blocked": "the repository is blocked",
        }.items()
    ),
    Situation("403, a limit, Retry-After in seconds", failing("limited", seconds=90), UNTIL_TOLD),
    Situation("403, a limit, Retry-After as a date", failing("limited", seconds=90, form="date"), UNTIL_TOLD),
    Situation("403, a limit, nothing left until a reset", failing("limited", seconds=90, form="reset"), UNTIL_TOLD),
    Situation(
        "403, a limit by its message alone",
        failing("limited", form="none"),
        LIMITED,
        {kind: CREDENTIALS for kind in ("gitlab", "bitbucket", "bitbucket_data_center")},
    ),
    Situation("404", failing("not_found"), MISSING),
    Situation("404 with a web page", failing("html", status=404), MISSING),
    *(Situation(str(n), answered(n), UNAVAILABLE) for n in (408, 410)),
    Situation("429, Retry-After in seconds", failing("throttled", seconds=90), UNTIL_TOLD),
    Situation("429, Retry-After as a date", failing("throttled", seconds=90, form="date"), UNTIL_TOLD),
    Situation("429, nothing left until a reset", failing("throttled", seconds=90, form="reset"), UNTIL_TOLD),
    Situation(
        "429, Retry-After of two hours",
        failing("throttled", seconds=7200),
        "cannot_check: rate_limited, next try after 120 min",
    ),
    Situation("429, nothing told", failing("throttled", form="none"), LIMITED),
    Situation("451", failing("blocked"), MISSING),
    *(Situation(str(n), answered(n), UNAVAILABLE) for n in (500, 502, 503)),
    Situation("503 with Retry-After", answered(503, seconds=90), UNAVAILABLE),
]
BODIES = [
    Situation("200, cut in half", failing("truncated"), UNAVAILABLE),
    Situation("200, a name given twice", failing("duplicate", field="description", value="x"), UNAVAILABLE),
    Situation("200, a web page", failing("html"), UNAVAILABLE),
    Situation("200, an empty object", failing("text", body="{}"), UNAVAILABLE),
    # An empty list is how GitLab says that an owner has no such project.
    Situation("200, an empty list", failing("text", body="[]"), UNAVAILABLE, but_by_itself={"gitlab": MISSING}),
    Situation("200, a list of numbers", failing("text", body="[1]"), UNAVAILABLE),
    Situation("200, null", failing("text", body="null"), UNAVAILABLE),
    Situation("200, nothing", failing("empty"), UNAVAILABLE),
    Situation("200, not JSON", failing("text", body="Welcome"), UNAVAILABLE),
    Situation("200, a number that is none (NaN)", failing("nan", field="size"), UNAVAILABLE),
    Situation("200, nested without end", failing("text", body="[" * 100_000), UNAVAILABLE),
    Situation("200, in another charset than told", failing("charset"), UNAVAILABLE),
    Situation("200, 50 MB", failing("huge"), UNAVAILABLE),
    Situation("200, some 50 kB that unpack to 50 MB", failing("bomb"), UNAVAILABLE),
]
CONNECTIONS = [
    Situation("a byte a second", late("drip", seconds=1), UNAVAILABLE),
    Situation("no answer", late("hang"), UNAVAILABLE),
    Situation("the answer breaks off", failing("broken_off"), UNAVAILABLE),
    Situation("the connection is closed", failing("dropped"), UNAVAILABLE),
    Situation("the connection is reset", failing("reset"), UNAVAILABLE),
    Situation("the connection is refused", asked_at("refused"), UNAVAILABLE),
    Situation("the name is not known (DNS)", asked_at("unknown"), UNAVAILABLE),
    Situation("TLS, a certificate that nobody vouches for", asked_at("untrusted"), UNAVAILABLE),
    Situation("TLS, plain text instead", plain_text_where_tls_is_expected, UNAVAILABLE),
]


@dataclass(frozen=True)
class Fact:
    """A field that must be there, and values that must not do for it."""

    field: str
    wrong: tuple[object, ...]


_NO_ID: tuple[object, ...] = (None, 0, -1, "1", 1.5, True, [], {}, 2**63)
_NO_TEXT: tuple[object, ...] = (None, "", 1, [], {})
_NO_FLAG: tuple[object, ...] = (None, 0, 1, "false", "", [], {})
_NO_TIME: tuple[object, ...] = (None, 0, "", "yesterday", "2026-11-24T09:00:00", [])
_NO_OBJECT: tuple[object, ...] = (None, 0, "x", [])
_NOT_TOLD = "it is not told here"
# The field of each provider, or why it can't be missing.
FACTS: dict[str, dict[str, Fact | str]] = {
    "what it is": {
        "github": "no type is named",
        "gitlab": "no type is named",
        "bitbucket": Fact("type", (*_NO_TEXT, "error")),
        "bitbucket_data_center": Fact("scmId", (*_NO_TEXT, "hg")),
    },
    "its id": {
        "github": Fact("id", _NO_ID),
        "gitlab": Fact("id", _NO_ID),
        "bitbucket": Fact("uuid", _NO_TEXT),
        "bitbucket_data_center": Fact("id", _NO_ID),
    },
    "its name": {
        "github": Fact("name", _NO_TEXT),
        "gitlab": Fact("path", _NO_TEXT),
        "bitbucket": Fact("slug", _NO_TEXT),
        "bitbucket_data_center": Fact("slug", _NO_TEXT),
    },
    "its owner": {
        "github": Fact("owner", _NO_OBJECT),
        "gitlab": Fact("owner", _NO_OBJECT),
        "bitbucket": Fact("workspace", _NO_OBJECT),
        "bitbucket_data_center": Fact("project.owner", _NO_OBJECT),
    },
    "the owner’s id": {
        "github": Fact("owner.id", _NO_ID),
        "gitlab": Fact("owner.id", _NO_ID),
        "bitbucket": Fact("workspace.uuid", _NO_TEXT),
        "bitbucket_data_center": Fact("project.owner.id", _NO_ID),
    },
    "the owner’s kind": {
        "github": Fact("owner.type", _NO_TEXT),
        "gitlab": Fact("namespace.kind", _NO_TEXT),
        "bitbucket": "what owns is always a workspace",
        "bitbucket_data_center": Fact("project.type", (*_NO_TEXT, "TEAM")),
    },
    "whether it is public": {
        "github": Fact("private", _NO_FLAG),
        "gitlab": Fact("visibility", _NO_TEXT),
        "bitbucket": Fact("is_private", _NO_FLAG),
        "bitbucket_data_center": Fact("public", _NO_FLAG),
    },
    "when it was created": {
        "github": Fact("created_at", _NO_TIME),
        "gitlab": Fact("created_at", _NO_TIME),
        "bitbucket": Fact("created_on", _NO_TIME),
        "bitbucket_data_center": _NOT_TOLD,
    },
    "whether it is a fork": {
        "github": Fact("fork", _NO_FLAG),
        "gitlab": "it is told by a field that is there for forks alone",
        "bitbucket": Fact("parent", (0, "", "x", True, [], {})),
        "bitbucket_data_center": "it is told by a field that is there for forks alone",
    },
    "whether it is a mirror": {
        "github": Fact("mirror_url", (0, "", True, [], {})),
        "gitlab": "without it the agent is told that it is not told",
        "bitbucket": _NOT_TOLD,
        "bitbucket_data_center": _NOT_TOLD,
    },
    "whether it is an import": {
        "github": _NOT_TOLD,
        "gitlab": Fact("import_status", _NO_TEXT),
        "bitbucket": _NOT_TOLD,
        "bitbucket_data_center": _NOT_TOLD,
    },
    "who created it": {
        "github": _NOT_TOLD,
        "gitlab": Fact("creator_id", _NO_ID),
        "bitbucket": _NOT_TOLD,
        "bitbucket_data_center": _NOT_TOLD,
    },
}
ANSWERS = [*GOOD, *REDIRECTS, *STATUSES, *BODIES, *CONNECTIONS]
