"""Who signs in, the owner of an account or somebody of the staff, and how far a sign-in has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from support_portal.domain.policy import Policy


class PrincipalKind(StrEnum):
    """The two kinds of people who sign in."""

    ACCOUNT = "account"  # the owner of a product account, where the portal keeps accounts itself
    STAFF = "staff"


@dataclass(frozen=True)
class Principal:
    """Who a session, a second factor or a security event belongs to."""

    kind: PrincipalKind
    id: UUID

    @property
    def is_staff(self) -> bool:
        """Whether this is somebody of the staff."""
        return self.kind is PrincipalKind.STAFF

    @property
    def account_id(self) -> UUID | None:
        """The account's id, for an owner."""
        return None if self.is_staff else self.id

    @property
    def staff_id(self) -> UUID | None:
        """The person's id, for somebody of the staff."""
        return self.id if self.is_staff else None

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class Step(StrEnum):
    """How far a sign-in has come; only the last step opens anything but its own page."""

    SECOND_FACTOR = "second_factor"  # the password was right, and the second factor is asked
    ENROLMENT = "enrolment"  # somebody of the staff without a second factor sets one up before anything else
    SIGNED_IN = "signed_in"


class Factor(StrEnum):
    """What a sign-in was made with last."""

    PASSWORD = "password"  # noqa: S105  the name of a factor
    TOTP = "totp"
    SECURITY_KEY = "security_key"
    RECOVERY_CODE = "recovery_code"
    GIT = "git"


SECOND_FACTORS = frozenset({Factor.TOTP, Factor.SECURITY_KEY, Factor.RECOVERY_CODE})


def proved_at(factor: Factor, signed_in_at: datetime) -> datetime | None:
    """When somebody proved here who they are; None through a git account.

    A provider does not tell when the person typed a password there (OWASP ASVS 5.0, V6.8.4).
    """
    return None if factor is Factor.GIT else signed_in_at


@dataclass(frozen=True)
class Lifetime:
    """How long a session lives: without a click, and at all."""

    idle: timedelta
    over: timedelta


# A password that was typed is not left lying before its second factor.
HALF_WAY = Lifetime(idle=timedelta(minutes=10), over=timedelta(minutes=10))


def lifetime(kind: PrincipalKind, step: Step, policy: Policy) -> Lifetime:
    """How long a session of this kind lives at this step."""
    if step is Step.SECOND_FACTOR:
        return HALF_WAY
    if kind is PrincipalKind.STAFF:
        return Lifetime(idle=policy.staff_session_idle, over=policy.staff_session_over)
    return Lifetime(idle=policy.session_idle, over=policy.session_over)
