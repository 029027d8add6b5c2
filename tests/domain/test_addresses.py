"""What is one address, when two are the same, whose they are, and how they are shown."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_portal.domain.accounts import Account, the_one_meant
from support_portal.domain.addresses import compared, is_address, masked
from tests.builders import an_account
from tests.cast import NOW, an_id


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.org",
        "Ana.Ruiz+support@Mail.Example.org",
        "o'hara@example.org",
        "ana@xn--bcher-kva.example",
        "ana@bücher.example",
        "josé@example.org",
        "a" * 64 + "@example.org",
    ],
)
def test_an_address_is_taken_as_people_write_theirs(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("nothing", ""),
        ("no at sign", "ana.example.org"),
        ("no domain", "ana@"),
        ("no local part", "@example.org"),
        ("a host without a dot", "ana@localhost"),
        ("two addresses", "ana@example.org,mallory@attacker.example"),
        ("two addresses and a space", "ana@example.org mallory@attacker.example"),
        ("two addresses and a semicolon", "ana@example.org;mallory@attacker.example"),
        ("two at signs", "ana@example.org@attacker.example"),
        ("a line feed", "ana@example.org\nBcc: mallory@attacker.example"),
        ("a line feed at the end", "ana@example.org\n"),
        ("a carriage return", "ana\r@example.org"),
        ("a line separator", "ana\u2028@example.org"),
        ("a space before", " ana@example.org"),
        ("a name beside it", "Ana <ana@example.org>"),
        ("a comment", "ana(me)@example.org"),
        ("quotes", '"ana"@example.org'),
        ("an IP address", "ana@[127.0.0.1]"),
        ("a zero-width space", "an\u200ba@example.org"),
        ("a zero-width joiner", "an\u200da@example.org"),
        ("a word joiner in the domain", "ana@exam\u2060ple.org"),
        ("a soft hyphen", "an\u00ada@example.org"),
        ("a mark that turns the writing", "ana\u202e@example.org"),
        ("a byte order mark", "\ufeffana@example.org"),
        ("a NUL", "ana\x00@example.org"),
        ("a character nobody has assigned", "ana\u0378@example.org"),
        ("a dot at the start", ".ana@example.org"),
        ("a dot at the end", "ana.@example.org"),
        ("two dots", "ana..ruiz@example.org"),
        ("a dot after the domain", "ana@example.org."),
        ("a hyphen at the start of the domain", "ana@-example.org"),
        ("a hyphen at the end of a label", "ana@example-.org"),
        ("too long a local part", "a" * 65 + "@example.org"),
        ("too long", "ana@" + "a." * 124 + "org"),
    ],
)
def test_what_is_not_exactly_one_address_is_refused(what: str, text: str) -> None:
    assert not is_address(text), what


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana@example.org", "ANA@EXAMPLE.ORG"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@BÜCHER.example", "ana@XN--BCHER-KVA.EXAMPLE"),
        ("josé@example.org", "jose\u0301@example.org"),
        ("ana@bücher.example", "ana@bu\u0308cher.example"),
        ("\uff41na@example.org", "ana@example.org"),
        ("kim@example.org", "\u212aim@example.org"),
        ("ana@kelvin.example", "ana@\u212aelvin.example"),
        ("straße@example.org", "STRASSE@example.org"),
        ("\u00df\u0301@example.org", "ss\u0301@example.org"),
        (
            "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2@example.org",
            "\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c3@example.org",
        ),
    ],
)
def test_two_ways_of_writing_one_address_compare_equal(one: str, other: str) -> None:
    assert compared(one) == compared(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.na@example.org", "ana@example.org"),
        ("ana+support@example.org", "ana@example.org"),
        ("ana@example.org", "ana@mail.example.org"),
        ("ana@example.org", "ana@example.org."),
        ("\u0130na@example.org", "ina@example.org"),
        ("\u0131na@example.org", "ina@example.org"),
        ("\u0130na@example.org", "\u0131na@example.org"),
        ("\u0430na@example.org", "ana@example.org"),
        ("ana@ex\u0430mple.org", "ana@example.org"),
        ("josé@example.org", "jose@example.org"),
    ],
)
def test_two_addresses_that_only_look_alike_stay_two(one: str, other: str) -> None:
    assert compared(one) != compared(other)


def test_a_domain_that_no_rule_knows_equals_itself() -> None:
    broken = f"ana@{'a' * 64}.example"
    assert compared(broken) == broken


# Letters that fold, join or part in surprising ways, beside ordinary ones.
ODD = st.sampled_from(
    "aiKßς.+-x\u0130\u0131\u212a\u0301\u0308\u0345\u0390\u1fd3\u1f80\u0149\u01f0\ufb01\u3002\uff0e\u200d"
)


@given(st.text(max_size=40) | st.text(ODD, max_size=10), st.text(max_size=40) | st.text(ODD, max_size=10))
def test_comparing_needs_no_second_time_and_no_case(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    form = compared(address)
    assert compared(form) == form
    for same in (unicodedata.normalize("NFC", address), unicodedata.normalize("NFD", address)):
        assert compared(same) == form


def accounts(*addresses: str) -> list[Account]:
    return [an_account(id=an_id(number), address=address) for number, address in enumerate(addresses, 1)]


@pytest.mark.parametrize(
    ("typed", "stored", "meant"),
    [
        ("ANA@example.org", ["ana@example.org"], 1),
        ("kim@example.org", ["\u212aim@example.org"], 1),
        ("Ana@example.org", ["ana@example.org", "Ana@example.org"], 2),
        ("ANA@example.org", ["ana@example.org", "Ana@example.org"], None),
        ("ana@example.org", ["ana@example.org", "ana@example.org"], None),
        ("ana@example.org", ["a.na@example.org"], None),
        ("ana@example.org", ["mallory@attacker.example", "ana@example.org"], 2),
        ("ana@example.org", [], None),
    ],
)
def test_of_several_accounts_the_one_equal_letter_for_letter_is_meant(
    typed: str, stored: list[str], meant: int | None
) -> None:
    found = the_one_meant(typed, accounts(*stored))
    assert (found.id.int if found else None) == meant


def test_the_owners_addresses_are_the_registered_one_first_then_the_others_and_those_just_replaced() -> None:
    account = an_account(
        other_addresses=("work@example.net", "also@example.net"),
        replaced_addresses=(
            ("lately@example.com", NOW - timedelta(days=30)),
            ("formerly@example.com", NOW - timedelta(days=30, seconds=1)),
        ),
    )
    expected = ("ana@example.org", "also@example.net", "lately@example.com", "work@example.net")
    assert account.owners_addresses(NOW) == expected


def test_nobody_gets_the_same_mail_twice_for_writing_an_address_in_two_ways() -> None:
    account = an_account(
        other_addresses=("ANA@example.org", "Work@example.net"),
        replaced_addresses=(("work@EXAMPLE.net", NOW), ("ana@example.org", NOW)),
    )
    assert account.owners_addresses(NOW) == ("ana@example.org", "Work@example.net")


@pytest.mark.parametrize(
    ("address", "shown"),
    [("ana@example.org", "a•••@example.org"), ("x@example.org", "x•••@example.org"), ("@", "•••@")],
)
def test_an_address_is_shown_to_who_knows_it_and_hidden_from_others(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_the_masked_form_does_not_tell_how_long_an_address_is() -> None:
    assert len(masked("ana@example.org")) == len(masked("ana.maria.ruiz@example.org"))
