"""Keeps every delivered mail as a file, so that it outlives the catcher."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from demo.mailbox.reading import Content, read


@dataclass(frozen=True)
class Delivery:
    """One delivery: what the envelope said, when it came, and the mail's bytes as sent."""

    id: int
    received_at: datetime
    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes

    @cached_property
    def content(self) -> Content:
        """The mail, read once."""
        return read(self.raw)

    def is_for(self, address: str) -> bool:
        """Whether the envelope names this address, in any case of letters."""
        return address.casefold() in (recipient.casefold() for recipient in self.rcpt_to)


@dataclass(frozen=True)
class Query:
    """Which deliveries are asked for; an empty field asks for all."""

    to: str = ""
    subject: str = ""
    since: datetime | None = None

    def matches(self, delivery: Delivery) -> bool:
        """Whether the recipient is `to`, the subject contains `subject` and it came at `since` or later."""
        return (
            (not self.to or delivery.is_for(self.to))
            and (self.since is None or delivery.received_at >= self.since)
            and self.subject.casefold() in delivery.content.subject.casefold()
        )


class Store:
    """All deliveries, oldest first.

    The folder holds two files for each: `000001.json`, the envelope, and `000001.eml`, the bytes as sent. The second
    is renamed into place last: where it stands, the delivery is whole.
    """

    def __init__(self, folder: Path) -> None:
        """Read what the folder holds. Raises OSError where it can't be made or read."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._changed = threading.Condition()
        self._deliveries = [_load(path) for path in sorted(folder.glob("*.eml"))]
        self._last_id = self._deliveries[-1].id if self._deliveries else 0

    def keep(self, mail_from: str, rcpt_to: tuple[str, ...], raw: bytes) -> Delivery:
        """Write a delivery to the folder, and only then show it. Raises OSError where it can't be written."""
        with self._changed:
            delivery = Delivery(self._last_id + 1, datetime.now(UTC), mail_from, rcpt_to, raw)
            envelope = {
                "received_at": delivery.received_at.isoformat(),
                "mail_from": mail_from,
                "rcpt_to": rcpt_to,
                "message_id": delivery.content.message_id,
            }
            self._write(f"{delivery.id:06}.json", json.dumps(envelope, indent=1).encode())
            self._write(f"{delivery.id:06}.eml", raw)
            self._last_id = delivery.id
            self._deliveries.append(delivery)
            self._changed.notify_all()
            return delivery

    def find(self, query: Query, wait: float = 0) -> list[Delivery]:
        """The deliveries that match, oldest first; where there are none, wait up to so many seconds for the first."""
        with self._changed:
            found: list[Delivery] = self._changed.wait_for(lambda: self._matching(query), timeout=wait)
            return found

    def get(self, delivery_id: int) -> Delivery | None:
        """One delivery by its id."""
        with self._changed:
            return next((delivery for delivery in self._deliveries if delivery.id == delivery_id), None)

    def clear(self) -> None:
        """Delete every delivery. An id is not given again while the catcher runs."""
        with self._changed:
            for delivery in self._deliveries:
                (self._folder / f"{delivery.id:06}.eml").unlink(missing_ok=True)
                (self._folder / f"{delivery.id:06}.json").unlink(missing_ok=True)
            self._deliveries.clear()

    def _matching(self, query: Query) -> list[Delivery]:
        return [delivery for delivery in self._deliveries if query.matches(delivery)]

    def _write(self, name: str, content: bytes) -> None:
        unfinished = self._folder / f"{name}.unfinished"
        unfinished.write_bytes(content)
        os.replace(unfinished, self._folder / name)


def _load(path: Path) -> Delivery:
    envelope = json.loads(path.with_suffix(".json").read_bytes())
    return Delivery(
        id=int(path.stem),
        received_at=datetime.fromisoformat(envelope["received_at"]),
        mail_from=envelope["mail_from"],
        rcpt_to=tuple(envelope["rcpt_to"]),
        raw=path.read_bytes(),
    )
