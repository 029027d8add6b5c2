"""Every letter: its words, its links, the same words twice, and nothing of a stranger."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, meta

from support_portal import templates_folder
from support_portal.adapters.mail.render import Templates
from support_portal.domain.correspondence import ABOUT_SECURITY, Audience, Letter, audience_of, links_of
from support_portal.ports.letters import Words
from tests.adapters.mail.letter_facts import (
    ABOUT,
    COMMON,
    OF_A_CASE,
    OF_ITS_OWN,
    OWN_WORDS,
    UNPROVEN,
    WHERE,
    WITHOUT_A_CASE,
)

FOLDER = templates_folder() / "email"


def written(letter: Letter, *, to_registered: bool = True, **changes: str) -> Words:
    """The letter with the facts and links it is given when it is sent."""
    facts = (
        COMMON
        | ({} if letter in WITHOUT_A_CASE else OF_A_CASE)
        | ABOUT.get(letter, {})
        | OF_ITS_OWN.get(letter, {})
        | changes
    )
    links = {
        purpose.value.replace("-", "_"): f"https://portal.example/{purpose}/T0KEN"
        for purpose in links_of(letter, to_registered=to_registered)
    }
    links |= {"request": "https://portal.example/request", "security": "https://portal.example/"}
    links["tokens"] = "https://portal.example/account/tokens"
    links |= {"locked": "https://portal.example/desk/accounts/locked"}
    links |= {"forgotten": "https://portal.example/sign-in/forgotten"}
    if letter not in WITHOUT_A_CASE:
        links["desk"] = "https://portal.example/desk/cases/SP-2417"
    return Templates(FOLDER).write(letter, facts, links)


def readers_of(letter: Letter) -> tuple[bool, ...]:
    """Whether each kind of its readers is the registered address."""
    return {Audience.OWNERS: (True, False), Audience.OTHERS: (False,)}.get(audience_of(letter), (True,))


class Shown(HTMLParser):
    """What a reader of the HTML part sees, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html.partition("<body>")[2])

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note the tag and where it leads; no letter has any other attribute."""
        self.tags.add(tag)
        self.links += [value or "" for name, value in attributes if name == "href"]
        assert {name for name, _ in attributes} <= {"href"}

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.words += data.split()


@pytest.mark.parametrize("letter", Letter)
def test_the_letter_is_written_with_what_it_is_given(letter: Letter) -> None:
    for to_registered in readers_of(letter):
        words = written(letter, to_registered=to_registered)
        assert words.subject
        assert "\n" not in words.subject
        closing = "\nSupport portal\n" if letter in WITHOUT_A_CASE else "\n\nCase SP-2417\nSupport portal\n"
        assert words.text.endswith(closing)
        assert "\n\n\n" not in words.text
        assert not re.search(r"[ \t]\n|\{|\}|!", words.text + words.subject)


@pytest.mark.parametrize("letter", Letter)
def test_the_html_part_says_the_same_words_and_shows_where_each_link_leads(letter: Letter) -> None:
    words = written(letter)
    shown = Shown(words.html)
    marks = re.compile(r"^(- |\d\. )", re.MULTILINE)
    assert shown.words == marks.sub("", words.text).split()
    assert shown.links == re.findall(r"https://\S+", words.text)
    assert shown.tags <= {"p", "br", "a", "ol", "ul", "li"}


@pytest.mark.parametrize("letter", Letter)
def test_every_link_the_letter_is_given_for_a_purpose_is_in_it(letter: Letter) -> None:
    for to_registered in readers_of(letter):
        text = written(letter, to_registered=to_registered).text
        for purpose in links_of(letter, to_registered=to_registered):
            assert f"https://portal.example/{purpose}/T0KEN" in text


def names_in(letter: Letter) -> set[str]:
    """The facts and links that a letter speaks of."""
    environment = Environment(loader=FileSystemLoader(FOLDER))
    sources = [(FOLDER / letter / part).read_text() for part in ("subject.txt", "body.txt", "../layout.txt")]
    return {name for source in sources for name in meta.find_undeclared_variables(environment.parse(source))}


@pytest.mark.parametrize("letter", UNPROVEN)
def test_a_mailbox_that_is_not_proved_gets_no_word_of_a_stranger(letter: Letter) -> None:
    assert names_in(letter) <= OWN_WORDS


def test_an_answer_to_a_mail_without_a_case_is_the_agents_own_words_and_no_link() -> None:
    assert names_in(Letter.MAIL_ANSWER) == {"text", "agent", "portal", "reference"}
    words = written(Letter.MAIL_ANSWER)
    for part in (words.subject, words.text, words.html):
        assert "://" not in part
        assert "T0KEN" not in part


@pytest.mark.parametrize(
    ("letter", "missing"), [(Letter.CONFIRM, "product"), (Letter.APPROVED, "due_time"), (Letter.DENIED, "why")]
)
def test_a_missing_fact_is_an_error_and_not_a_gap(letter: Letter, missing: str) -> None:
    facts = {name: value for name, value in (COMMON | OF_A_CASE).items() if name != missing}
    with pytest.raises(KeyError, match=missing):
        Templates(FOLDER).write(letter, facts, {"confirm": "https://x", "stop": "https://x", "case": "https://x"})


def test_a_missing_link_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(KeyError, match="stop_link"):
        Templates(FOLDER).write(Letter.CONFIRM, COMMON | OF_A_CASE, {"confirm": "https://x"})


def test_the_confirmation_reads_as_it_was_designed() -> None:
    words = written(Letter.CONFIRM)
    assert words.subject == "Confirm your request (SP-2417)"
    assert words.text == (
        "Hello,\n\n"
        "Someone, we hope you, asked us to remove two-factor authentication from the Bitrise account with this email"
        " address.\n\n"
        "If it was you, confirm it here. The link works for 24 hours:\nhttps://portal.example/confirm/T0KEN\n\n"
        "If it was not you, stop it here:\nhttps://portal.example/stop/T0KEN\n\n"
        "Nothing on the account has changed. We never ask for your password or for a code.\n\n"
        "Case SP-2417\nSupport portal\n"
    )


@pytest.mark.parametrize(
    ("n", "subject", "sentence"),
    [("1", "One thing to fix", "One thing needs a change:"), ("3", "3 things to fix", "Three things need a change:")],
)
def test_failures_are_counted_in_words(n: str, subject: str, sentence: str) -> None:
    words = written(Letter.CHECKS_FAILED, n=n)
    assert words.subject == f"{subject} in your repository (SP-2417)"
    assert f"Most of it is right. {sentence}" in words.text
    assert "can’t use it yet" in written(Letter.CHECKS_FAILED, n=n, any_right="").text


def test_what_others_wrote_is_words_in_the_html_and_never_markup() -> None:
    assert "It is &lt;b&gt;." in written(Letter.CHECKS_FAILED).html
    assert "&lt;account&gt;" in written(Letter.REPLY).html


def test_a_line_break_in_a_fact_never_reaches_the_subject() -> None:
    words = written(Letter.CONFIRM, reference="SP-2417\r\nBcc: mallory@attacker.example")
    assert words.subject == "Confirm your request (SP-2417 Bcc: mallory@attacker.example)"
    assert "\r" not in words.text


def test_the_code_is_asked_for_only_where_there_is_one() -> None:
    assert "Put this code into its description: 7QX2" in written(Letter.INSTRUCTIONS, code="7QX2").text
    assert "code into" not in written(Letter.INSTRUCTIONS).text


def test_a_compromise_answer_leads_to_other_words_than_an_agents_look() -> None:
    assert "you didn’t set up this two-factor authentication" in written(Letter.IN_TRIAGE, compromise="yes").text
    assert "nothing is removed" not in written(Letter.IN_TRIAGE).text


def test_a_lock_by_staff_is_not_called_a_lock_by_the_link() -> None:
    for letter in (Letter.LOCKED, Letter.STAFF_LOCKED):
        assert "locked with the link in our email" in written(letter).text
        assert "with the link" not in written(letter, by_staff="Ben Ito").text
    assert "Ben Ito locked an account" in written(Letter.STAFF_LOCKED, by_staff="Ben Ito").text
    assert "Ben Ito" not in written(Letter.LOCKED, by_staff="Ben Ito").text


@pytest.mark.parametrize("letter", [Letter.LOCKED, Letter.UNLOCKED, Letter.STAFF_LOCKED])
def test_a_lock_without_a_case_is_told_of_without_one(letter: Letter) -> None:
    links = {name: f"https://portal.example/{name}" for name in ("request", "locked")}
    words = Templates(FOLDER).write(letter, COMMON | OF_ITS_OWN.get(letter, {}), links)
    assert "SP-" not in words.subject + words.text
    assert "()" not in words.subject


def test_who_is_told_that_an_account_is_locked_is_not_sent_to_a_request_that_leads_nowhere() -> None:
    locked = written(Letter.ACCOUNT_CHANGED, is_locked="yes", why="The account changed: it is locked.").text
    assert "because the account is locked" in locked
    assert "Reply to this email" in locked
    assert "We changed nothing" not in locked
    assert "/request" not in locked
    assert "/request" in written(Letter.ACCOUNT_CHANGED).text


def test_only_the_registered_address_is_shown_the_way_to_the_case_page() -> None:
    for letter in (Letter.APPROVED, Letter.DENIED):
        assert "/case/T0KEN" in written(letter).text
        assert "/case/" not in written(letter, to_registered=False).text


@pytest.mark.parametrize("letter", sorted(ABOUT_SECURITY - {Letter.TOKEN_EXPIRES}))
def test_a_change_of_the_sign_in_is_told_with_where_it_was_done(letter: Letter) -> None:
    assert WHERE in written(letter).text
    assert " from ." not in written(letter, where="").text, "no request brought it about"


def test_every_letter_has_its_folder_and_no_folder_is_without_a_letter() -> None:
    assert {path.name for path in Path(FOLDER).iterdir() if path.is_dir()} == set(Letter)
