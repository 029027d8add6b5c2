"""What an answer carries besides its outcome; `test_every_situation.py` has the outcomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support_portal.domain.evidence import Found, Missing, Moved, Unknown
from tests.adapters.providers.asking import TOKEN, Scene


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


def test_no_redirect_is_followed(scene: Scene) -> None:
    scene.repository()
    scene.stand_in.fail("redirect", status=302, location=f"{scene.stand_in.url}/elsewhere")
    answer = scene.ask()

    assert isinstance(answer, Moved)
    assert len(scene.stand_in.log()) == 1
