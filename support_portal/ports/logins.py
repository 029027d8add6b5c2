"""What signing in stands on: who may, with which password and second factors, and how often was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.principals import Factor, Principal
from support_portal.domain.second_factor import Limit
from support_portal.ports.security_keys import SecurityKey


@dataclass(frozen=True)
class Login:
    """Somebody who may sign in: active staff, or the owner of an account that is in use."""

    principal: Principal
    address: str
    name: str
    password_hash: str | None
    password_changed_at: datetime | None


@dataclass(frozen=True)
class Authenticator:
    """An authenticator app: its sealed seed, and the last step whose code was used."""

    id: UUID
    seed: bytes
    made_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class CodesKept:
    """How many recovery codes are unused, and when they were made."""

    left: int
    of: int
    made_at: datetime | None


@dataclass(frozen=True)
class SecondFactor:
    """One enrolment that stands, with what belongs to it."""

    id: UUID
    enrolled_at: datetime
    wrong_in_a_row: int
    locked_at: datetime | None
    authenticator: Authenticator | None
    codes: CodesKept
    keys: tuple[SecurityKey, ...]

    @property
    def keys_that_sign_in(self) -> tuple[SecurityKey, ...]:
        """The security keys of which no copy was noticed."""
        return tuple(key for key in self.keys if key.copied_at is None)


@dataclass(frozen=True)
class SetUp:
    """A set-up that is not finished: of an authenticator, or (no seed) of new recovery codes alone."""

    id: UUID
    seed: bytes | None
    codes: bytes | None
    begun_at: datetime
    step: int | None


class Logins(Protocol):
    """Passwords and sessions of everybody who signs in."""

    def by_address(self, address: str) -> Login | None:
        """Who signs in with this address: staff first, and nobody who may not come in."""
        ...

    def of(self, principal: Principal) -> Login | None:
        """The same person anew; None when they may not come in any more."""
        ...

    def set_password(self, principal: Principal, stored: str, at: datetime) -> None:
        """Store a password hash; wrong codes are forgotten, and a locked second factor is free again."""
        ...

    def forget_password(self, principal: Principal) -> None:
        """Nobody signs in as this person any more until a password is set by a link."""
        ...

    def change_password(self, principal: Principal, verified: str | None, stored: str, at: datetime) -> bool:
        """The same in place of the hash that was verified; False when it was changed in the meantime."""
        ...

    def renew_hash(self, principal: Principal, old: str, new: str) -> None:
        """Store the same password hashed anew, unless it was changed in the meantime."""
        ...

    def end_sessions(self, principal: Principal, at: datetime, *, but: UUID | None = None) -> None:
        """End every session of theirs, but for one."""
        ...

    def end_session(self, principal: Principal, session_id: UUID, at: datetime) -> bool:
        """End one session of theirs; False when there is none that lives."""
        ...

    def note_sign_in(self, principal: Principal, factor: Factor, at: datetime, network_address: str) -> None:
        """Note a finished sign-in of an owner, for the signals of risk and the watch over live cases."""
        ...


class Factors(Protocol):
    """Second factors. Whatever is used once is used by one conditional UPDATE."""

    def of(self, principal: Principal) -> SecondFactor | None:
        """The enrolment that stands, locked until the transaction ends; None where two-factor authentication is off."""
        ...

    def use_step(self, authenticator_id: UUID, step: int, at: datetime) -> bool:
        """Use the code of a step; False when this step or a later one was used already."""
        ...

    def use_code(self, enrolment_id: UUID, digest: bytes, at: datetime) -> bool:
        """Use a recovery code; False when there is none like it that is unused."""
        ...

    def count_wrong(self, enrolment_id: UUID) -> int:
        """Count a wrong code; how many there are now in a row."""
        ...

    def forget_wrong(self, enrolment_id: UUID) -> None:
        """A right code ends the row of wrong ones."""
        ...

    def lock(self, enrolment_id: UUID, at: datetime) -> None:
        """Accept no code any more until the password is set anew."""
        ...

    def enrol(self, principal: Principal, seed: bytes, step: int, digests: Sequence[bytes], at: datetime) -> UUID:
        """Turn two-factor authentication on, with an authenticator and recovery codes; its new enrolment.

        One that stands is replaced: it ends, with all that belonged to it. Security keys stay with their person.
        """
        ...

    def end(self, principal: Principal, by: str, at: datetime) -> bool:
        """Turn it off: the enrolment ends, and what belonged to it is gone. False when none stood."""
        ...

    def renew_codes(self, enrolment_id: UUID, digests: Sequence[bytes], at: datetime) -> None:
        """Other recovery codes in place of those there are."""
        ...


class SetUps(Protocol):
    """Set-ups that are not finished: one for each person, the newest counts."""

    def begin(self, principal: Principal, set_up: SetUp) -> None:
        """Begin one; an earlier one is gone."""
        ...

    def of(self, principal: Principal) -> SetUp | None:
        """The one of this person, locked until the transaction ends."""
        ...

    def confirm(self, set_up_id: UUID, step: int, codes: bytes) -> None:
        """The authenticator's code was right: keep its step, and the recovery codes that are shown now."""
        ...

    def drop(self, principal: Principal) -> None:
        """Finished or given up."""
        ...


class Tries(Protocol):
    """How often was tried under a key; counted here, so that neither a flushed broker nor a new process forgets."""

    def take(self, limits: Sequence[tuple[str, Limit]], at: datetime) -> Sequence[int] | datetime:
        """Count one try under each key, or (nothing counted) say when the next is possible.

        Tries of one key wait for each other, so that no more than the limit are ever under way.
        """
        ...

    def give_back(self, taken: Sequence[int]) -> None:
        """These tries were right: they count no longer."""
        ...


class SealBroken(Exception):
    """What was sealed can't be opened: another key, another owner, or a changed byte; which of them is not said."""


class Sealing(Protocol):
    """Encryption of secrets that have to be read again, with keys outside the database."""

    @property
    def newest(self) -> bytes:
        """The name of the key that seals now: the first bytes of everything sealed with it."""
        ...

    def seal(self, purpose: str, owner: UUID, secret: bytes) -> bytes:
        """What is kept of a secret; it opens for this purpose and owner alone."""
        ...

    def open(self, purpose: str, owner: UUID, sealed: bytes) -> bytes:
        """The secret; raises SealBroken."""
        ...


class Authenticators(Protocol):
    """Time-based codes as authenticator apps make them (RFC 6238)."""

    def codes(self, seed: bytes, steps: Sequence[int]) -> dict[int, str]:
        """The code of each of these steps."""
        ...

    def address(self, seed: bytes, issuer: str, account: str) -> str:
        """The `otpauth:` address that an app reads from a QR code."""
        ...

    def typed(self, seed: bytes) -> str:
        """The seed as a person types it into an app: base32, in groups of four."""
        ...
