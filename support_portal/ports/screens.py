"""What pages and commands read: lists and whole pages, straight from SQL, changing nothing."""

from __future__ import annotations

from typing import Protocol

from support_portal.ports.command_screens import CommandScreens
from support_portal.ports.desk_screens import DeskScreens
from support_portal.ports.locked_screens import LockedScreens
from support_portal.ports.own_screens import OwnScreens
from support_portal.ports.people_screens import PeopleScreens
from support_portal.ports.requester_screens import RequesterScreens


class Screens(Protocol):
    """All that is read."""

    @property
    def requester(self) -> RequesterScreens:
        """What the private case page shows."""
        ...

    @property
    def desk(self) -> DeskScreens:
        """What agents see."""
        ...

    @property
    def people(self) -> PeopleScreens:
        """Who works here."""
        ...

    @property
    def locked(self) -> LockedScreens:
        """Accounts that were locked without a case."""
        ...

    @property
    def own(self) -> OwnScreens:
        """What everybody sees of their own account."""
        ...

    @property
    def commands(self) -> CommandScreens:
        """What the command line shows."""
        ...
