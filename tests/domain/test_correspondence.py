"""Who gets which letter, and which links are in it."""

from __future__ import annotations

import pytest

from support_portal.domain.correspondence import ABOUT_SECURITY, Audience, Letter, Purpose, audience_of, links_of

L, P = Letter, Purpose
LIVE_NOTICES = (L.CONFIRM, L.OWNERS_TOLD, L.INSTRUCTIONS, L.IN_TRIAGE, L.APPROVED, L.WAIT_ENDS, L.CASE_IS_OPEN)


@pytest.mark.parametrize("letter", Letter)
def test_the_case_page_is_opened_to_the_registered_address_alone(letter: Letter) -> None:
    assert P.CASE not in links_of(letter, to_registered=False)


@pytest.mark.parametrize("to_registered", [True, False])
@pytest.mark.parametrize("letter", LIVE_NOTICES)
def test_whoever_is_told_of_a_request_can_stop_it(letter: Letter, to_registered: bool) -> None:
    assert P.STOP in links_of(letter, to_registered=to_registered)


@pytest.mark.parametrize("letter", Letter)
def test_only_the_first_mail_confirms_and_only_those_after_a_change_lock(letter: Letter) -> None:
    links = links_of(letter, to_registered=True)
    assert (P.CONFIRM in links) is (letter is L.CONFIRM)
    assert (P.LOCK in links) is (letter in {L.REMOVED} | ABOUT_SECURITY)


@pytest.mark.parametrize("letter", Letter)
def test_mails_to_strangers_and_staff_open_nothing(letter: Letter) -> None:
    if audience_of(letter) in {Audience.TYPED, Audience.SENDER, Audience.LEADS}:
        assert links_of(letter, to_registered=False) == links_of(letter, to_registered=True) == ()


@pytest.mark.parametrize("letter", Letter)
def test_no_link_is_in_a_letter_twice(letter: Letter) -> None:
    links = links_of(letter, to_registered=True)
    assert len(set(links)) == len(links)
