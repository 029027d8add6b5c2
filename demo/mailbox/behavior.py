"""How the catcher's SMTP server misbehaves when a test asks it to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

_FIELDS = {"reject", "defer", "hang_up", "down"}


@dataclass
class Behavior:
    """What the server does to whom; by default it takes every mail.

    `reject` answers RCPT for an address with a 5xx code. `defer` answers it with 450 so many times. `hang_up` keeps
    the mail but cuts the connection before saying so, so many times. `down` refuses every connection.
    """

    reject: dict[str, int] = field(default_factory=dict)
    defer: dict[str, int] = field(default_factory=dict)
    hang_up: dict[str, int] = field(default_factory=dict)
    down: bool = False

    @classmethod
    def from_json(cls, wanted: object) -> Behavior:
        """The behavior a JSON object describes; what it leaves out is off. Raises ValueError with the reason."""
        if not isinstance(wanted, Mapping):
            raise ValueError("send a JSON object")
        if unknown := sorted(str(name) for name in wanted.keys() - _FIELDS):
            raise ValueError(f"unknown field {unknown[0]}; known are {', '.join(sorted(_FIELDS))}")
        down = wanted.get("down", False)
        if not isinstance(down, bool):
            raise ValueError("down is true or false")
        return cls(
            reject=_numbers(wanted, "reject", 500, 599),
            defer=_numbers(wanted, "defer", 0, 1000),
            hang_up=_numbers(wanted, "hang_up", 0, 1000),
            down=down,
        )

    def as_json(self) -> dict[str, object]:
        """What still applies, in the shape `from_json` takes."""
        return asdict(self)

    def answer_to(self, recipient: str) -> str | None:
        """The SMTP refusal for a recipient, or None where the mail is welcome."""
        address = recipient.casefold()
        if address in self.reject:
            return f"{self.reject[address]} 5.1.1 This mailbox takes no mail"
        if _take_one(self.defer, address):
            return "450 4.2.1 This mailbox is busy, try again later"
        return None

    def hangs_up_on(self, recipients: tuple[str, ...]) -> bool:
        """Whether the connection is to be cut after keeping a mail for these recipients."""
        return any(_take_one(self.hang_up, recipient.casefold()) for recipient in recipients)


def _numbers(wanted: Mapping[str, object], name: str, low: int, high: int) -> dict[str, int]:
    given = wanted.get(name, {})
    if not isinstance(given, Mapping):
        raise ValueError(f"{name} is an object of addresses and numbers")
    for address, number in given.items():
        if type(number) is not int or not low <= number <= high:
            raise ValueError(f"{name} wants a whole number from {low} to {high} for {address}")
    return {str(address).casefold(): number for address, number in given.items()}


def _take_one(left: dict[str, int], address: str) -> bool:
    if left.get(address, 0) < 1:
        return False
    left[address] -= 1
    return True
