"""For whom a mail speaks, and what it names."""

from __future__ import annotations

from uuid import uuid4

import pytest

from support_portal.domain.incoming import (
    Dmarc,
    Incoming,
    Nature,
    answered_id,
    mail_id_in,
    message_id_of,
    numbers_in,
    reply_address,
    reply_tokens,
    repository_url_in,
    speaks_for_requester,
    why_not_answered,
)
from tests.cast import ANA, INSTANCES, MALLORYS_ADDRESS

SUPPORT = "support@portal.example"


def a_mail(*senders: str, dmarc: Dmarc = Dmarc.NONE) -> Incoming:
    return Incoming(uuid4(), "<1@x>", senders, "", (), "", "Hi", "Hi", (), Nature.PERSON, "", dmarc)


@pytest.mark.parametrize(
    ("dmarc", "mailed_to", "speaks"),
    [
        (Dmarc.PASS, None, True),
        (Dmarc.PASS, ANA.address, True),
        (Dmarc.NONE, ANA.address, True),
        (Dmarc.NOT_CHECKED, ANA.address, True),
        (Dmarc.FAIL, ANA.address, False),
        (Dmarc.NONE, None, False),
        (Dmarc.NOT_CHECKED, None, False),
        (Dmarc.FAIL, None, False),
        (Dmarc.NONE, "ana.ruiz@example.net", False),
    ],
)
def test_the_registered_address_speaks_with_a_pass_or_with_its_own_token_and_no_failure(
    dmarc: Dmarc, mailed_to: str | None, speaks: bool
) -> None:
    assert speaks_for_requester(a_mail("Ana@Example.org", dmarc=dmarc), ANA.address, mailed_to) is speaks


@pytest.mark.parametrize("dmarc", Dmarc)
def test_nobody_else_ever_speaks_for_the_requester(dmarc: Dmarc) -> None:
    for senders in ((MALLORYS_ADDRESS,), (), (ANA.address, MALLORYS_ADDRESS), ("a.na@example.org",)):
        assert not speaks_for_requester(a_mail(*senders, dmarc=dmarc), ANA.address, ANA.address)


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Re: Next step: create a repository (SP-2417)", (2417,)),
        ("AW: [sp-2417] and [SP-2418]", (2417, 2418)),
        ("SP-2417", ()),
        ("(SP-99999999999)", ()),
        ("", ()),
    ],
)
def test_a_subject_names_a_case_in_brackets(subject: str, numbers: tuple[int, ...]) -> None:
    assert numbers_in(subject) == numbers


def test_a_mail_of_ours_is_known_by_its_message_id() -> None:
    mail_id = uuid4()
    assert mail_id_in(message_id_of(mail_id, SUPPORT), SUPPORT) == mail_id
    assert mail_id_in(f"<{mail_id}@other.example>", SUPPORT) is None
    assert mail_id_in("<what@portal.example>", SUPPORT) is None


def test_a_reply_token_is_found_in_addresses_of_ours_alone() -> None:
    ours = reply_address("ToKeN", SUPPORT)
    strangers = ["support+x@other.example", "help+y@portal.example", "support@portal.example", "z"]
    assert list(reply_tokens([*strangers, ours.replace("portal.example", "Portal.Example")], SUPPORT)) == ["ToKeN"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("It is https://github.com/ana-dev/bitrise_verification.", "https://github.com/ana-dev/bitrise_verification"),
        ("[here](https://gitlab.com/ana.dev/x)", "https://gitlab.com/ana.dev/x"),
        ("https://example.org/a/b then <https://github.com/ana-dev/x>", "https://github.com/ana-dev/x"),
        ("https://github.com.evil.example/ana-dev/x", None),
        ("github.com/ana-dev/x", None),
        ("Nothing", None),
    ],
)
def test_the_first_link_to_a_provider_is_taken(text: str, url: str | None) -> None:
    assert repository_url_in(text, INSTANCES) == url


@pytest.mark.parametrize(
    ("name", "sender", "told"),
    [
        ("Automatic mail", MALLORYS_ADDRESS, "machines are never answered"),
        ("Mail that came back", "mailer-daemon@mx.example", "machines are never answered"),
        ("", "", "names no address"),
        ("two", "a@example.org, b@example.org", "names no address"),
        ("x", "x@example.org\r\nBcc: y@example.org", "names no address"),
        (SUPPORT, "Support@Portal.Example", "an address of our own"),
        ("x", "support+ToKeN@portal.example", "an address of our own"),
    ],
)
def test_a_mail_that_nobody_may_answer_says_why(name: str, sender: str, told: str) -> None:
    assert told in (why_not_answered(name, sender, SUPPORT) or "")


@pytest.mark.parametrize("sender", [MALLORYS_ADDRESS, "supporter@portal.example", "support+x@other.example"])
def test_a_persons_mail_may_be_answered(sender: str) -> None:
    assert why_not_answered(sender, sender, SUPPORT) is None


@pytest.mark.parametrize(
    ("message_id", "named"),
    [
        ("1@example.org", "<1@example.org>"),
        ("<CAF+x=_$!'y.z@mail.example>", "<CAF+x=_$!'y.z@mail.example>"),
        ("1", ""),
        ("", ""),
        ("1@example.org\r\nBcc: mallory@attacker.example", ""),
        ("1@example.org\n", ""),
        ("a b@example.org", ""),
        ("[1]@example.org", ""),
        ("\u00e9@example.org", ""),
        ("1@" + "x" * 250, ""),
    ],
)
def test_only_a_plain_message_id_becomes_a_header_of_ours(message_id: str, named: str) -> None:
    assert answered_id(message_id) == named
