"""Ana, who knows her password, and her phone."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from sqlalchemy import text

from support_portal.domain.errors import BadInput, NotAllowed, TooMany
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.ports.logins import SecondFactor
from support_portal.use_cases import enrol, second_step, two_factor
from tests.phones import Phone
from tests.use_cases.stage import ANAS, PASSWORD, Stage

HERE = "192.0.2.7"
NOT_RIGHT = "That code is not right. Codes change every 30 seconds, so use the newest one."


def customer(stage: Stage, *, address: str = ANAS, password_days_old: int = 900) -> Principal:
    """Ana, who knows her password and has two-factor authentication off."""
    then = stage.clock.at - timedelta(days=password_days_old)
    changes = {"password_hash": stage.tools.passwords.hashed(PASSWORD), "password_changed_at": then}
    others = {} if address == ANAS else {"other_addresses": (), "connected": ()}
    account_id = stage.an_account(address, two_factor_enrolled_at=None, **changes, **others)
    return Principal(PrincipalKind.ACCOUNT, account_id)


def begin(stage: Stage, principal: Principal, code: str = "") -> Phone:
    """Begin a set-up; a phone that scanned its QR code, without recovery codes yet."""
    enrol.begin(principal, Step.SIGNED_IN, PASSWORD, code, HERE, tools=stage.tools)
    typed = enrol.look(principal, tools=stage.tools).typed
    return Phone(seed=from_base32(typed), recovery_codes=[])


def finish(stage: Stage, principal: Principal, phone: Phone) -> Phone:
    """Prove the phone, save the codes."""
    set_up = str(enrol.look(principal, tools=stage.tools).id)
    enrol.confirm(principal, set_up, phone.code(stage.clock.at), HERE, tools=stage.tools)
    phone.recovery_codes = list(enrol.look(principal, tools=stage.tools).codes)
    enrol.finish(principal, set_up, True, tools=stage.tools)
    return phone


def enter(stage: Stage, principal: Principal, code: str, network: str = HERE) -> Factor:
    """The second step; what was used."""
    return second_step.by_code(principal, code, network, tools=stage.tools)[1]


def wrong(stage: Stage, principal: Principal, code: str, network: str = HERE) -> str:
    """The words of the refusal of a code."""
    with pytest.raises((BadInput, TooMany, NotAllowed)) as refusal:
        enter(stage, principal, code, network)
    return str(refusal.value)


def state(stage: Stage, principal: Principal) -> SecondFactor | None:
    """What stands."""
    return two_factor.state(principal, tools=stage.tools)


def told(stage: Stage, principal: Principal) -> list[str]:
    """The events of somebody's own account, oldest first."""
    asked = text("select action from events where coalesce(account_id, staff_id) = :id and case_id is null order by id")
    with stage.engine.connect() as connection:
        return list(connection.execute(asked, {"id": principal.id}).scalars())


def from_base32(typed: str) -> bytes:
    """The seed that a person typed into an app."""
    return base64.b32decode(typed.replace(" ", ""))
