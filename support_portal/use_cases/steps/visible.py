"""Which cases a person at the desk may see: never one of an account of their own, nor what is no case for it."""

from __future__ import annotations

from uuid import UUID

from support_portal.domain.cases import Case, read_reference
from support_portal.domain.errors import NotFound
from support_portal.domain.staff import Permission, Staff, is_own, may
from support_portal.ports.stores import Work

NO_SUCH_CASE = "There is no such case."


def visible_case(work: Work, reference: str, staff_id: UUID, permission: Permission) -> tuple[Staff, Case]:
    """The person and the case, locked; raises NotFound alike for a case that is not there and one not to be seen."""
    person = work.people.staff(staff_id)
    case = work.cases.by_number(read_reference(reference))
    account = work.directory.read(case.account_id)
    if person is None or not case.is_for_the_desk or not may(person, permission):
        raise NotFound(NO_SUCH_CASE)
    if account is not None and is_own(person, account):
        raise NotFound(NO_SUCH_CASE)
    return person, case
