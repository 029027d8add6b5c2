"""The page of connected accounts: what it lists, connecting over a provider, and disconnecting."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from support_portal.ports.tools import Tools
from support_portal.web.parts import Parts
from tests.adapters.db.stage import Stage
from tests.cast import ANA, ANAS_WORKSPACE, BEN
from tests.demo import signing_in
from tests.phones import Phone
from tests.stand_ins import StandIn
from tests.web.conftest import PASSWORD
from tests.web.git.conftest import ANAS, HER_PAGE, Way, Written, set_a_password, without_providers
from tests.web.visiting import Visitor

PLACE = "/account/connections"
LATER = "update sessions set signed_in_at = now() - interval '6 minutes'"
_ADDRESS = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]+)">')


@pytest.fixture
def with_password(stage: Stage, web_parts: Parts) -> None:
    """Ana has a password."""
    set_a_password(stage, web_parts, PASSWORD)


def leave(way: Way, provider: str, password: str = "") -> str:
    """Send the form; the provider's address on the page that leads on."""
    answer = way.visitor.send(f"{PLACE}/{provider}", {"password": password})
    assert answer.status_code == 200, answer.text
    found = _ADDRESS.search(answer.text)
    assert found
    assert answer.text.count(found[1]) == 2, "a link for browsers that do not go on by themselves"
    return html.unescape(found[1])


def path_of(provider: str) -> str:
    return f"{PLACE}/{provider}/{ANAS[provider].external_id}/disconnect"


def own(tools: Tools) -> dict[str, str]:
    """Ana's git accounts: provider to id."""
    with tools.uow.begin() as work:
        account = work.directory.read(ANA.id)
    assert account is not None
    return {one.instance: one.external_id for one in account.connected}


def test_the_list_tells_id_since_when_and_the_last_use(as_ana: Callable[..., Way]) -> None:
    for path in (PLACE, HER_PAGE):
        page = as_ana().visitor.get(path).text
        for one in ANAS.values():
            assert one.external_id in page
        assert page.count("never used to sign in") == 3
        assert page.count("connected since") == 3
        assert f'href="{PLACE}"' in page


def test_where_the_portal_is_registered_nowhere_nothing_can_be_connected(
    make_app: Callable[..., Flask], web_parts: Parts, as_ana: Callable[..., Way]
) -> None:
    way = as_ana()
    elsewhere = Visitor(make_app(without_providers(web_parts)))
    cookie = way.visitor.client.get_cookie("session", domain="localhost")
    assert cookie is not None
    elsewhere.client.set_cookie("session", cookie.value, domain="localhost")
    assert "Connect<" not in elsewhere.get(PLACE).text
    assert elsewhere.get(f"{PLACE}/github").status_code == 404


@pytest.mark.parametrize("provider", ["github", "bitbucket"])
def test_a_git_account_is_connected_over_its_provider(
    as_ana: Callable[..., Way], web_parts: Parts, with_password: None, provider: str
) -> None:
    way = as_ana()
    way.visitor.send(path_of(provider), {"password": ""})
    assert provider not in own(web_parts.tools)
    answer = way.back(signing_in.agree(leave(way, provider), "ana"))
    assert (answer.status_code, answer.headers["Location"]) == (303, PLACE)
    assert "account is connected. You can sign in with it from now on." in way.visitor.get(PLACE).text
    assert own(web_parts.tools)[provider] == ANAS[provider].external_id
    with web_parts.tools.uow.begin() as work:
        account = work.directory.read(ANA.id)
    assert account is not None
    assert account.connected[-1].workspace_ids == ((ANAS_WORKSPACE,) if provider == "bitbucket" else ())


def test_oau_2_after_five_minutes_and_after_git_the_password_is_asked(
    as_ana: Callable[..., Way], stage: Stage, with_password: None
) -> None:
    way, through_git = as_ana(), as_ana(ANAS["gitlab"].identity)
    assert 'type="password"' not in way.visitor.get(f"{PLACE}/github").text
    assert 'type="password"' in through_git.visitor.get(f"{PLACE}/github").text
    with stage.engine.begin() as connection:
        connection.execute(text(LATER))
    for one in (way, through_git):
        for path in (f"{PLACE}/github", path_of("github")):
            assert 'type="password"' in one.visitor.get(path).text
            assert one.visitor.send(path, {"password": ""}).status_code == 422
    leave(through_git, "github", PASSWORD)


def test_a_password_typed_after_git_is_a_fresh_proof_for_the_next_form_too(
    as_ana: Callable[..., Way], with_password: None
) -> None:
    visitor = as_ana(ANAS["gitlab"].identity).visitor
    pages = (f"{PLACE}/github", path_of("bitbucket"), "/account/tokens")
    assert all('type="password"' in visitor.get(page).text for page in pages)
    assert visitor.send(path_of("github"), {"password": PASSWORD}).status_code == 303
    assert not any('type="password"' in visitor.get(page).text for page in pages)
    assert visitor.send(path_of("bitbucket"), {"password": ""}).status_code == 303


def test_oau_4_with_a_new_password_typed_after_git_2fa_still_is_not_turned_off(
    as_ana: Callable[..., Way], stage: Stage, with_password: None
) -> None:
    visitor = as_ana(ANAS["gitlab"].identity).visitor
    with stage.engine.begin() as connection:
        connection.execute(text("update accounts set password_changed_at = now() - interval '6 days'"))
    assert visitor.send(path_of("github"), {"password": PASSWORD}).status_code == 303
    answer = visitor.send("/account/security/turn-off", {"password": PASSWORD}, page="/account/security")
    assert answer.status_code == 422
    assert "You signed in through a git account" in answer.text
    with stage.engine.connect() as connection:
        standing = text("select count(*) from enrolments where ended_at is null and account_id is not null")
        assert connection.execute(standing).scalar_one() == 1


def test_oau_3_the_git_account_of_somebody_else_is_refused(
    as_ana: Callable[..., Way], stage: Stage, web_parts: Parts, written: Written, providers: dict[str, StandIn]
) -> None:
    mallorys = providers["github"].account("mallory-too")
    with stage.engine.begin() as connection:
        theirs = text("update connected_accounts set external_id = :id where instance = 'github'")
        connection.execute(theirs, {"id": str(mallorys["id"])})
        other = text(
            "insert into accounts (id, address, compared, name, status, created_at, privileged)"
            " values (gen_random_uuid(), 'm@x.example', 'm@x.example', '', 'active', now(), false) returning id"
        )
        account_id = connection.execute(other).scalar_one()
        connection.execute(
            text("update connected_accounts set account_id = :id where instance = 'github'"), {"id": account_id}
        )
    way = as_ana()
    answer = way.back(signing_in.agree(leave(way, "github"), "mallory-too"))
    assert answer.headers["Location"] == PLACE
    page = way.visitor.get(PLACE).text
    assert "This GitHub account is connected to another account. Nothing was changed." in page
    assert "m@x.example" not in page
    assert written.events("git_connect_refused") == ["connected to another account"]


def test_oau_2_whoever_is_led_to_the_callback_by_another_connects_nothing(
    as_ana: Callable[..., Way], web_parts: Parts, app: Flask
) -> None:
    mallory, victim = as_ana(), Way(Visitor(app))
    back = signing_in.agree(leave(mallory, "github"), "mallory")
    assert victim.back(back).headers["Location"] == "/sign-in"
    other = as_ana()
    assert other.back(back).headers["Location"] == PLACE
    assert "Begin again" in other.visitor.get(PLACE).text
    assert own(web_parts.tools)["github"] == ANAS["github"].external_id


def test_a_session_that_ended_on_the_way_connects_nothing(
    as_ana: Callable[..., Way], web_parts: Parts, stage: Stage
) -> None:
    way = as_ana()
    back = signing_in.agree(leave(way, "github"), "mallory")
    with stage.engine.begin() as connection:
        connection.execute(text("update sessions set ended_at = now()"))
    assert way.back(back).headers["Location"] == "/sign-in"
    assert own(web_parts.tools)["github"] == ANAS["github"].external_id


def test_a_disconnected_git_account_opens_nothing(as_ana: Callable[..., Way], way: Way, with_password: None) -> None:
    hers = as_ana()
    answer = hers.visitor.send(path_of("bitbucket"), {"password": ""})
    assert (answer.status_code, answer.headers["Location"]) == (303, PLACE)
    assert "It opens your account no more." in hers.visitor.get(PLACE).text
    assert way.sign_in("bitbucket").headers["Location"] == "/sign-in"
    assert hers.is_signed_in()


def test_who_signed_in_through_it_is_signed_out_by_disconnecting_it(
    as_ana: Callable[..., Way], way: Way, with_password: None
) -> None:
    way.sign_in("github")
    here = as_ana()
    here.visitor.send(path_of("github"), {"password": ""})
    assert not way.is_signed_in()
    through = as_ana(ANAS["gitlab"].identity)
    answer = through.visitor.send(path_of("gitlab"), {"password": PASSWORD})
    assert answer.headers["Location"] == "/sign-in"
    assert "so you are signed out" in through.visitor.get("/sign-in").text
    assert not through.is_signed_in()
    assert here.is_signed_in()


def test_oau_3_the_last_way_in_stays(as_ana: Callable[..., Way], web_parts: Parts) -> None:
    way = as_ana()
    for provider in ("github", "gitlab"):
        assert way.visitor.send(path_of(provider), {"password": ""}).status_code == 303
    answer = way.visitor.send(path_of("bitbucket"), {"password": ""})
    assert answer.status_code == 422
    assert "the only way into your account" in answer.text
    assert set(own(web_parts.tools)) == {"bitbucket"}


def test_nobody_who_works_here_has_connected_accounts(visitor: Visitor, phones: dict[str, Phone], stage: Stage) -> None:
    visitor.send("/sign-in", {"email": BEN.address, "password": PASSWORD, "next": ""})
    visitor.send("/sign-in/two-factor", {"code": phones[BEN.address].recovery_code()})
    page = visitor.get(HER_PAGE)
    assert page.status_code == 200
    assert "Connected" not in page.text
    for path in (PLACE, f"{PLACE}/github", path_of("github")):
        assert visitor.get(path).status_code == 403
    assert visitor.send(f"{PLACE}/github", {"password": PASSWORD}, page=HER_PAGE).status_code == 403


def test_what_is_not_connected_is_not_there(as_ana: Callable[..., Way]) -> None:
    way = as_ana()
    for path in (f"{PLACE}/gitea", f"{PLACE}/github/4711/disconnect", f"{PLACE}/gitea/1001/disconnect"):
        assert way.visitor.get(path).status_code == 404
        assert way.visitor.send(path, {"password": ""}, page=HER_PAGE).status_code == 404
