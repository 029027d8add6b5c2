"""Many people who are locked out, each with the right repository at one of the providers, and a case that waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import create_engine, insert

from support_portal.adapters.db.tables import accounts, connected_accounts, enrolments
from support_portal.domain.addresses import compared
from support_portal.domain.cases import Case, Channel, State
from support_portal.ports.records import Request
from tests.builders import REQUIRED_NAME, a_case
from tests.cast import ANA, LONG_AGO
from tests.parts import PROVIDERS, Portal

FIRST_ID = 10_000_000
OF_AN_ACCOUNT = ("name", "status", "created_at", "address_changed_at", "password_changed_at", "last_sign_in_at")


@dataclass(frozen=True)
class Somebody:
    """One of them."""

    number: int
    case_id: UUID
    account_id: UUID
    provider: str

    @property
    def login(self) -> str:
        """What they are called at their provider."""
        return f"dev-{self.number}"

    @property
    def git_id(self) -> int:
        """Their immutable id there; GitLab numbers namespaces too, and must not come across it."""
        return FIRST_ID + self.number

    @property
    def workspace(self) -> str:
        """The uuid of their workspace, at Bitbucket."""
        return f"{{{UUID(int=FIRST_ID + self.number)}}}"

    @property
    def account_uuid(self) -> str:
        """Their own uuid there."""
        return f"{{{UUID(int=2**64 + self.number)}}}"


def a_crowd(portal: Portal, count: int, first: int = 1) -> list[Somebody]:
    """So many people, spread evenly over the providers; their repositories are there, nothing is due yet."""
    crowd = [Somebody(n, uuid4(), uuid4(), PROVIDERS[n % len(PROVIDERS)]) for n in range(first, first + count)]
    for key in PROVIDERS:
        _fill(portal, key, [one for one in crowd if one.provider == key])
    _write(portal, crowd)
    return crowd


def _fill(portal: Portal, key: str, crowd: Sequence[Somebody]) -> None:
    people = [
        {
            "login": one.login,
            "id": one.git_id,
            "uuid": one.account_uuid,
            "created_at": LONG_AGO.isoformat(),
            "workspaces": [{"slug": one.login, "uuid": one.workspace}],
        }
        for one in crowd
    ]
    made = [{"owner": one.login, "name": REQUIRED_NAME} for one in crowd]
    portal.world.provider(key).reset({"accounts": people, "repositories": made})


def _write(portal: Portal, crowd: Sequence[Somebody]) -> None:
    tools = portal.tools
    web = {one.key: one.web_url for one in tools.instances}
    engine = create_engine(portal.database.url)
    with engine.begin() as connection:
        connection.execute(insert(accounts), [_account(one) for one in crowd])
        rows = [{"id": uuid4(), "account_id": one.account_id, "enrolled_at": LONG_AGO} for one in crowd]
        connection.execute(insert(enrolments), rows)
        connection.execute(insert(connected_accounts), [_connected(one) for one in crowd])
    with tools.uow.begin() as work:
        for one in crowd:
            case = _case(one, web, work.cases.next_number())
            asked = Request(case.request_id, case.address, "Lost.", False, True, Channel.FORM, case.opened_at)
            work.requests.add(asked)
            work.cases.add(case)


def _account(one: Somebody) -> dict[str, Any]:
    address = f"{one.login}@crowd.example"
    same = {name: getattr(ANA, name) for name in OF_AN_ACCOUNT}
    return {**same, "id": one.account_id, "address": address, "compared": compared(address), "privileged": False}


def _connected(one: Somebody) -> dict[str, Any]:
    is_bitbucket = one.provider == "bitbucket"
    return {
        "account_id": one.account_id,
        "instance": one.provider,
        "external_id": one.account_uuid if is_bitbucket else str(one.git_id),
        "username": one.login,
        "connected_at": LONG_AGO,
        "workspace_ids": [one.workspace] if is_bitbucket else [],
    }


def _case(one: Somebody, web: Mapping[str, str], number: int) -> Case:
    case = a_case(State.AWAITING_REPOSITORY, id=one.case_id, number=number, account_id=one.account_id)
    link = f"{web[one.provider]}/{one.login}/{REQUIRED_NAME}"
    address = f"{one.login}@crowd.example"
    return replace(
        case,
        address=address,
        confirmed_address=address,
        link=link,
        request_id=uuid4(),
        enrolment_id=uuid4(),
        state_since=case.opened_at + timedelta(hours=2),
    )
