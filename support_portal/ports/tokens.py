"""Access tokens and the sign-ins of commands: kept by digests that a copy of the database can't make."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from support_portal.domain.device import Answer, DeviceCode
from support_portal.domain.principals import Principal
from support_portal.domain.tokens import AccessToken


class Digests(Protocol):
    """What is kept of a secret that only has to be recognized, with keys outside the database."""

    def kept(self, purpose: str, secret: str) -> bytes:
        """What a new row keeps."""
        ...

    def possible(self, purpose: str, secret: str) -> Sequence[bytes]:
        """What a row may have kept of it, under any of the keys."""
        ...


class Tokens(Protocol):
    """Access tokens. One that was removed or has expired is never changed and never works again."""

    def add(self, token: AccessToken, digest: bytes, most: int) -> bool:
        """Keep a new one; False when its id was used before. Raises NotAllowed when the owner has so many."""
        ...

    def of(self, owner: Principal) -> Sequence[AccessToken]:
        """All that were not removed, newest first; expired ones too."""
        ...

    def one(self, owner: Principal | None, token_id: UUID) -> AccessToken:
        """One that was not removed, of this owner or (None) of anybody; raises NotFound."""
        ...

    def by_digest(self, digests: Sequence[bytes], now: datetime) -> AccessToken | None:
        """The one that works now and has one of these digests."""
        ...

    def dead(self, digests: Sequence[bytes]) -> AccessToken | None:
        """The one that has one of these digests, though it was removed or has expired; None for one never made."""
        ...

    def note_use(self, token_id: UUID, now: datetime, before: datetime) -> None:
        """Note that it was used, unless a use since `before` is noted already."""
        ...

    def change(self, token: AccessToken, now: datetime) -> bool:
        """Store description, scopes and expiry; False when it was removed or has expired in the meantime."""
        ...

    def replace(self, token: AccessToken, digests: Sequence[bytes], digest: bytes, now: datetime) -> bool:
        """Give it another value and expiry; False when none of these digests is its value any more."""
        ...

    def note_reminder(self, token_id: UUID, now: datetime) -> None:
        """Note that the owner was reminded."""
        ...

    def remove(self, owner: Principal, token_id: UUID, now: datetime) -> AccessToken | None:
        """End it; None when it was removed before or is somebody else's."""
        ...

    def end_all(self, owner: Principal, now: datetime) -> None:
        """End every token of somebody, and every sign-in of a command that they confirmed."""
        ...

    def forget(self, before: datetime) -> int:
        """Forget those that ended before then; how many."""
        ...


class DeviceCodes(Protocol):
    """Sign-ins of commands that wait for a person. Each is answered once and collected once."""

    def add(self, code: DeviceCode, device: bytes, user: bytes) -> None:
        """Keep a new one, with the digests of its two codes."""
        ...

    def by_user_code(self, digests: Sequence[bytes], now: datetime) -> DeviceCode | None:
        """The one that waits for an answer and was shown this short code."""
        ...

    def by_device_code(self, digests: Sequence[bytes]) -> DeviceCode | None:
        """The one whose command holds this code, whatever became of it; None once it was collected."""
        ...

    def answer(self, code_id: UUID, owner: Principal, answer: Answer, now: datetime) -> bool:
        """Keep what a person said; False when it was answered before or its time is over."""
        ...

    def may_ask(self, code_id: UUID, now: datetime, before: datetime) -> bool:
        """Whether the command asked last before then; counts as asking now."""
        ...

    def collect(self, code_id: UUID, now: datetime) -> bool:
        """Use a confirmed one up; False when it was used, or is not confirmed, or its time is over."""
        ...

    def forget(self, before: datetime) -> int:
        """Forget those whose time was over before then; how many."""
        ...
