"""Every answer a provider can give has one outcome, the same for all three; a fault is never a verdict."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support_portal.domain.evidence import CannotCheck, Found, Missing, Moved, Unknown
from tests.adapters.providers.asking import TOKEN, Scene, in_words
from tests.printed_tables import fill

TABLE = "every answer, by provider"
FOUND, MISSING, MOVED = "evaluated", "repository_found", "not_moved, unless by id"
CREDENTIALS, LIMITED, UNTIL_TOLD, UNAVAILABLE = "credentials", "rate_limited", "rate_limited until told", "unavailable"


@dataclass(frozen=True)
class Fault:
    """A way to fail, as the stand-in is asked for it."""

    kind: str
    more: dict[str, Any] = field(default_factory=dict)


def fault(kind: str, **more: Any) -> Fault:
    return Fault(kind, more)


NO_IDS: tuple[object, ...] = (None, 0, -1, "1", 1.5, True, [], {})
NO_TEXTS: tuple[object, ...] = (None, "", 1, [], {})
NO_FLAGS: tuple[object, ...] = (None, 0, 1, "false", "", [], {})
NO_TIMES: tuple[object, ...] = (None, 0, "", "yesterday", "2026-11-24T09:00:00", [])
NO_OBJECTS: tuple[object, ...] = (None, 0, "x", [])
# What is needed of an answer, by provider, and values that must not do for it.
NEEDED: dict[str, dict[str, tuple[object, ...]]] = {
    "github": {
        "id": NO_IDS,
        "name": NO_TEXTS,
        "owner": NO_OBJECTS,
        "owner.id": NO_IDS,
        "owner.type": NO_TEXTS,
        "private": NO_FLAGS,
        "created_at": NO_TIMES,
        "fork": NO_FLAGS,
        "mirror_url": (0, "", True, [], {}),
    },
    "gitlab": {
        "id": NO_IDS,
        "path": NO_TEXTS,
        "namespace": NO_OBJECTS,
        "namespace.kind": NO_TEXTS,
        "owner": NO_OBJECTS,
        "owner.id": NO_IDS,
        "visibility": NO_TEXTS,
        "created_at": NO_TIMES,
        "creator_id": NO_IDS,
        "import_status": NO_TEXTS,
    },
    "bitbucket": {
        "type": (*NO_TEXTS, "error"),
        "uuid": NO_TEXTS,
        "slug": NO_TEXTS,
        "workspace": NO_OBJECTS,
        "workspace.uuid": NO_TEXTS,
        "is_private": NO_FLAGS,
        "created_on": NO_TIMES,
        "parent": (0, "", "x", True, [], {}),
    },
}
ANSWERS: dict[str, tuple[Fault, str]] = {
    "200": (fault("normal"), FOUND),
    "202": (fault("error", status=202), UNAVAILABLE),
    "204": (fault("error", status=204), UNAVAILABLE),
    "301": (fault("redirect", status=301), MOVED),
    "301 to another host": (fault("redirect", status=301, location="http://169.254.169.254/latest/meta-data"), MOVED),
    "301 without a place": (fault("error", status=301), MOVED),
    "302": (fault("redirect", status=302), MOVED),
    "304": (fault("error", status=304), UNAVAILABLE),
    "307": (fault("redirect", status=307), MOVED),
    "308": (fault("redirect", status=308), MOVED),
    "400": (fault("error", status=400), UNAVAILABLE),
    "401": (fault("unauthorized"), CREDENTIALS),
    "403 plain": (fault("forbidden"), CREDENTIALS),
    "403 limit, Retry-After in seconds": (fault("limited", seconds=90), UNTIL_TOLD),
    "403 limit, Retry-After as a date": (fault("limited", seconds=90, form="date"), UNTIL_TOLD),
    "403 limit, nothing left until a reset": (fault("limited", seconds=90, form="reset"), UNTIL_TOLD),
    "404": (fault("not_found"), MISSING),
    "408": (fault("error", status=408), UNAVAILABLE),
    "410": (fault("gone"), UNAVAILABLE),
    "429, Retry-After in seconds": (fault("throttled", seconds=90), UNTIL_TOLD),
    "429, Retry-After as a date": (fault("throttled", seconds=90, form="date"), UNTIL_TOLD),
    "429, a reset alone": (fault("throttled", seconds=90, form="reset"), UNTIL_TOLD),
    "429, nothing told": (fault("throttled", form="none"), LIMITED),
    "451": (fault("blocked"), MISSING),
    "500": (fault("error", status=500), UNAVAILABLE),
    "502": (fault("error", status=502), UNAVAILABLE),
    "503": (fault("error", status=503), UNAVAILABLE),
    "connection dropped": (fault("dropped"), UNAVAILABLE),
    "200, a web page": (fault("html"), UNAVAILABLE),
    "200, empty": (fault("empty"), UNAVAILABLE),
    "200, an empty object": (fault("text", body="{}"), UNAVAILABLE),
    "200, a list": (fault("text", body="[1]"), UNAVAILABLE),
    "200, null": (fault("text", body="null"), UNAVAILABLE),
    "200, a number that is none": (fault("text", body='{"id": NaN}'), UNAVAILABLE),
    "200, nested without end": (fault("text", body="[" * 100_000), UNAVAILABLE),
    "200, cut in half": (fault("truncated"), UNAVAILABLE),
    "200, a name given twice": (fault("duplicate", field="description", value="x"), UNAVAILABLE),
    "200, larger than 2 MB": (fault("huge", size=3_000_000), UNAVAILABLE),
}


@pytest.mark.parametrize("row", ANSWERS)
def test_each_answer_has_its_outcome(scene: Scene, row: str, record_property: Callable[[str, object], None]) -> None:
    asked, expected = ANSWERS[row]
    scene.repository()
    scene.stand_in.fail(asked.kind, **asked.more)
    told = in_words(scene.ask())

    assert told == expected
    fill(record_property, TABLE, row, scene.key, told)


@pytest.mark.parametrize("kind", ["hang", "drip"])
def test_an_answer_that_does_not_come_or_drips_ends_in_time(
    scene: Scene, kind: str, record_property: Callable[[str, object], None]
) -> None:
    scene.repository()
    scene.stand_in.fail(kind, **({"seconds": 0.05} if kind == "drip" else {}))
    before = datetime.now(UTC)
    answer = scene.with_token(TOKEN, patience=1.0).by_path("ana", "bitrise_verification")
    took = datetime.now(UTC) - before
    scene.stand_in.fail("normal")

    assert in_words(answer) == UNAVAILABLE
    assert timedelta(seconds=0.9) < took < timedelta(seconds=3)
    fill(record_property, TABLE, f"200, {kind}", scene.key, in_words(answer))


def test_nothing_listening_and_no_tls_where_tls_is_expected_are_no_verdict(
    scene: Scene, record_property: Callable[[str, object], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for row, api_url, said in (
        ("no connection", f"http://127.0.0.1:{port}", "no connection"),
        ("no TLS", scene.stand_in.api_url.replace("http:", "https:"), "no secure connection (TLS)"),
    ):
        answer = scene.at(api_url).by_path("ana", "x")
        assert answer == Unknown(CannotCheck.UNAVAILABLE, said)
        fill(record_property, TABLE, row, scene.key, in_words(answer))


def test_a_needed_field_that_is_missing_is_no_verdict(
    scene: Scene, record_property: Callable[[str, object], None]
) -> None:
    scene.repository()
    for name in NEEDED[scene.key]:
        scene.stand_in.fail("missing", field=name)
        answer = scene.ask()
        assert in_words(answer) == UNAVAILABLE, name
        assert isinstance(answer, Unknown)
        assert name.split(".")[-1] in answer.detail
    fill(record_property, TABLE, "200, a needed field missing", scene.key, UNAVAILABLE)


def test_a_needed_field_of_another_type_is_no_verdict(
    scene: Scene, record_property: Callable[[str, object], None]
) -> None:
    scene.repository()
    for name, values in NEEDED[scene.key].items():
        for value in values:
            scene.stand_in.fail("mistyped", field=name, value=value)
            assert in_words(scene.ask()) == UNAVAILABLE, (name, value)
    fill(record_property, TABLE, "200, a needed field of another type", scene.key, UNAVAILABLE)


def test_a_visibility_that_is_not_public_is_not_public(scene: Scene) -> None:
    scene.repository()
    named = {"github": "visibility", "gitlab": "visibility"}.get(scene.key)
    if named is None:  # Bitbucket knows private and public alone
        scene.stand_in.fail("mistyped", field="is_private", value=True)
    else:
        scene.stand_in.fail("mistyped", field=named, value="internal")

    assert scene.failing() == {"is_public"}


def test_the_moment_to_return_is_the_one_the_provider_named(scene: Scene) -> None:
    scene.repository()
    answers = {}
    for form in ("seconds", "date", "reset", "none"):
        scene.stand_in.fail("throttled", seconds=90, form=form)
        answers[form] = scene.ask()
    soon = datetime.now(UTC) + timedelta(seconds=90)

    told = {
        form: (answer.retry_after, answer.retry_at) for form, answer in answers.items() if isinstance(answer, Unknown)
    }
    assert told["seconds"] == (timedelta(seconds=90), None)
    assert told["none"] == (None, None)
    for form in ("date", "reset"):
        span, moment = told[form]
        assert span is None
        assert moment is not None
        assert abs(moment - soon) < timedelta(seconds=10)


def test_an_answer_keeps_what_proves_it_later(scene: Scene) -> None:
    scene.repository()
    first, second = scene.ask(), scene.ask()

    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert len(first.facts.digest) == 64
    assert first.facts.api_request_id != second.facts.api_request_id
    assert TOKEN not in repr(first)


def test_taken_down_is_told_from_absent(scene: Scene) -> None:
    scene.stand_in.fail("blocked")
    answer = scene.ask()

    assert isinstance(answer, Missing)
    assert answer.status == 451


def test_a_limit_told_in_the_message_alone_is_a_limit(github: Scene) -> None:
    github.stand_in.fail("limited", form="none")

    assert in_words(github.ask()) == LIMITED


def test_gitlab_without_a_token_asks_for_one_instead_of_judging(gitlab: Scene) -> None:
    gitlab.repository()

    answer = gitlab.with_token(None).by_path("ana", "bitrise_verification")

    assert in_words(answer) == CREDENTIALS


def test_a_revoked_token_is_a_matter_of_credentials(scene: Scene) -> None:
    scene.repository()

    assert in_words(scene.with_token("revoked-token").by_path("ana", "bitrise_verification")) == CREDENTIALS


def test_no_redirect_is_followed(scene: Scene) -> None:
    scene.repository()
    scene.stand_in.fail("redirect", status=302, location=f"{scene.stand_in.url}/elsewhere")
    answer = scene.ask()

    assert isinstance(answer, Moved)
    assert len(scene.stand_in.log()) == 1
