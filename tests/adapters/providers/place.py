"""A provider at which Ana has an account: what is there, how it answers, and what a worker makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from support_portal.adapters.providers.credentials import Access, Secret
from support_portal.domain.evidence import Run
from support_portal.domain.identities import ConnectedAccount, Instance, ProviderKind
from tests.adapters.providers.columns import Column
from tests.adapters.providers.worker import Cell, Worker
from tests.builders import REQUIRED_NAME
from tests.stand_ins import StandIn

CODE = "M4ZP-K7QX"  # asked for where no date is told
TOKEN = "a-token-of-the-portal"
PATIENCE = 10.0  # seconds; nothing waits that long for an answer that comes
OTHER_INSTANCE = "another-instance"
LONG_AGO = timedelta(days=400)


class Place:
    """One provider for one situation: clean, with Ana's account connected, and her repository's link sent."""

    def __init__(self, column: Column, stand_in: StandIn, worker: Worker) -> None:
        self.column, self.stand_in, self.worker = column, stand_in, worker
        stand_in.reset()
        self.account = stand_in.account("ana")
        self.instance = Instance(column.stand_in, column.kind, column.title, stand_in.url, stand_in.url)
        self.ana = self.connected(self.account)
        self.connected_now: tuple[ConnectedAccount, ...] = (self.ana,)
        self.link = self.address("ana")
        self.api_url = stand_in.api_url
        self.access = Access(Secret(TOKEN))
        self.code = None if self.instance.tells_dates else CODE
        self.patience = PATIENCE

    @property
    def is_bitbucket(self) -> bool:
        """Whether workspaces own what is here."""
        return self.column.kind is ProviderKind.BITBUCKET

    def owner_path(self, owner: str, *, is_group: bool = False) -> str:
        """What stands before a repository's name in an address."""
        if self.instance.tells_dates:
            return owner
        return f"{'projects' if is_group else 'users'}/{owner}/repos"

    def address(self, owner: str, name: str = REQUIRED_NAME, *, is_group: bool = False) -> str:
        """The address of a repository's page."""
        return f"{self.stand_in.url}/{self.owner_path(owner, is_group=is_group)}/{name}"

    def connected(self, account: dict[str, Any], **changes: Any) -> ConnectedAccount:
        """An account as it was connected long before Ana asked."""
        made = ConnectedAccount(
            instance=self.instance.key,
            external_id=account["uuid"] if self.is_bitbucket else str(account["id"]),
            username=account["login"],
            connected_at=self.worker.opened_at - LONG_AGO,
            workspace_ids=tuple(one["uuid"] for one in account["workspaces"]) if self.is_bitbucket else (),
        )
        return replace(made, **changes)

    def repository(self, name: str = REQUIRED_NAME, owner: str = "ana", **facts: Any) -> dict[str, Any]:
        """Make a repository, of Ana's and right in all else."""
        if self.code:
            facts.setdefault("description", f"My code is {self.code}")
        return self.stand_in.repository(owner, name, **facts)

    def group(self, login: str = "anas-group") -> dict[str, Any]:
        """An organization or a group, which Ana made."""
        return self.stand_in.account(login, kind="organization")

    def repository_id(self, made: dict[str, Any]) -> str:
        """The id by which the portal knows a repository."""
        return str(made["uuid"] if self.is_bitbucket else made["id"])

    def run(self, *, by_link: bool = True) -> Run:
        """Let a worker look once."""
        provider = self.column.adapter(self.instance, self.api_url, self.access, self.patience)
        self.worker.connect(self.connected_now)
        return self.worker.run(provider, self.link if by_link else None, self.code)

    def cell(self, run: Run, *, by_link: bool = True) -> Cell:
        """A run as the document shows it."""
        return self.worker.cell(self.instance, run, self.link if by_link else None)
