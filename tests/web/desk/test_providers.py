"""The page about git providers: what each tells of itself and of its token, for admins and auditors, and no secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from support_portal.provider_settings import read_providers
from support_portal.settings import Settings
from support_portal.wiring_providers import providers_from
from tests.cast import BEN, INES, LEA, OTTO
from tests.stand_ins import StandIn, stand_in_providers
from tests.web.desk.conftest import Desk, Open, shown
from tests.web.desk.test_queue import words
from tests.web.findings import findings_at

PAGES: Mapping[str, str] = {"desk.providers.show": "/desk/providers"}
PATH = PAGES["desk.providers.show"]
TOKEN = "the-portals-own-token"
KINDS = {
    "github": "github",
    "gitlab": "gitlab",
    "bitbucket": "bitbucket",
    "github_enterprise": "github",
    "data_center": "bitbucket_data_center",
}


@pytest.fixture
def there() -> Iterator[dict[str, StandIn]]:
    with stand_in_providers(keys=KINDS) as running:
        for stand_in in running.values():
            stand_in.account("portal-bot")
            stand_in.token(TOKEN, login="portal-bot", scopes=["read_api"] if stand_in.key == "gitlab" else [])
        yield running


@pytest.fixture
def desk(desk: Desk, there: dict[str, StandIn], tmp_path: Path) -> Desk:
    """The desk over providers that a file names, two of them of a kind."""
    file = tmp_path / "providers.toml"
    file.write_text("".join(table(one) for one in there.values()))
    settings = Settings(providers=file)
    tools = replace(desk.tools, providers=providers_from(read_providers(settings), settings))
    return replace(desk, parts=replace(desk.parts, tools=tools))


def table(one: StandIn) -> str:
    name = f"{one.key.replace('_', ' ').title()} of a company with quite a long name"
    addresses = f'web_url = "{one.url}"\napi_url = "{one.api_url}"\ntoken = "{TOKEN}"\n'
    return f'[{one.key.replace("_", "-")}]\nkind = "{KINDS[one.key]}"\nname = "{name}"\n{addresses}'


def said(desk: Desk) -> str:
    return words(shown(desk.signed_in(INES), PATH))


def test_an_admin_sees_every_instance_with_its_kind_addresses_and_limits(desk: Desk, there: dict[str, StandIn]) -> None:
    page = said(desk)
    assert page.count("Answers") == len(KINDS)
    for stand_in in there.values():
        assert f"Pages {stand_in.url}" in page
        assert f"API {stand_in.api_url}" in page
    assert "Kind Bitbucket Data Center, version 9.4.2 Key data-center" in page
    assert "Asked as a token: portal-bot" in page
    assert "Questions 4999 of 5000 left" in page
    assert TOKEN not in shown(desk.signed_in(INES), PATH)


def test_one_that_keeps_us_out_says_why_and_the_others_stay_as_they_are(desk: Desk, there: dict[str, StandIn]) -> None:
    there["github"].token(TOKEN, login="portal-bot", revoked=True)
    there["data_center"].fail("dropped")
    page = said(desk)
    assert page.count("Can’t be asked") == 2
    assert page.count("Answers") == len(KINDS) - 2
    assert "answered 401: our credentials are not accepted. Cases wait" in page
    assert "no connection. Cases wait" in page


def test_a_token_that_may_more_than_it_has_to_is_said_aloud(desk: Desk, there: dict[str, StandIn]) -> None:
    there["gitlab"].token(TOKEN, login="portal-bot", scopes=["read_api", "api"], expires_at="2999-01-31T00:00:00+00:00")
    page = said(desk)
    assert "Too many rights" in page
    assert "It may do more than it has to (api): replace it by one that may not" in page
    assert "It ends Thursday 31 January 2999, 00:00 UTC" in page


def test_an_auditor_may_look_and_whoever_decides_has_no_business_there(desk: Desk) -> None:
    assert 'href="/desk/providers" aria-current="page"' in shown(desk.signed_in(OTTO), PATH)
    for person in (BEN, LEA):
        assert shown(desk.signed_in(person), PATH, 403)
        assert "/desk/providers" not in shown(desk.signed_in(person), "/desk")


def test_without_any_provider_the_page_says_so(desk: Desk) -> None:
    bare = replace(desk, parts=replace(desk.parts, tools=replace(desk.tools, providers={})))
    assert "No provider is set" in said(bare)


def test_the_page_is_accessible_with_every_state_on_it(desk: Desk, there: dict[str, StandIn], open_desk: Open) -> None:
    there["github"].fail("unauthorized")
    there["gitlab"].token(TOKEN, login="portal-bot", scopes=["read_api", "api"])
    page = open_desk(PATH, by=INES)
    assert findings_at(page, PATH) == []
