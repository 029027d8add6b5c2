"""Only our own mail server's verdict about the very domain of the sender counts."""

from __future__ import annotations

import pytest

from support_portal.adapters.mail.reading import Reader
from support_portal.domain.incoming import Dmarc
from tests.adapters.mail.messages import OUR_SERVER, SUPPORT, a_mail

PASSED = f"{OUR_SERVER}; dmarc=pass (p=reject) header.from=example.org"


def verdict(reader: Reader, *topmost_first: str) -> Dmarc:
    head = "".join(f"Authentication-Results: {one}\r\n" for one in topmost_first)
    return reader.read(head.encode() + a_mail()).dmarc


@pytest.mark.parametrize(
    "value",
    [
        PASSED,
        f"{OUR_SERVER} 1; spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org; "
        "dmarc=pass header.from=Example.ORG",
        f"(by our own) {OUR_SERVER.upper()};\r\n dmarc=pass\r\n header.from=example.org",
    ],
)
def test_a_pass_of_our_server_for_the_senders_domain_is_a_pass(reader: Reader, value: str) -> None:
    assert verdict(reader, value) is Dmarc.PASS


def test_a_fail_is_a_fail(reader: Reader) -> None:
    assert verdict(reader, f"{OUR_SERVER}; dmarc=fail header.from=example.org") is Dmarc.FAIL
    both = f"{OUR_SERVER}; dmarc=pass header.from=example.org; dmarc=fail header.from=example.org"
    assert verdict(reader, both) is Dmarc.FAIL


@pytest.mark.parametrize(
    "value",
    [
        "mx.attacker.example; dmarc=pass header.from=example.org",
        f"{OUR_SERVER}.attacker.example; dmarc=pass header.from=example.org",
        f"x{OUR_SERVER}; dmarc=pass header.from=example.org",
        f"{OUR_SERVER}; dmarc=pass header.from=attacker.example",
        f"{OUR_SERVER}; dmarc=pass",
        f"{OUR_SERVER}; dmarc=bestguesspass header.from=example.org",
        f"{OUR_SERVER}; dmarc=none header.from=example.org",
        f"{OUR_SERVER}; dmarc=temperror header.from=example.org",
        f"{OUR_SERVER}; spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org",
        f"{OUR_SERVER}; none",
        f"{OUR_SERVER}; dkim=pass (dmarc=pass header.from=example.org) header.d=attacker.example",
        f"{OUR_SERVER}; dmarc=pass header.from=example.org header.from=attacker.example",
        "dmarc=pass header.from=example.org",
        f"{OUR_SERVER}; dmarc==pass",
        "",
        ";;;;",
    ],
)
def test_anything_else_is_no_pass(reader: Reader, value: str) -> None:
    assert verdict(reader, value) is Dmarc.NONE


def test_what_a_sender_wrote_below_our_servers_verdict_counts_for_nothing(reader: Reader) -> None:
    ours = f"{OUR_SERVER}; dmarc=fail header.from=example.org"
    assert verdict(reader, ours, PASSED) is Dmarc.FAIL
    assert verdict(reader, "mx.other.example; dmarc=fail header.from=example.org", PASSED) is Dmarc.PASS


def test_with_two_senders_there_is_no_pass(reader: Reader) -> None:
    raw = f"Authentication-Results: {PASSED}\r\nFrom: mallory@attacker.example\r\n".encode() + a_mail()
    assert reader.read(raw).dmarc is Dmarc.NONE


def test_where_no_server_is_named_nothing_is_checked() -> None:
    trusting_nobody = Reader(support_address=SUPPORT, authserv_id=None)
    assert verdict(trusting_nobody, PASSED) is Dmarc.NOT_CHECKED
