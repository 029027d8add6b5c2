"""A request that comes by e-mail instead of the form."""

from __future__ import annotations

import json

from tests.journeys.conftest import MakePerson


def test_a_request_by_mail_is_confirmed_by_the_link_to_the_stored_address(somebody: MakePerson) -> None:
    ana = somebody()
    mail = (
        f"From: Ana Duarte <{ana.address.upper()}>\r\nTo: support@portal.example\r\n"
        f"Message-ID: <{ana.account['login']}@mail.example>\r\nSubject: locked out\r\n\r\n"
        "Hello, my phone is gone and with it my codes.\r\n"
    )
    told = json.loads(ana.portal.command("mail", "receive", typed=mail))
    assert told["result"] == "request"
    ana.page.goto(ana.link_in("Confirm your request", "requests/confirm"))
    for name, value in {"has_recovery_code": "no", "set_up_by_me": "yes"}.items():
        ana.page.locator(f"input[name={name}][value={value}]").check()
    ana.page.get_by_role("button", name="I asked for this").click()
    ana.case_path = ana.page.url
    ana.sees("Your turn: create a repository")

    reply = ana.mail("Next step: create a repository")
    link = ana.creates()["url"]
    answer = (
        f"From: {ana.address}\r\nTo: {reply['headers']['Reply-To']}\r\nIn-Reply-To: {reply['message_id']}\r\n"
        f"Message-ID: <{ana.account['login']}-2@mail.example>\r\nSubject: Re: {reply['subject']}\r\n\r\n"
        f"Here it is: {link}\r\n"
    )
    told = json.loads(ana.portal.command("mail", "receive", typed=answer))
    assert told["result"] == "joined"
    ana.sees("A person decides now")
    ana.reference = ana.page.url.split("/")[4]
    assert ana.mail("Your repository is right")
    ana.happened("opened", "confirm", "link_received", "checks_passed", "pass")
