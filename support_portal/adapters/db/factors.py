"""Second factors as rows: what is used once is used by one conditional UPDATE."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, insert, select, update

from support_portal.adapters.db.security_keys import keys_of, move_keys
from support_portal.adapters.db.tables import authenticators, enrolments, recovery_codes, security_keys, set_ups
from support_portal.adapters.db.whose import belongs_to, owner
from support_portal.domain.principals import Principal
from support_portal.ports.logins import Authenticator, CodesKept, SecondFactor, SetUp


class SqlFactors:
    """The port `Factors` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, principal: Principal) -> SecondFactor | None:
        """The enrolment that stands, locked until the transaction ends."""
        standing = belongs_to(enrolments, principal) & enrolments.c.ended_at.is_(None)
        row = self._connection.execute(select(enrolments).where(standing).with_for_update()).first()
        if row is None:
            return None
        app = self._connection.execute(select(authenticators).where(authenticators.c.enrolment_id == row.id)).first()
        return SecondFactor(
            row.id,
            row.enrolled_at,
            row.wrong_in_a_row,
            row.locked_at,
            Authenticator(app.id, app.seed, app.made_at, app.last_used_at) if app else None,
            self._codes(row.id),
            keys_of(self._connection, row.id),
        )

    def _codes(self, enrolment_id: UUID) -> CodesKept:
        unused = func.count().filter(recovery_codes.c.used_at.is_(None))
        query = select(unused, func.count(), func.max(recovery_codes.c.made_at))
        left, count, made_at = self._connection.execute(
            query.where(recovery_codes.c.enrolment_id == enrolment_id)
        ).one()
        return CodesKept(left, count, made_at)

    def use_step(self, authenticator_id: UUID, step: int, at: datetime) -> bool:
        """Use the code of a step; False when this step or a later one was used already."""
        unused = (authenticators.c.id == authenticator_id) & (authenticators.c.last_step < step)
        used = update(authenticators).where(unused).values(last_step=step, last_used_at=at)
        return self._connection.execute(used).rowcount == 1

    def use_code(self, enrolment_id: UUID, digest: bytes, at: datetime) -> bool:
        """Use a recovery code; False when there is none like it that is unused."""
        unused = (
            (recovery_codes.c.enrolment_id == enrolment_id)
            & (recovery_codes.c.digest == digest)
            & recovery_codes.c.used_at.is_(None)
        )
        return self._connection.execute(update(recovery_codes).where(unused).values(used_at=at)).rowcount == 1

    def count_wrong(self, enrolment_id: UUID) -> int:
        """Count a wrong code; how many there are now in a row."""
        more = update(enrolments).where(enrolments.c.id == enrolment_id, enrolments.c.ended_at.is_(None))
        more = more.values(wrong_in_a_row=enrolments.c.wrong_in_a_row + 1)
        count: int = self._connection.execute(more.returning(enrolments.c.wrong_in_a_row)).scalar_one()
        return count

    def forget_wrong(self, enrolment_id: UUID) -> None:
        """A right code ends the row of wrong ones."""
        wrong = (enrolments.c.id == enrolment_id) & (enrolments.c.wrong_in_a_row > 0) & enrolments.c.ended_at.is_(None)
        self._connection.execute(update(enrolments).where(wrong).values(wrong_in_a_row=0))

    def lock(self, enrolment_id: UUID, at: datetime) -> None:
        """Accept no code any more until the password is set anew."""
        open_one = (enrolments.c.id == enrolment_id) & enrolments.c.locked_at.is_(None)
        self._connection.execute(update(enrolments).where(open_one).values(locked_at=at))

    def enrol(self, principal: Principal, seed: bytes, step: int, digests: Sequence[bytes], at: datetime) -> UUID:
        """Turn two-factor authentication on, with an authenticator and recovery codes; its new enrolment."""
        before, enrolment_id = self._end(principal, "replaced", at), uuid4()
        self._connection.execute(
            insert(enrolments).values(id=enrolment_id, **owner(principal), enrolled_at=at),
        )
        if before is not None:
            move_keys(self._connection, before, enrolment_id)
            take_away(self._connection, before)
        app = {"id": uuid4(), "enrolment_id": enrolment_id, "seed": seed, "made_at": at, "last_step": step}
        self._connection.execute(insert(authenticators).values(app))
        self.renew_codes(enrolment_id, digests, at)
        return enrolment_id

    def end(self, principal: Principal, by: str, at: datetime) -> bool:
        """Turn it off: the enrolment ends, and what belonged to it is gone. False when none stood."""
        enrolment_id = self._end(principal, by, at)
        if enrolment_id is None:
            return False
        take_away(self._connection, enrolment_id)
        return True

    def _end(self, principal: Principal, by: str, at: datetime) -> UUID | None:
        standing = belongs_to(enrolments, principal) & enrolments.c.ended_at.is_(None)
        ended = update(enrolments).where(standing).values(ended_at=at, ended_by=by).returning(enrolments.c.id)
        enrolment_id: UUID | None = self._connection.execute(ended).scalar()
        return enrolment_id

    def renew_codes(self, enrolment_id: UUID, digests: Sequence[bytes], at: datetime) -> None:
        """Other recovery codes in place of those there are."""
        self._connection.execute(delete(recovery_codes).where(recovery_codes.c.enrolment_id == enrolment_id))
        rows = [{"enrolment_id": enrolment_id, "digest": digest, "made_at": at} for digest in digests]
        self._connection.execute(insert(recovery_codes), rows)


def take_away(connection: Connection, enrolment_id: UUID) -> None:
    """Forget everything that belonged to an enrolment that ended."""
    for table in (authenticators, recovery_codes, security_keys):
        connection.execute(delete(table).where(table.c.enrolment_id == enrolment_id))


class SqlSetUps:
    """The port `SetUps` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, principal: Principal, set_up: SetUp) -> None:
        """Begin one; an earlier one is gone."""
        self.drop(principal)
        self._connection.execute(insert(set_ups).values(**owner(principal), **vars(set_up)))

    def of(self, principal: Principal) -> SetUp | None:
        """The one of this person, locked until the transaction ends."""
        query = select(set_ups).where(belongs_to(set_ups, principal)).with_for_update()
        row = self._connection.execute(query).first()
        return SetUp(row.id, row.seed, row.codes, row.begun_at, row.step) if row else None

    def confirm(self, set_up_id: UUID, step: int, codes: bytes) -> None:
        """The authenticator's code was right: keep its step, and the recovery codes that are shown now."""
        self._connection.execute(update(set_ups).where(set_ups.c.id == set_up_id).values(step=step, codes=codes))

    def drop(self, principal: Principal) -> None:
        """Finished or given up."""
        self._connection.execute(delete(set_ups).where(belongs_to(set_ups, principal)))
