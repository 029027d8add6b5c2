"""Mails without a case: read in a list, and answered on a page of their own."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from support_portal.domain.correspondence import Author
from support_portal.domain.incoming import MACHINES
from support_portal.ports.desk_screens import ROWS_A_PAGE
from tests.cast import BEN, CHLOE, INES, OTTO
from tests.web.desk.conftest import Desk, Open, sent, shown
from tests.web.desk.test_queue import words
from tests.web.visiting import ADDRESS, Visitor

SENDER = "stranger@somewhere.example"


def a_mail(desk: Desk, text: str = "Who am I?", **more: Any) -> UUID:
    """A mail that fits no case came an hour ago."""
    told = {"via": "email", "from_address": SENDER, "name": SENDER, "dmarc": "none"} | more
    return desk.stage.say(None, Author.UNPROVEN, text, desk.stage.ago(hours=1), **told)


def answers(desk: Desk, to: str = SENDER) -> int:
    return desk.count("select count(*) from mails where letter = 'mail_answer' and to_address = :to", to=to)


def test_an_agent_answers_and_the_list_says_who_did(desk: Desk) -> None:
    mail = a_mail(desk)
    ben, chloe = desk.signed_in(BEN), desk.signed_in(CHLOE)
    assert f'href="/desk/mails/{mail}/answer"' in shown(ben, "/desk/mails")
    form = shown(ben, f"/desk/mails/{mail}/answer")
    assert "Who am I?" in form
    assert f"Your answer goes to {SENDER}" in words(form)
    assert "a stranger may read your answer" in words(form)
    assert "answered already" not in words(form)
    sent(ben, f"/desk/mails/{mail}/answer", text="Try the address\r\n\r\nyou sign in with.", seen=0)
    assert f"Your answer to {SENDER} is on its way." in words(shown(ben, "/desk/mails"))
    page = shown(chloe, "/desk/mails")
    assert re.search(r"Answered by Ben Ito on its way \d+ \w{3}, \d\d:\d\d", words(page))
    assert "<p>Try the address</p><p>you sign in with.</p>" in page
    assert "Answer again" in words(page)
    assert "This email was answered already" in words(shown(chloe, f"/desk/mails/{mail}/answer"))
    assert answers(desk) == 1


@pytest.mark.parametrize(("text", "told"), [(" \n ", "Write something"), ("x" * 8001, "Use 8,000 characters at most")])
def test_an_empty_or_endless_answer_is_shown_again_and_not_sent(desk: Desk, text: str, told: str) -> None:
    mail = a_mail(desk)
    page = sent(desk.signed_in(BEN), f"/desk/mails/{mail}/answer", 422, text=text, seen=0)
    assert '<a href="#text">' in page
    assert 'aria-invalid="true"' in page
    assert "<title>Error: " in page
    assert told in page
    assert text.strip() in page
    assert answers(desk) == 0


def test_whoever_answers_on_an_old_page_is_shown_the_other_answer_and_keeps_the_text(desk: Desk) -> None:
    mail = a_mail(desk)
    ben, chloe = desk.signed_in(BEN), desk.signed_in(CHLOE)
    sent(ben, f"/desk/mails/{mail}/answer", text="It is the other address.", seen=0)
    page = sent(chloe, f"/desk/mails/{mail}/answer", 409, text="Have you got a pen?", seen=0)
    assert "Somebody answered this mail while you were writing. Nothing was sent" in page
    assert "It is the other address." in page
    assert "Have you got a pen?" in page
    assert answers(desk) == 1
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    sent(chloe, f"/desk/mails/{mail}/answer", text="Have you got a pen?", seen=seen[1])
    assert answers(desk) == 2


@pytest.mark.parametrize("fields", [{"text": "Hello"}, {"text": "Hello", "seen": "x"}, {"text": "Hello", "to": "me"}])
def test_a_form_that_is_not_ours_sends_nothing(desk: Desk, fields: dict[str, str]) -> None:
    mail = a_mail(desk)
    assert "Hello" in sent(desk.signed_in(BEN), f"/desk/mails/{mail}/answer", 422, **fields)
    assert answers(desk) == 0


def test_a_day_of_answers_is_enough_for_one_address_and_the_text_is_kept(desk: Desk) -> None:
    client = desk.signed_in(BEN)
    for _ in range(5):
        sent(client, f"/desk/mails/{a_mail(desk)}/answer", text="Hello", seen=0)
    page = sent(client, f"/desk/mails/{a_mail(desk)}/answer", 429, text="One more", seen=0)
    assert "was sent 5 answers within a day" in page
    assert "One more" in page
    assert answers(desk) == 5


@pytest.mark.parametrize("name", MACHINES.values())
def test_machines_are_shown_and_never_answered(desk: Desk, name: str) -> None:
    mail = a_mail(desk, "I am away.", name=name)
    client = desk.signed_in(BEN)
    page = shown(client, "/desk/mails")
    assert "I am away." in page
    assert "machines are never answered" in page
    assert f"/desk/mails/{mail}/answer" not in page
    shown(client, f"/desk/mails/{mail}/answer", 403)
    sent(client, f"/desk/mails/{mail}/answer", 403, text="Hello", seen=0)
    assert answers(desk) == 0


def test_auditors_read_what_was_answered_and_answer_nothing(desk: Desk) -> None:
    mail = a_mail(desk)
    sent(desk.signed_in(BEN), f"/desk/mails/{mail}/answer", text="Hello", seen=0)
    otto = desk.signed_in(OTTO)
    page = shown(otto, "/desk/mails")
    assert "Answered by Ben Ito" in page
    assert f"/desk/mails/{mail}/answer" not in page
    for client in (otto, desk.signed_in(INES)):
        shown(client, f"/desk/mails/{mail}/answer", 403)
        sent(client, f"/desk/mails/{mail}/answer", 403, text="Hello", seen=1)
    assert answers(desk) == 1


def test_a_stranger_is_led_to_the_sign_in_and_a_forged_form_sends_nothing(desk: Desk) -> None:
    mail = a_mail(desk)
    app = desk.make_app(desk.parts)
    stranger = Visitor(app)
    for answer in (
        stranger.get(f"/desk/mails/{mail}/answer"),
        stranger.send(f"/desk/mails/{mail}/answer", {"text": "Hello", "seen": 0}, page="/sign-in"),
    ):
        assert (answer.status_code, answer.headers["Location"][:8]) == (303, "/sign-in")
    ben = Visitor(app)
    ben.client.set_cookie("session", desk.secret_of(BEN))
    forged = ben.send_with(None, f"/desk/mails/{mail}/answer", {"text": "Hello", "seen": 0})
    assert forged.status_code == 400
    assert "Hello" in forged.text, "what was typed can be copied"
    assert answers(desk) == 0


@pytest.mark.parametrize("mail", ["00000000-0000-4000-8000-000000000001", "1", "SP-2401"])
def test_a_mail_that_is_not_there_is_not_found(desk: Desk, mail: str) -> None:
    client = desk.signed_in(BEN)
    shown(client, f"/desk/mails/{mail}/answer", 404)
    sent(client, f"/desk/mails/{mail}/answer", 404, text="Hello", seen=0)


def test_who_answers_from_the_second_page_comes_back_to_it(desk: Desk) -> None:
    oldest = desk.stage.say(
        None, Author.UNPROVEN, "First of all", desk.stage.ago(hours=9), via="email", from_address=SENDER
    )
    for _ in range(ROWS_A_PAGE):
        a_mail(desk)
    client = desk.signed_in(BEN)
    assert f'href="/desk/mails/{oldest}/answer?page=2"' in shown(client, "/desk/mails?page=2")
    assert f'action="/desk/mails/{oldest}/answer?page=2"' in shown(client, f"/desk/mails/{oldest}/answer?page=2")
    fields = {"text": "Hello", "seen": 0}
    back = client.post(f"/desk/mails/{oldest}/answer?page=2", data=fields, base_url=ADDRESS)
    assert back.headers["Location"] == f"/desk/mails?page=2#mail-{oldest}"


def test_without_javascript_a_mail_is_answered_too(desk: Desk, open_desk: Open) -> None:
    a_mail(desk)
    page = open_desk("/desk/mails", javascript=False)
    page.get_by_role("link", name=f"Answer the email from {SENDER}").click()
    page.get_by_label("Answer", exact=True).fill("Try the other address.")
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("status")).to_contain_text(f"Your answer to {SENDER} is on its way.")
    expect(page.get_by_role("article", name="Answered by Ben Ito")).to_contain_text("Try the other address.")
