"""Mails go out to a real mail server, which answers as mail servers do."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from demo.mailbox.behavior import Behavior
from demo.mailbox.smtp import Receiver
from demo.mailbox.store import Query, Store
from support_portal.adapters.mail.reading import Reader
from support_portal.adapters.mail.smtp import Server, SmtpSender
from support_portal.domain.incoming import Nature
from support_portal.ports.outside import MailDelayed, MailRefused, OutgoingMail
from tests.adapters.mail.messages import OURS, SUPPORT

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
MAIL = OutgoingMail(
    message_id=OURS,
    to="ana@example.org",
    subject="Confirm your request (SP-2417)",
    text="Hello,\n\nit’s here:\nhttps://portal.example/requests/confirm/" + "T0KEN" * 20 + "\n",
    html="<p>Hello,</p><p>it’s here</p>",
    reply_to="support+T0KEN@portal.example",
    is_automatic=True,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "mails")


@pytest.fixture
def receiver(store: Store) -> Iterator[Receiver]:
    started = Receiver(store, 0)
    started.start()
    yield started
    started.stop()


def sender_to(port: int, *, scheme: str = "smtp", who: str = "", timeout: float = 5.0) -> SmtpSender:
    url = f"{scheme}://{who}localhost:{port}"
    return SmtpSender(url, support_address=SUPPORT, instance="https://portal.example", timeout=timeout)


def taken(store: Store) -> list[EmailMessage]:
    return [message_from_bytes(one.raw, policy=default) for one in store.find(Query())]


def test_a_mail_arrives_with_its_words_twice_and_says_what_it_is(receiver: Receiver, store: Store) -> None:
    sender_to(receiver.port).send(MAIL, NOW)
    [arrived] = taken(store)
    assert arrived["From"] == f"Support portal <{SUPPORT}>"
    assert arrived["To"] == "ana@example.org"
    assert arrived["Subject"] == MAIL.subject
    assert arrived["Message-ID"] == OURS
    assert arrived["Date"].datetime == NOW
    assert arrived["Reply-To"] == "Support portal <support+T0KEN@portal.example>"
    plain, html = arrived.iter_parts()
    assert (plain.get_content_type(), plain.get_content().replace("\r\n", "\n")) == ("text/plain", MAIL.text)
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", MAIL.html)


def test_an_automatic_mail_asks_machines_not_to_answer_and_knows_itself_again(
    receiver: Receiver, store: Store, reader: Reader
) -> None:
    sender_to(receiver.port).send(MAIL, NOW)
    [arrived] = taken(store)
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["X-Auto-Response-Suppress"] == "All"
    assert arrived["Precedence"] == "bulk"
    assert arrived["X-Support-Portal"] == "https://portal.example"
    assert reader.read(arrived.as_bytes()).nature is Nature.AUTOMATIC


def test_an_agents_answer_is_a_persons_mail(receiver: Receiver, store: Store) -> None:
    sender_to(receiver.port).send(replace(MAIL, is_automatic=False, reply_to=None), NOW)
    [arrived] = taken(store)
    machines = {"Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "X-Support-Portal", "Reply-To"}
    assert machines & set(arrived.keys()) == set()


@pytest.mark.parametrize(
    "message_id",
    ["<1@example.org>", f"<AM0PR04MB{'0123456789ABCDEF' * 3}@AM0PR04MB1234.eurprd04.prod.outlook.example>"],
)
def test_an_answer_names_the_mail_it_answers_however_long_its_id(
    receiver: Receiver, store: Store, message_id: str
) -> None:
    sender_to(receiver.port).send(replace(MAIL, in_reply_to=message_id), NOW)
    [kept] = store.find(Query())
    for header in ("In-Reply-To", "References"):
        assert f"\n{header}: {message_id}\r\n".encode() in kept.raw
    sender_to(receiver.port).send(MAIL, NOW + A_DAY)
    assert b"In-Reply-To" not in store.find(Query())[-1].raw


def test_line_breaks_add_no_header_and_no_recipient(receiver: Receiver, store: Store) -> None:
    evil = "Hi\r\nBcc: mallory@attacker.example\r\n\r\nbody"
    sender_to(receiver.port).send(replace(MAIL, subject=evil), NOW)
    several = f"ana@example.org\r\n{evil}"
    for mail in (replace(MAIL, to=several), replace(MAIL, reply_to=several), replace(MAIL, message_id=several)):
        with pytest.raises(MailRefused):
            sender_to(receiver.port).send(mail, NOW)
    [arrived] = taken(store)
    assert arrived["Subject"] == "Hi Bcc: mallory@attacker.example body"
    assert arrived["Bcc"] is None
    [delivery] = store.find(Query())
    assert delivery.rcpt_to == ("ana@example.org",)


def test_a_domain_beyond_ascii_is_written_as_the_network_knows_it(receiver: Receiver, store: Store) -> None:
    sender_to(receiver.port).send(replace(MAIL, to="ana@bücher.example"), NOW)
    assert store.find(Query())[0].rcpt_to == ("ana@xn--bcher-kva.example",)


def test_a_5xx_to_the_recipient_is_for_good(receiver: Receiver, store: Store) -> None:
    receiver.behave(Behavior(reject={"ana@example.org": 550}))
    with pytest.raises(MailRefused, match=r"550 5\.1\.1"):
        sender_to(receiver.port).send(MAIL, NOW)
    assert taken(store) == []


def test_a_4xx_waits_and_the_next_try_arrives_under_the_same_message_id(receiver: Receiver, store: Store) -> None:
    receiver.behave(Behavior(defer={"ana@example.org": 1}))
    with pytest.raises(MailDelayed, match="450"):
        sender_to(receiver.port).send(MAIL, NOW)
    sender_to(receiver.port).send(MAIL, NOW)
    assert [one["Message-ID"] for one in taken(store)] == [OURS]


def test_a_server_that_is_not_there_waits(receiver: Receiver) -> None:
    receiver.behave(Behavior(down=True))
    with pytest.raises(MailDelayed, match="localhost"):
        sender_to(receiver.port).send(MAIL, NOW)
    with pytest.raises(MailDelayed):
        sender_to(receiver.port).greet()


def test_a_server_that_hangs_up_before_it_says_yes_waits(receiver: Receiver) -> None:
    receiver.behave(Behavior(hang_up={"ana@example.org": 1}))
    with pytest.raises(MailDelayed):
        sender_to(receiver.port).send(MAIL, NOW)


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_told() -> None:
    with socket.create_server(("localhost", 0)) as silent, pytest.raises(MailDelayed):
        sender_to(silent.getsockname()[1], timeout=0.2).send(MAIL, NOW)


class Saying:
    """A mail server's answers, each as told."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.taken = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        """Answer the sender."""
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 fine")

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        """Answer the mail itself."""
        self.taken += 1
        return self.answers.get("DATA", "250 fine")

    async def handle_QUIT(self, server: Any, session: Any, envelope: Envelope) -> str:
        """Answer the goodbye."""
        return self.answers.get("QUIT", "221 bye")


@contextmanager
def serving(handler: Saying, **options: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"DATA": "554 5.7.1 Spam"}, MailRefused),
        ({"DATA": "451 4.3.0 Full"}, MailDelayed),
        ({"MAIL": "550 5.7.1 You may not"}, MailDelayed),
        ({"MAIL": "421 4.3.2 Closing"}, MailDelayed),
    ],
)
def test_only_a_no_to_this_very_mail_is_for_good(answers: dict[str, str], outcome: type[Exception]) -> None:
    with serving(Saying(**answers)) as port, pytest.raises(outcome):
        sender_to(port).send(MAIL, NOW)


def test_a_rude_goodbye_takes_nothing_back() -> None:
    handler = Saying(QUIT="554 no")
    with serving(handler) as port:
        sender_to(port).send(MAIL, NOW)
    assert handler.taken == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for localhost, which signs itself, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(NOW - 300 * A_DAY).not_valid_after(NOW + 36500 * A_DAY)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    (folder / "cert.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(plain)
    return folder


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


def only_ana(password: bytes) -> Callable[..., AuthResult]:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, told: Any) -> AuthResult:
        return AuthResult(success=(told.login, told.password) == (b"por@tal", password), handled=False)

    return check


def test_behind_starttls_a_password_is_told_to_the_server_with_the_right_certificate_alone(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = Saying()
    options = {"tls_context": server_side(certificate), "require_starttls": True, "auth_required": True}
    with serving(handler, **options, authenticator=only_ana(b"s/e:c")) as port:
        sender = sender_to(port, scheme="smtp+starttls", who="por%40tal:s%2Fe%3Ac@")
        with pytest.raises(MailDelayed, match="CERTIFICATE_VERIFY_FAILED"):
            sender.send(MAIL, NOW)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
        sender.send(MAIL, NOW)
        sender.greet()
        with pytest.raises(MailDelayed, match="535"):
            sender_to(port, scheme="smtp+starttls", who="por%40tal:wrong@").send(MAIL, NOW)
    assert handler.taken == 1


def test_a_server_without_starttls_gets_nothing_where_it_is_asked_for() -> None:
    handler = Saying()
    with serving(handler) as port, pytest.raises(MailDelayed, match="STARTTLS"):
        sender_to(port, scheme="smtp+starttls").send(MAIL, NOW)
    assert handler.taken == 0


def test_smtps_is_encrypted_from_the_first_byte(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    handler = Saying()
    with serving(handler, ssl_context=server_side(certificate)) as port:
        sender_to(port, scheme="smtps").send(MAIL, NOW)
    assert handler.taken == 1


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("smtp", "mail.example", 25)),
        ("smtps://mail.example", Server("smtps", "mail.example", 465)),
        ("smtp+starttls://a%40b:c%3Ad@mail.example:2525", Server("smtp+starttls", "mail.example", 2525, "a@b", "c:d")),
    ],
)
def test_an_address_says_where_and_how_mail_is_handed_over(url: str, server: Server) -> None:
    assert Server.from_url(url) == server
