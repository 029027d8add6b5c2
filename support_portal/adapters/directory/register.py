"""Taking accounts in and changing their addresses: no address and no git account twice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, insert, select, update

from support_portal.adapters.db.tables import account_addresses, accounts, connected_accounts, enrolments
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.addresses import compared
from support_portal.domain.errors import BadInput
from support_portal.ports.outside import Holder
from support_portal.ports.records import NewAccount

_LOCK = 4_026_240_102  # any number: one transaction at a time takes accounts in


class EmbeddedRegister:
    """The port `AccountRegister` over the portal's own tables."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def known_address(self, address: str) -> bool:
        """Whether an account has this address, registered or as another confirmed one."""
        return self.holder_of(address) is not None

    def holder_of(self, address: str) -> Holder | None:
        """Whose account has this address; compared by the rule."""
        same, others = compared(address), account_addresses.c
        registered = select(accounts.c.id, accounts.c.address).where(accounts.c.compared == same)
        other = select(others.account_id, others.address).where(others.compared == same, others.replaced_at.is_(None))
        row = self._connection.execute(registered.union_all(other).limit(1)).first()
        return Holder(row.id, row.address) if row else None

    def change_address(self, account_id: UUID, address: str) -> bool:
        """Make it the registered address, and keep the old one with the moment; False when another account has it."""
        self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        holder = self.holder_of(address)
        if holder is not None and holder.account_id != account_id:
            return False
        this = accounts.c.id == account_id
        old = self._connection.execute(select(accounts.c.address, accounts.c.compared).where(this)).one()
        of_this = account_addresses.c.account_id == account_id
        again = of_this & (account_addresses.c.compared == compared(address))
        self._connection.execute(delete(account_addresses).where(again))  # it is the registered one now
        replaced = {"address": old.address, "compared": old.compared, "replaced_at": self._now}
        self._connection.execute(insert(account_addresses).values(account_id=account_id, **replaced))
        new = {"address": address, "compared": compared(address), "address_changed_at": self._now}
        self._connection.execute(update(accounts).where(this).values(new))
        return True

    def known_git_account(self, instance: str, external_id: str) -> bool:
        """Whether an account has this git account connected."""
        query = select(connected_accounts.c.account_id).where(
            connected_accounts.c.instance == instance, connected_accounts.c.external_id == external_id
        )
        return self._connection.execute(query).first() is not None

    def register(self, account: NewAccount) -> UUID:
        """Take an account in; raises BadInput for an address or git account that is known already."""
        # Without it, one address could become registered here and another account's second one there, at once.
        self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        self._refuse_known(account)
        account_id = uuid4()
        self._connection.execute(
            insert(accounts).values(
                id=account_id,
                address=account.address,
                compared=compared(account.address),
                name=account.name,
                status=AccountStatus.ACTIVE,
                password_hash=account.password_hash,
                created_at=account.created_at or self._now,
                address_changed_at=account.address_changed_at,
                password_changed_at=account.password_changed_at,
                last_sign_in_at=account.last_sign_in_at,
                privileged=account.privileged,
            )
        )
        self._add_parts(account_id, account)
        return account_id

    def _refuse_known(self, account: NewAccount) -> None:
        seen: set[str] = set()
        for field, address in (("email", account.address), *(("other_emails", one) for one in account.other_addresses)):
            if compared(address) in seen or self.known_address(address):
                raise BadInput({field: f"The address {address} is known already."})
            seen.add(compared(address))
        connected: set[tuple[str, str]] = set()
        for one in account.connected:
            if (one.instance, one.external_id) in connected or self.known_git_account(one.instance, one.external_id):
                told = f"The git account {one.username} ({one.instance}, id {one.external_id}) is known already."
                raise BadInput({"connected_accounts": told})
            connected.add((one.instance, one.external_id))

    def _add_parts(self, account_id: UUID, account: NewAccount) -> None:
        for address in account.other_addresses:
            values = {"account_id": account_id, "address": address, "compared": compared(address)}
            self._connection.execute(insert(account_addresses).values(values))
        if account.two_factor_enrolled_at:
            enrolment = {"id": uuid4(), "account_id": account_id, "enrolled_at": account.two_factor_enrolled_at}
            self._connection.execute(insert(enrolments).values(enrolment))
        for one in account.connected:
            values = {name: value for name, value in vars(one).items() if name != "workspace_ids"}
            ids = list(one.workspace_ids)
            self._connection.execute(
                insert(connected_accounts).values(**values, account_id=account_id, workspace_ids=ids)
            )
