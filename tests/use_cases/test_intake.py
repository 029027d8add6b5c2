"""A request comes in: who is written to, how often, and what nobody learns by asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Connection, event, select, text

from support_portal.adapters.db.tables import messages, metadata, requests
from support_portal.domain.accounts import AccountStatus
from support_portal.domain.cases import State
from support_portal.domain.correspondence import Author
from support_portal.domain.errors import BadInput, LinkNotGood
from support_portal.use_cases import confirm, intake, stop
from tests.use_cases.at_once import at_once
from tests.use_cases.outside import set_status
from tests.use_cases.stage import ANAS, ANAS_SECOND, Stage, owner

NO_ACCOUNT = "We found no account with this address"
ANA_ASKS = intake.Typed(ANAS, "My phone fell into the harbor.", False, True, "192.0.2.7", "Firefox")


def two_factor_is_off(stage: Stage) -> None:
    stage.an_account(two_factor_enrolled_at=None)


def there_is_no_git_account(stage: Stage) -> None:
    stage.an_account(connected=())


def the_account_is_suspended(stage: Stage) -> None:
    set_status(stage.engine, stage.an_account(), AccountStatus.SUSPENDED)


def the_account_is_locked(stage: Stage) -> None:
    set_status(stage.engine, stage.an_account(), AccountStatus.LOCKED)


def the_owner_stopped_a_case(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    stop.stop(stage.link("stop"), "not-me", tools=stage.tools)
    stage.work_off()
    stage.mails.taken.clear()


def all_is_well(stage: Stage) -> None:
    stage.an_account()


def nobody_has_it(stage: Stage) -> None:
    """There is no account at all."""


@pytest.mark.parametrize(
    ("arrange", "subject"),
    [
        (two_factor_is_off, "Two-factor authentication is not on"),
        (there_is_no_git_account, "We can’t remove two-factor authentication from this account"),
        (the_account_is_suspended, "This account can’t be changed at the moment"),
        (the_account_is_locked, "This account can’t be changed at the moment"),
        (the_owner_stopped_a_case, "New requests for this account are stopped for now"),
    ],
)
def test_a_request_that_opens_no_case_is_answered_at_the_stored_address_once_a_day(
    stage: Stage, arrange: Callable[[Stage], None], subject: str
) -> None:
    arrange(stage)
    stage.ask("ANA@Example.ORG")
    stage.ask("Ana@example.org")
    assert [(mail.to, mail.subject) for mail in stage.mails.taken] == [(ANAS, subject)]
    stage.clock.move(hours=24, seconds=1)
    stage.ask()
    assert stage.subjects() == [subject, subject]


def test_an_unknown_address_is_answered_where_it_was_typed_once_a_day(stage: Stage) -> None:
    stage.ask("nobody@example.org")
    stage.ask("NOBODY@example.org")
    assert [(mail.to, mail.subject) for mail in stage.mails.taken] == [("nobody@example.org", NO_ACCOUNT)]
    assert stage.numbers() == []


def test_the_form_leaves_the_same_rows_and_asks_the_same_queries_whoever_is_asked_for(stage: Stage) -> None:
    seen = {}
    arrangements = (all_is_well, nobody_has_it, two_factor_is_off, the_account_is_suspended, the_owner_stopped_a_case)
    for number, arrange in enumerate(arrangements):
        other = Stage(stage.engine, clock=stage.clock)
        address = f"ana{number}@example.org"
        with stage.engine.begin() as connection:  # each owner has the address to themselves
            connection.execute(text("update accounts set address = 'gone' || id, compared = 'gone' || id"))
            connection.execute(text("delete from account_addresses"))
            connection.execute(text("delete from connected_accounts"))
        arrange(other)
        with stage.engine.begin() as connection:
            connection.execute(
                text("update accounts set address = :to, compared = :to where compared = :old"),
                {"to": address, "old": ANAS},
            )
        seen[arrange.__name__] = _what_asking_does(other, address)
    assert len(set(seen.values())) == 1, seen


def _what_asking_does(stage: Stage, address: str) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    """The statements one request makes, and the rows it adds, by table."""
    statements: list[str] = []

    def note(_: Connection, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    before = _row_counts(stage)
    event.listen(stage.engine, "before_cursor_execute", note)
    try:
        intake.write_down(replace(ANA_ASKS, address=address), tools=stage.tools)
    finally:
        event.remove(stage.engine, "before_cursor_execute", note)
    after = _row_counts(stage)
    return tuple(statements), tuple((name, after[name] - before[name]) for name in sorted(after))


def _row_counts(stage: Stage) -> dict[str, int]:
    with stage.engine.connect() as connection:
        return {name: connection.execute(text(f"select count(*) from {name}")).scalar_one() for name in metadata.tables}


def test_a_repeated_request_is_mailed_a_new_link_three_times_a_day(stage: Stage) -> None:
    stage.an_account()
    for _ in range(5):
        stage.ask()
    assert stage.subjects() == ["Confirm your request"] * 3
    assert len(stage.numbers()) == 1
    stage.clock.move(hours=23)
    stage.ask()
    assert len(stage.subjects()) == 3
    stage.clock.move(minutes=59)
    assert len({mail.text for mail in stage.mails.taken}) == 3


def test_each_of_several_links_works_until_one_is_used(stage: Stage) -> None:
    stage.an_account()
    tokens = []
    for _ in range(3):
        stage.ask()
        tokens.append(stage.link("requests/confirm"))
    assert len(set(tokens)) == 3
    for token in tokens:
        confirm.look(token, tools=stage.tools)
    confirm.confirm(tokens[1], has_recovery_code=False, set_up_by_me=True, tools=stage.tools)
    for token in tokens:
        with pytest.raises(LinkNotGood):
            confirm.confirm(token, has_recovery_code=False, set_up_by_me=True, tools=stage.tools)


def test_a_link_shows_when_and_from_where_its_own_request_came(stage: Stage) -> None:
    stage.an_account()
    stage.ask(network_address="203.0.113.66", user_agent="Mallory’s browser", set_up_by_me=False)
    strangers = stage.link("requests/confirm")
    stage.clock.move(hours=2)
    stage.ask(network_address="192.0.2.7")
    shown = confirm.look(stage.link("requests/confirm"), tools=stage.tools)
    assert (shown.asked_at, shown.network_address, shown.set_up_by_me) == (stage.clock.at, "192.0.2.7", True)
    assert confirm.look(strangers, tools=stage.tools).network_address == "203.0.113.66"
    assert stage.case(stage.confirm().reference).state is State.AWAITING_REPOSITORY


def test_a_new_link_gives_the_unconfirmed_case_another_day(stage: Stage) -> None:
    stage.an_account()
    stage.ask()
    stage.passes(hours=23)
    stage.ask()
    stage.passes(hours=23)
    [number] = stage.numbers()
    assert stage.case(f"SP-{number}").state is State.UNCONFIRMED
    stage.passes(hours=1, seconds=1)
    assert stage.case(f"SP-{number}").state is State.EXPIRED


def test_a_request_beside_a_confirmed_case_opens_nothing_and_its_words_are_held_as_unproven(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    before = stage.case(done.reference)
    stage.ask(reason="Please send the link to mallory@attacker.example")
    stage.ask(reason="Hurry")
    assert stage.subjects().count("Your request is open already") == 1
    assert stage.link("cases", ANAS) == done.key
    assert stage.case(done.reference) == before
    assert len(stage.numbers()) == 1
    with stage.engine.connect() as connection:
        said = {row.text: row.author for row in connection.execute(select(messages))}
    assert said["Hurry"] == said["Please send the link to mallory@attacker.example"] == Author.UNPROVEN
    shown = stage.tools.screens.requester.case(before.id).messages
    assert [message.text for message in shown] == ["My phone fell into the harbor."]
    stage.clock.move(hours=24, seconds=1)
    stage.ask()
    assert stage.subjects().count("Your request is open already") == 2


def test_no_mail_carries_a_word_of_whoever_filled_in_the_form(stage: Stage) -> None:
    stage.an_account()
    words = "Call 555-0100 or open https://attacker.example/login now"
    for address in (ANAS, "victim@example.org"):
        stage.ask(address, reason=words, user_agent=words)
    stage.confirm()
    stage.ask(reason=words, user_agent=words)
    assert len(stage.mails.taken) >= 5
    for mail in stage.mails.taken:
        for part in ("555-0100", "attacker.example"):
            assert part not in mail.subject + mail.text + mail.html


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("ana@example.org", "ANA@EXAMPLE.ORG"),
        ("ana@example.org", "\uff41\uff4e\uff41@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@xn--bcher-kva.example", "Ana@BÜCHER.example"),
        ("straße@example.org", "strasse@example.org"),
    ],
)
def test_spellings_of_one_address_mean_the_same_account(stage: Stage, stored: str, typed: str) -> None:
    stage.an_account(stored)
    stage.ask(typed)
    assert [mail.to for mail in stage.mails.taken] == [stored]
    assert stage.subjects(stored) == ["Confirm your request"]


@pytest.mark.parametrize("typed", ["a.na@example.org", "ana+phone@example.org", "ana@example.org.example"])
def test_dots_and_plus_parts_make_another_address(stage: Stage, typed: str) -> None:
    stage.an_account()
    stage.ask(typed)
    assert [(mail.to, mail.subject) for mail in stage.mails.taken] == [(typed, NO_ACCOUNT)]


def test_the_second_address_of_an_account_opens_no_case(stage: Stage) -> None:
    stage.an_account()
    stage.ask(ANAS_SECOND)
    assert [(mail.to, mail.subject) for mail in stage.mails.taken] == [(ANAS_SECOND, NO_ACCOUNT)]


def test_of_accounts_that_compare_equal_the_one_equal_letter_for_letter_is_meant_else_none(stage: Stage) -> None:
    stage.an_account()
    other = stage.account(stage.an_account_of(owner(1)))
    twin = replace(other, address="ANA@example.org")
    stage.directory.twins = [twin]
    stage.ask("aNa@example.org")
    assert [(mail.to, mail.subject) for mail in stage.mails.taken] == [("aNa@example.org", NO_ACCOUNT)]
    stage.ask("ANA@example.org")
    assert stage.subjects("ANA@example.org") == ["Confirm your request"]
    [number] = stage.numbers()
    assert stage.case(f"SP-{number}").account_id == twin.id


def test_two_requests_matched_at_the_same_moment_open_one_case(stage: Stage) -> None:
    stage.an_account()
    requests_ = [intake.write_down(ANA_ASKS, tools=stage.tools) for _ in range(8)]
    at_once([partial(intake.match, one, tools=stage.tools) for one in requests_])
    stage.work_off()
    assert len(stage.numbers()) == 1
    assert stage.subjects() == ["Confirm your request"] * 3
    with stage.engine.connect() as connection:
        assert connection.execute(select(requests).where(requests.c.matched_at.is_(None))).all() == []


def test_a_new_request_after_the_end_opens_a_new_case_that_names_the_one_before(stage: Stage) -> None:
    done = stage.asked_and_confirmed()
    stop.stop(stage.link("stop"), "me", tools=stage.tools)
    stage.ask()
    newest = stage.case(f"SP-{stage.numbers()[-1]}")
    assert newest.previous_case_id == stage.case(done.reference).id != newest.id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "ana@example.org\r\nBcc: all@example.org"}, "email"),
        ({"address": "ana@example.org, mallory@attacker.example"}, "email"),
        ({"address": "ana\u202e@example.org"}, "email"),
        ({"address": "ana"}, "email"),
        ({"reason": "  \n "}, "reason"),
        ({"reason": "x" * 4001}, "reason"),
    ],
)
def test_a_form_that_does_not_fit_names_the_field_and_writes_nothing(
    stage: Stage, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        stage.ask(**{"address": ANAS, **changes})
    assert list(refusal.value.fields) == [field]
    assert sum(_row_counts(stage).values()) == 0


def test_a_block_ends_by_itself(stage: Stage) -> None:
    the_owner_stopped_a_case(stage)
    stage.passes(days=14)
    stage.ask()
    assert stage.subjects() == ["Confirm your request"]
