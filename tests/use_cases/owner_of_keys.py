"""Ana, signed in with her app, and the security keys that she adds and uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import text

from support_portal.adapters.db.sessions import DatabaseSessions
from support_portal.domain.browsers import Browser
from support_portal.domain.errors import Refusal
from support_portal.domain.principals import Factor, Principal, PrincipalKind, Step
from support_portal.ports.logins import SecondFactor
from support_portal.ports.sessions import Session
from support_portal.use_cases import second_step, security_keys, two_factor
from tests.phones import Phone, given_a_phone
from tests.security_key import Key
from tests.use_cases.stage import PASSWORD, Stage

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.1"


@dataclass
class Ana:
    """Ana, signed in with her app, and her keys."""

    stage: Stage
    principal: Principal
    phone: Phone
    keys: dict[str, Key] = field(default_factory=dict)

    def session(self, step: Step = Step.SIGNED_IN, factor: Factor = Factor.TOTP) -> Session:
        """A new session, begun now by the stage's clock."""
        sessions = DatabaseSessions(self.stage.engine)
        _, made = sessions.begin(self.principal, step, factor, {}, Browser(HERE, "a test"))
        return replace(made, signed_in_at=self.stage.clock.at)

    def adds(self, name: str = "Blue", key: Key | None = None, session: Session | None = None) -> Key:
        """Add a key."""
        key, session = key or Key(), session or self.session()
        asked = security_keys.begin(session, tools=self.stage.tools)
        security_keys.add(session, name, str(asked.id), key.create(asked.options), tools=self.stage.tools)
        self.keys[name] = key
        return key

    def half_way(self) -> Session:
        """A session whose password was right."""
        return self.session(Step.SECOND_FACTOR, Factor.PASSWORD)

    def signs_in(self, key: Key, *, network: str = HERE, session: Session | None = None, **lies: Any) -> Factor:
        """Sign in with a key."""
        session = session or self.half_way()
        asked = second_step.ask_for_key(session, tools=self.stage.tools)
        assert asked is not None
        answer = key.sign(asked.options, **lies)
        return second_step.by_key(session, str(asked.id), answer, network, tools=self.stage.tools)

    @property
    def factor(self) -> SecondFactor:
        """What stands now."""
        found = two_factor.state(self.principal, tools=self.stage.tools)
        assert found is not None
        return found

    def key_id(self, name: str = "Blue") -> str:
        """The id of one of her keys."""
        return str(next(key.id for key in self.factor.keys if key.name == name))

    def events(self) -> list[str]:
        """What was written down about her sign-in."""
        asked = text("select action from events where account_id = :id order by id")
        with self.stage.engine.connect() as connection:
            return list(connection.execute(asked, {"id": self.principal.id}).scalars())


def ana_with_a_phone(stage: Stage) -> Ana:
    """Ana, who has an authenticator app."""
    hashed = stage.tools.passwords.hashed(PASSWORD)
    principal = Principal(PrincipalKind.ACCOUNT, stage.an_account(password_hash=hashed))
    return Ana(stage, principal, given_a_phone(stage.tools, principal))


def refused(kind: type[Refusal], call: Callable[..., object], *told: Any, **more: Any) -> str:
    """The words of a refusal of this kind."""
    with pytest.raises(kind) as refusal:
        call(*told, **more)
    return str(refusal.value)
