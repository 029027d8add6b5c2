"""A provider that is left alone for as long as it wants to be, whichever worker it told so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from support_portal.adapters.providers.budgets import SharedBudgets
from support_portal.adapters.providers.outcomes import noting
from support_portal.domain.evidence import Answer, RepositoryFacts
from support_portal.domain.identities import ConnectedAccount, Instance
from support_portal.domain.standing import Standing
from support_portal.ports.outside import GitProvider


class Guarded:
    """The port `GitProvider` around a provider."""

    def __init__(self, provider: GitProvider, budgets: SharedBudgets) -> None:
        self._provider = provider
        self._budgets = budgets

    @property
    def instance(self) -> Instance:
        """Which provider this is."""
        return self._provider.instance

    @property
    def unasked(self) -> Standing:
        """Where it is asked, and as whom."""
        return self._provider.unasked

    def standing(self) -> Standing:
        """What it tells of itself, unless it named a moment to come back at; whether it is back, anybody may ask."""
        budget = self._budgets.of(self.instance.key)
        if (not_now := self._budgets.refusal(budget)) is not None:
            return replace(self.unasked, fault=not_now)
        with noting() as noted:
            told = self._provider.standing()
        self._budgets.after(budget, told.fault, noted.limit, is_down=noted.is_down)
        return told

    def by_path(self, owner: str, name: str) -> Answer:
        """The repository at this path, unless the provider is to be left alone."""
        return self._ask(lambda: self._provider.by_path(owner, name))

    def by_account(self, account: ConnectedAccount, name: str, known: RepositoryFacts | None = None) -> Answer:
        """The repository of this name at this account, unless the provider is to be left alone."""
        return self._ask(lambda: self._provider.by_account(account, name, known))

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        budget = self._budgets.of(self.instance.key)
        with self._budgets.turn(budget) as not_now:
            if not_now is not None:
                return not_now
            with noting() as noted:
                answer = question()
            self._budgets.after(budget, answer, noted.limit, is_down=noted.is_down)
            return answer
