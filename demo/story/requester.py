"""Somebody who is locked out: asks by the form, reads mails, creates repositories, uses the case page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from demo.story.people import Customer
from demo.story.world import World
from support_portal.use_cases import case_page, confirm, intake, stop

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"
    " Mobile/15E148 Safari/604.1"
)
LAPTOP = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0"
DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)


class Requester:
    """One customer with one request."""

    def __init__(self, world: World, customer: Customer) -> None:
        self._world = world
        self._customer = customer
        self.reference = ""
        self._key = ""

    @property
    def case_id(self) -> UUID:
        """The case, once it is confirmed."""
        return case_page.open_case(self.reference, self._key, tools=self._world.tools)

    def ask(
        self, reason: str, *, set_up_by_me: bool = True, browser: str = LAPTOP, network: str = "198.51.100.24"
    ) -> None:
        """Fill in the form."""
        typed = intake.Typed(self._customer.address, reason, False, set_up_by_me, network, browser)
        intake.write_down(typed, tools=self._world.tools)
        self._world.work()

    def confirm(self) -> None:
        """Click the link in the mail, and the button on its page."""
        token = self._world.mailbox.token(self._customer.address, "/requests/confirm/")
        confirm.look(token, tools=self._world.tools)
        done = confirm.confirm(token, has_recovery_code=None, set_up_by_me=None, tools=self._world.tools)
        self.reference, self._key = done.reference, done.key
        self._world.references[self._customer.address] = done.reference
        self._world.work()

    def create(self, name: str = "", *, owner: str = "", provider: str = "", **facts: Any) -> str:
        """Create a repository, by default the right one on the first git account; its address."""
        git = self._customer.git[0]
        owner = owner or (git.workspaces[0] if git.workspaces else git.login_now)
        made = self._world.providers[provider or git.provider].repository(
            owner,
            name or self._world.tools.product.repository_name,
            created_at=self._world.clock.now().isoformat(),
            **facts,
        )
        return str(made["url"])

    def wait_for_the_watcher(self) -> None:
        """Send no link: the portal looks by itself."""
        self._world.drain.looked_for.add(self.case_id)
        self._world.work()
        self._world.drain.looked_for.discard(self.case_id)

    def send_link(self, url: str) -> None:
        """Paste the link on the case page."""
        case_page.submit_link(self.reference, self._key, url, tools=self._world.tools)
        self._world.work()

    def write(self, text: str) -> None:
        """Write to the agents on the case page."""
        case_page.send_message(self.reference, self._key, text, tools=self._world.tools)
        self._world.work()

    def withdraw(self) -> None:
        """Need it no more."""
        case_page.withdraw(self.reference, self._key, tools=self._world.tools)
        self._world.work()

    def ask_again(self) -> None:
        """Ask for a second look after a denial."""
        case_page.ask_again(self.reference, self._key, tools=self._world.tools)
        self._world.work()

    def stop_from(self, address: str) -> None:
        """Be the owner who reads another mailbox, and stop it by the link there."""
        token = self._world.mailbox.token(address, "/stop/")
        stop.look(token, tools=self._world.tools)
        stop.stop(token, stop.STOPS, tools=self._world.tools)
        self._world.work()
