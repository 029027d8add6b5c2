"""A mail of its own is a request like the form's; an answer joins its case, and speaks for the requester by rule."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from support_portal.adapters.mail.reading import Reader
from support_portal.domain.cases import State
from support_portal.domain.correspondence import Purpose
from support_portal.domain.incoming import LARGEST
from support_portal.use_cases import case_page
from support_portal.use_cases.correspond import receive
from tests.adapters.mail.messages import OUR_SERVER, a_mail
from tests.cast import MALLORYS_ADDRESS
from tests.use_cases.post import heard, our_message_id, rows, take, token
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage

REPOSITORY = "https://github.com/ana-dev/bitrise_verification"
PASSED = f"{OUR_SERVER}; dmarc=pass header.from=example.org"
FAILED = f"{OUR_SERVER}; dmarc=fail header.from=example.org"


def test_a_mail_to_support_is_a_request_and_the_stored_address_is_asked_to_confirm_it(stage: Stage) -> None:
    stage.an_account()
    receipt = take(stage, a_mail("Please let me in.", From="ANA@example.org"))
    assert (receipt.status, receipt.result) == (os.EX_OK, "request")
    assert stage.subjects() == ["Confirm your request"]
    assert "let me in" not in stage.last().text
    case = stage.case("SP-2401")
    assert (case.state, case.channel) == (State.UNCONFIRMED, "email")
    [(reason, code, by_me)] = rows(stage, "select reason, has_recovery_code, set_up_by_me from requests")
    assert reason == "I can't sign in\n\nPlease let me in."
    assert (code, by_me) == (None, None)


def test_a_request_by_mail_goes_the_whole_way_of_one_by_the_form(stage: Stage) -> None:
    stage.an_account()
    take(stage, a_mail())
    done = stage.confirm(set_up_by_me=True, has_recovery_code=False)
    assert stage.case(done.reference).state is State.AWAITING_REPOSITORY


def test_even_a_pass_of_dmarc_confirms_nothing(stage: Stage) -> None:
    stage.an_account()
    take(stage, a_mail(Authentication_Results=PASSED))
    assert stage.case("SP-2401").confirmed_at is None


def test_a_mail_that_fits_no_account_lies_in_a_list_of_its_own(stage: Stage) -> None:
    take(stage, a_mail("Who am I?", From="nobody@example.net"))
    assert stage.subjects("nobody@example.net") == ["We found no account with this address"]
    assert rows(stage, "select case_id, author, from_address from messages") == [
        (None, "unproven", "nobody@example.net")
    ]


@pytest.mark.parametrize(
    ("raw", "result"),
    [
        (a_mail(From=""), "no_sender"),
        (a_mail(From="<>", Reply_To=ANAS), "no_sender"),
        (a_mail(From=f"{ANAS}, {MALLORYS_ADDRESS}"), "two_senders"),
        (a_mail(From=f"{ANAS}\r\nFrom: {MALLORYS_ADDRESS}"), "two_senders"),
        (a_mail(" \r\n\r\n"), "no_text"),
        (b"", "no_sender"),
        (b"x" * (LARGEST + 1), "too_large"),
    ],
)
def test_what_is_no_mail_of_a_person_is_refused_in_one_line_and_leaves_nothing(
    stage: Stage, raw: bytes, result: str
) -> None:
    stage.an_account()
    receipt = take(stage, raw)
    assert receipt.status == os.EX_DATAERR
    assert receipt.fields["result"] == result
    assert rows(stage, "select 1 from requests union all select 1 from messages union all select 1 from mails") == []


def test_an_answer_from_the_registered_address_with_its_token_speaks_for_the_requester(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stage.clock.move(minutes=5)
    stage.github.has("ana-dev", "1001", stage.clock.at)
    receipt = take(stage, a_mail(f"Here it is: {REPOSITORY}", To=token(stage)))
    assert receipt.fields == {
        "result": "joined",
        "message_id": "<1@example.org>",
        "reference": done.reference,
        "matched_by": "reply token",
        "dmarc": "none",
    }
    assert stage.case(done.reference).state is State.IN_REVIEW
    assert heard(stage) == [("requester", f"Here it is: {REPOSITORY}")]


@pytest.mark.parametrize(
    ("headers", "author"),
    [
        ({"In_Reply_To": "ours", "Authentication_Results": PASSED}, "requester"),
        ({"References": "<a@b> ours <c@d>", "Authentication_Results": PASSED}, "requester"),
        ({"Subject": "Re: Next step (tag)", "Authentication_Results": PASSED}, "requester"),
        ({"To": "token"}, "requester"),
        ({"Cc": "token", "Authentication_Results": PASSED}, "requester"),
        ({"In_Reply_To": "ours"}, "unproven"),
        ({"Subject": "Re: Next step (tag)"}, "unproven"),
        ({"In_Reply_To": "ours", "Authentication_Results": FAILED}, "unproven"),
        ({"To": "token", "Authentication_Results": FAILED}, "unproven"),
        ({"To": "token", "From": MALLORYS_ADDRESS}, "unproven"),
        ({"To": "token", "From": f'"{ANAS}" <{MALLORYS_ADDRESS}>'}, "unproven"),
        ({"To": "token", "From": ANAS_SECOND}, "unproven"),
        ({"To": "token", "From": MALLORYS_ADDRESS, "Reply_To": ANAS}, "unproven"),
        ({"In_Reply_To": "ours", "From": MALLORYS_ADDRESS}, "unproven"),
    ],
)
def test_who_may_speak_for_the_requester(stage: Stage, headers: dict[str, str], author: str) -> None:
    done = stage.asked_and_confirmed()
    known = {"ours": our_message_id(stage), "token": token(stage), "tag": done.reference}
    for word, meant in known.items():
        headers = {name: value.replace(word, meant) for name, value in headers.items()}
    stage.github.has("ana-dev", "1001", stage.clock.at)
    receipt = take(stage, a_mail(f"See {REPOSITORY}", **headers))
    assert receipt.reference == done.reference
    assert receipt.result == {"requester": "joined", "unproven": "held"}[author]
    assert heard(stage) == [(author, f"See {REPOSITORY}")]
    moved = stage.case(done.reference).state is State.IN_REVIEW
    assert moved is (author == "requester")
    assert (stage.case(done.reference).link is not None) is (author == "requester")


def test_where_no_mail_server_is_believed_a_token_is_needed(stage: Stage) -> None:
    stage.asked_and_confirmed()
    trusting = replace(stage.tools, reader=Reader(support_address="support@portal.example", authserv_id=None))
    by_id = a_mail(In_Reply_To=our_message_id(stage), Authentication_Results=PASSED)
    receipt = receive(by_id, tools=trusting)
    assert (receipt.result, receipt.dmarc) == ("held", "not checked")
    assert receive(a_mail("Again", To=token(stage)), tools=trusting).result == "joined"


def test_a_number_in_a_strangers_subject_joins_nothing(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    receipt = take(stage, a_mail(From=MALLORYS_ADDRESS, Subject=f"Re: [{done.reference}]"))
    assert receipt.result == "request"
    assert heard(stage) == []


@pytest.mark.parametrize("wrong", ["x", "x" * 48, "", "../../x"])
def test_a_made_up_token_joins_nothing(stage: Stage, wrong: str) -> None:
    stage.asked_and_confirmed()
    assert take(stage, a_mail(To=f"support+{wrong}@portal.example")).result == "request"


def test_a_token_for_another_purpose_joins_nothing(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    key = stage.tools.links.token(Purpose.CASE, stage.case(done.reference).id)
    assert take(stage, a_mail(To=f"support+{key}@portal.example")).result == "request"


def test_an_answer_to_a_kept_mail_finds_its_case(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    take(stage, a_mail("One more thing", To=token(stage)))
    follow_up = a_mail("And another", In_Reply_To="<1@example.org>", Message_ID="<2@example.org>")
    assert take(stage, follow_up).reference == done.reference


def test_a_link_that_is_only_quoted_is_not_taken(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    take(stage, a_mail(f"What is wrong?\r\n\r\n> We looked at {REPOSITORY}\r\n", To=token(stage)))
    assert stage.case(done.reference).link is None


def test_a_message_after_the_twentieth_check_of_a_day_is_kept_all_the_same(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    for _ in range(20):
        case_page.check_again(done.reference, done.key, tools=stage.tools)
    assert take(stage, a_mail(f"Look: {REPOSITORY}", To=token(stage))).result == "joined"
    assert stage.case(done.reference).link is None
    assert "link_not_taken" in [event.action for event in stage.events(done.reference)]


def test_a_message_reopens_nothing(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    answer_to = token(stage)
    case_page.withdraw(done.reference, done.key, tools=stage.tools)
    stage.work_off()
    mails = len(stage.mails.taken)
    receipt = take(stage, a_mail(f"Not so fast: {REPOSITORY}", To=answer_to))
    assert (receipt.result, receipt.reference) == ("joined", done.reference)
    assert stage.case(done.reference).state is State.WITHDRAWN
    assert len(stage.mails.taken) == mails


def test_the_same_mail_counts_once_however_often_it_is_handed_over(stage: Stage) -> None:
    stage.asked_and_confirmed()
    answer = a_mail("I am waiting.", To=token(stage))
    assert [take(stage, answer).result for _ in range(3)] == ["joined", "duplicate", "duplicate"]
    request = a_mail("Me too", From="nobody@example.net", Message_ID="<3@example.net>")
    assert [take(stage, request).result for _ in range(2)] == ["request", "duplicate"]
    assert len(heard(stage)) == 1
    assert len(stage.subjects("nobody@example.net")) == 1


def test_another_text_under_the_same_message_id_is_not_lost(stage: Stage) -> None:
    stage.asked_and_confirmed()
    for words in ("one", "two"):
        assert take(stage, a_mail(words, To=token(stage))).result == "joined"
    assert [words for _, words in heard(stage)] == ["one", "two"]
