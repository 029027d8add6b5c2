"""Turning the bytes of a mail into what the rules can judge."""

from __future__ import annotations

from typing import Protocol

from support_portal.domain.incoming import Incoming


class MailReader(Protocol):
    """Reads mails, however odd they are."""

    def read(self, raw: bytes) -> Incoming:
        """What the mail says; what can't be read of it is left empty. Never raises."""
        ...
