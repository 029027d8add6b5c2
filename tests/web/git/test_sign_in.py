"""Signing in through a provider, by real HTTP on both sides: the way in, and everything that is no way in."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import text

from support_portal.adapters.db.git_sign_in import SqlConnections
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.git_sign_in import STATE_WORKS
from support_portal.use_cases import add_staff, set_policy
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import ANA
from tests.demo import signing_in
from tests.phones import given_a_phone
from tests.stand_ins import StandIn
from tests.use_cases.outside import set_status
from tests.web.git.conftest import ANAS, HER_PAGE, OWNER, Way, Written, without_providers
from tests.web.visiting import Visitor

KINDS = ("github", "gitlab", "bitbucket")
NAMES = {"github": "GitHub", "gitlab": "GitLab", "bitbucket": "Bitbucket"}
STALE = "That was begun in another window, or too long ago. Begin again."


def no_answer(provider: str) -> str:
    return (
        f"{NAMES[provider]} did not tell us who you are. Nothing was done. Try again in a few minutes,"
        " or use your password."
    )


def no_way_in(provider: str) -> str:
    return f"You can’t sign in through this {NAMES[provider]} account here. Sign in with your password."


def refused(way: Way, written: Written, back: str) -> str:
    """What is said to somebody who stays outside, with an event beside it, and nothing of the code left over."""
    before = len(written.events("git_sign_in_refused"))
    answer = way.back(back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    told = way.told()
    assert not way.is_signed_in()
    assert written.count("sessions") == 0
    assert len(written.events("git_sign_in_refused")) == before + 1
    return told


def test_a_provider_has_its_button_where_the_portal_is_registered(
    way: Way, make_app: Callable[..., Flask], web_parts: Parts
) -> None:
    page = way.visitor.get("/sign-in?next=/account/connections").text
    for key in KINDS:
        assert f'href="/sign-in/git/{key}?next=/account/connections"' in page
    nowhere = Visitor(make_app(without_providers(web_parts)))
    assert "or sign in with" not in nowhere.get("/sign-in").text
    for path in ("/sign-in/git/github", "/sign-in/git/github/callback?state=x&code=y"):
        assert nowhere.get(path).status_code == 404


@pytest.mark.parametrize("provider", KINDS)
def test_whoever_agrees_there_is_signed_in_here(way: Way, provider: str) -> None:
    answer = way.sign_in(provider)
    assert (answer.status_code, answer.headers["Location"]) == (303, HER_PAGE)
    assert way.is_signed_in()
    assert "last used" in way.visitor.get("/account/connections").text


def test_the_page_that_was_asked_for_comes_next_and_never_another_site(way: Way) -> None:
    for wanted, place in (("/account/connections", "/account/connections"), ("//evil.example", HER_PAGE)):
        back = signing_in.agree(way.leave("github", wanted), "ana")
        assert way.back(back).headers["Location"] == place
        way.visitor.send("/sign-out", page=HER_PAGE)


def test_who_is_signed_in_already_goes_on(way: Way) -> None:
    way.sign_in()
    assert way.leave() == HER_PAGE


def test_a_session_cookie_from_before_is_not_taken_over(way: Way) -> None:
    way.visitor.client.set_cookie("session", "planted", domain="localhost")
    way.sign_in()
    kept = way.visitor.client.get_cookie("session", domain="localhost")
    assert kept is not None
    assert kept.value != "planted"
    assert kept.same_site == "Lax", "with Strict it would not come along from the provider's page"
    assert way.visitor.client.get_cookie("visitor", domain="localhost") is None


def test_oau_4_where_the_policy_says_so_a_code_is_asked_before_anything_opens(way: Way, web_parts: Parts) -> None:
    phone = given_a_phone(web_parts.tools, OWNER)
    set_policy.set_policy({"git_sign_in": "second_factor"}, "Lea", tools=web_parts.tools)
    assert way.sign_in().headers["Location"] == "/sign-in/two-factor"
    assert way.visitor.get(HER_PAGE).status_code == 303
    with_code = {"code": phone.recovery_code()}
    assert way.visitor.send("/sign-in/two-factor", with_code).headers["Location"] == HER_PAGE
    assert way.is_signed_in()


def test_oau_1_a_state_that_is_missing_or_made_up_leaves_everybody_out(way: Way, written: Written) -> None:
    back = way.agreed()
    parts = urlsplit(back)
    code = parse_qs(parts.query)["code"][0]
    for query in ("", f"code={code}", f"state=made-up&code={code}", f"{parts.query}&state=twice"):
        assert refused(way, written, f"{parts.path}?{query}") == STALE
    assert way.back(back).headers["Location"] == HER_PAGE, "the good one works after all that"


def test_oau_1_a_foreign_browser_is_left_out(way: Way, app: Flask, written: Written) -> None:
    back = way.agreed("github", "mallory")
    victim = Way(Visitor(app))
    assert refused(victim, written, back) == STALE
    victim.leave()  # has a mark of its own now
    assert refused(victim, written, back) == STALE


def test_oau_1_nothing_is_let_in_twice(way: Way, app: Flask, written: Written) -> None:
    back = way.agreed()
    way.back(back)
    way.visitor.send("/sign-out", page=HER_PAGE)
    again = way.back(back)
    assert again.headers["Location"] == "/sign-in"
    assert way.told() == STALE
    assert not way.is_signed_in()
    assert len(written.events("git_sign_in_refused")) == 1


def test_oau_1_an_old_state_is_no_state(way: Way, stage: Stage, written: Written) -> None:
    back = way.agreed()
    with stage.engine.begin() as connection:
        older = text("update oauth_states set begun_at = begun_at - make_interval(secs => :s)")
        connection.execute(older, {"s": STATE_WORKS.total_seconds()})
    assert refused(way, written, back) == STALE


def test_oau_1_what_one_provider_gave_is_refused_at_the_address_of_another(way: Way, written: Written) -> None:
    from_github, from_gitlab = way.agreed(), way.agreed("gitlab")
    query = urlsplit(from_github).query
    assert refused(way, written, f"/sign-in/git/gitlab/callback?{query}") == STALE
    code, state = (parse_qs(urlsplit(one).query) for one in (from_github, from_gitlab))
    mixed = f"/sign-in/git/gitlab/callback?state={state['state'][0]}&code={code['code'][0]}"
    assert refused(way, written, mixed) == no_answer("gitlab")


@pytest.mark.parametrize("provider", KINDS)
def test_who_refuses_there_stays_signed_out(way: Way, written: Written, provider: str) -> None:
    told = refused(way, written, signing_in.refuse(way.leave(provider)))
    assert told == f"You did not allow it at {NAMES[provider]}, so nothing was done."


@pytest.mark.parametrize("provider", KINDS)
@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("authorize", "oauth_error"),
        ("token", "oauth_error"),
        ("token", "error"),
        ("token", "dropped"),
        ("token", "redirect"),
        ("user", "error"),
        ("user", "html"),
        ("user", "empty_id"),
        ("user", "unauthorized"),
    ],
)
def test_a_provider_with_a_fault_leaves_everybody_signed_out(
    way: Way, written: Written, providers: dict[str, StandIn], provider: str, part: str, kind: str
) -> None:
    address = way.leave(provider)
    providers[provider].fail(kind, part=part)
    assert refused(way, written, signing_in.agree(address, "ana")) == no_answer(provider)


def test_a_provider_that_hangs_is_not_waited_for(way: Way, written: Written, providers: dict[str, StandIn]) -> None:
    back = way.agreed()
    providers["github"].fail("hang", part="token")
    assert refused(way, written, back) == no_answer("github")
    assert written.events("git_sign_in_refused")[-1] == "no answer in time"
    providers["github"].reset()


def test_a_state_that_the_provider_made_up_is_refused(
    way: Way, written: Written, providers: dict[str, StandIn]
) -> None:
    address = way.leave()
    providers["github"].fail("wrong_state", part="authorize")
    assert refused(way, written, signing_in.agree(address, "ana")) == STALE


@pytest.mark.parametrize("provider", KINDS)
def test_oau_2_the_address_of_a_victim_opens_nothing(
    way: Way, written: Written, providers: dict[str, StandIn], provider: str
) -> None:
    back = way.agreed(provider, "mallory")
    providers[provider].fail("verified_email", part="user", value=ANA.address)
    assert refused(way, written, back) == no_way_in(provider)


def answer_of(way: Way, login: str = "ana") -> tuple[int, bytes, dict[str, str]]:
    """Everything that the outside sees, but for the cookie's value."""
    answer = way.sign_in("github", login)
    headers = {name: value for name, value in answer.headers.items() if name not in {"Set-Cookie", "Date"}}
    page = way.visitor.get("/sign-in")
    told = page.get_data(as_text=True).partition("<form")[0]
    return answer.status_code, answer.data + told.encode(), headers


def test_oau_4_unknown_locked_and_staff_are_answered_alike(way: Way, stage: Stage, web_parts: Parts) -> None:
    answers = [answer_of(way, "mallory")]
    set_status(stage.engine, ANA.id, AccountStatus.LOCKED)
    answers.append(answer_of(way))
    set_status(stage.engine, ANA.id, AccountStatus.ACTIVE)
    add_staff.add_staff(ANA.address, "agent", "Ana", tools=web_parts.tools)
    answers.append(answer_of(way))
    assert answers[0] == answers[1] == answers[2]
    assert not way.is_signed_in()


def test_no_other_site_and_no_browser_ahead_of_its_person_begins_anything(way: Way, written: Written) -> None:
    for said in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Purpose": "prefetch"}):
        answer = way.visitor.get("/sign-in/git/github", headers=said)
        assert answer.headers["Location"] == "/sign-in", said
    assert written.count("oauth_states") == 0
    way.visitor.get("/sign-in/git/github", headers={"Sec-Fetch-Site": "same-origin"})
    assert written.count("oauth_states") == 1


def test_a_session_that_begins_as_its_git_account_goes_is_over(way: Way, stage: Stage) -> None:
    way.sign_in()
    assert way.is_signed_in()
    with stage.engine.begin() as connection:  # as if it went between the provider's answer and the session
        assert SqlConnections(connection).disconnect(ANA.id, ANAS["github"].identity, ("gitlab",))
    assert not way.is_signed_in()
