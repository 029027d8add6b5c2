"""A mail that came in: what was read of it, for whom it may speak, and which case it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from support_portal.domain.addresses import compared, is_address
from support_portal.domain.identities import Instance, read_link

LARGEST = 25 * 1024 * 1024  # bytes of a whole mail


class Nature(StrEnum):
    """Who speaks: a person, or a machine that must never be answered."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"


# By what name a machine's mail is kept; a person's that fits no case is kept by its address.
MACHINES = {Nature.AUTOMATIC: "Automatic mail", Nature.BOUNCE: "Mail that came back"}


class Dmarc(StrEnum):
    """What our own mail server found of the sender's domain; other servers' words count for nothing."""

    PASS = "pass"  # noqa: S105  a verdict
    FAIL = "fail"
    NONE = "none"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Returned:
    """A mail of ours that came back: which one, from whom, and whether for good."""

    address: str
    message_id: str
    is_final: bool


@dataclass(frozen=True)
class Incoming:
    """What was read of a mail; nothing in it is proved but what `dmarc` says."""

    id: UUID  # the same for the same mail, however often it is handed over
    message_id: str
    senders: tuple[str, ...]  # every address its From names
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    new_text: str  # what is left of the text without what it quotes
    answers: tuple[str, ...]  # Message-IDs it answers, the most telling first
    nature: Nature
    why: str  # what told its nature
    dmarc: Dmarc
    returned: tuple[Returned, ...] = ()

    @property
    def sender(self) -> str:
        """The one address it says it is from; empty unless there is exactly one."""
        return self.senders[0] if len(self.senders) == 1 else ""


def speaks_for_requester(mail: Incoming, registered: str, mailed_to: str | None) -> bool:
    """Whether a mail counts as the requester's word; `mailed_to` is whom its reply token was mailed to, if it has one.

    It has to come from the registered address, with DMARC passed, or with our token and DMARC at least not failed.
    """
    if not mail.sender or compared(mail.sender) != compared(registered):
        return False
    has_token = mailed_to is not None and compared(mailed_to) == compared(registered)
    return mail.dmarc is Dmarc.PASS or (has_token and mail.dmarc is not Dmarc.FAIL)


def why_not_answered(name: str, sender: str, support_address: str) -> str | None:
    """Why no agent may answer a mail that fits no case, in a sentence; None where one may.

    `name` is by what it is kept, `sender` the one address it says it is from.
    """
    if name in MACHINES.values():
        return "A machine wrote this mail, and machines are never answered."
    if not is_address(sender):
        return "This mail names no address that could be answered."
    if compared(sender) == compared(support_address) or any(reply_tokens((sender,), support_address)):
        return "This mail names an address of our own as its sender."
    return None


_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MESSAGE_ID = re.compile(rf"{_ATOM}(\.{_ATOM})*@{_ATOM}(\.{_ATOM})*")
_LONGEST_ANSWERED = 250  # characters


def answered_id(message_id: str) -> str:
    """A stranger's Message-ID as our answer may name it, so that mail programs show both as one thread.

    Empty unless it has the plain form of RFC 5322, section 3.6.4: it becomes a header of ours.
    """
    plain = message_id.strip("<> ")
    return f"<{plain}>" if len(plain) <= _LONGEST_ANSWERED and _MESSAGE_ID.fullmatch(plain) else ""


_TAG = re.compile(r"[\[(]SP-(\d{1,9})[\])]", re.IGNORECASE)


def numbers_in(subject: str) -> tuple[int, ...]:
    """The cases that a subject names: `[SP-2417]` or `(SP-2417)`."""
    return tuple(dict.fromkeys(int(number) for number in _TAG.findall(subject)))


def message_id_of(mail_id: UUID, support_address: str) -> str:
    """The Message-ID of a mail of ours: the same however often it is tried."""
    return f"<{mail_id}@{_domain(support_address)}>"


def mail_id_in(message_id: str, support_address: str) -> UUID | None:
    """The mail of ours that a Message-ID names, if it is one."""
    local, _, domain = message_id.strip("<> ").rpartition("@")
    if domain.casefold() != _domain(support_address).casefold():
        return None
    try:
        return UUID(local)
    except ValueError:
        return None


def reply_address(token: str, support_address: str) -> str:
    """Where an answer to a mail about a case goes: `support+TOKEN@domain`."""
    local, _, domain = support_address.rpartition("@")
    return f"{local}+{token}@{domain}"


def reply_tokens(recipients: Iterable[str], support_address: str) -> Iterator[str]:
    """The tokens in those recipients that are addresses of ours."""
    local, _, domain = support_address.casefold().rpartition("@")
    for recipient in recipients:
        name, _, host = recipient.rpartition("@")
        if host.casefold() == domain and name.casefold().startswith(f"{local}+"):
            yield name[len(local) + 1 :]


_WEB_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"']+", re.IGNORECASE)


def repository_url_in(text: str, instances: Iterable[Instance]) -> str | None:
    """The first web address in a text that leads to a repository on a configured provider."""
    known = tuple(instances)
    found = (match.group().rstrip(".,;:!?") for match in _WEB_ADDRESS.finditer(text))
    return next((url for url in found if read_link(url, known) is not None), None)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
