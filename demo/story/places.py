"""The addresses that the guide leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from demo.story.people import Customer

Entry = dict[str, str]
PROVIDER_NAMES = {"github": "GitHub", "gitlab": "GitLab", "bitbucket": "Bitbucket"}


@dataclass(frozen=True)
class Places:
    """Where everything of the demo is; it differs when the demo is started on other ports."""

    portal: str
    providers: Mapping[str, str]
    mailbox: str

    def mails(self, address: str) -> str:
        """The mails to one address."""
        return f"{self.mailbox}/mails?to={address}"

    def git_account(self, customer: Customer) -> str:
        """Where this customer's first git account is looked after."""
        return self.providers[customer.git[0].provider]
