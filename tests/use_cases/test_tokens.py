"""Access tokens are made, used, changed and removed; what is kept opens nothing, and what ends stays ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text

from support_portal.adapters.secrets import HmacDigests
from support_portal.domain import tokens as rules
from support_portal.domain.browsers import Browser
from support_portal.domain.errors import BadInput, NotAllowed, NotFound
from support_portal.domain.moves import Actor, By
from support_portal.domain.tokens import Scope
from support_portal.ports.stores import Work
from support_portal.use_cases import tokens
from support_portal.use_cases.steps.locking import shut
from support_portal.use_cases.steps.tokens import Made
from support_portal.use_cases.tokens import KEEP
from support_portal.use_cases.use_token import caller_with
from tests.use_cases.at_once import at_once
from tests.use_cases.stage import Stage
from tests.use_cases.token_stage import WISH, ana, edited, is_refused, last_used, made, rows, use

NOT_NOW = ("2h", "2020-01-01", "")


def test_a_token_opens_the_api_for_its_owner_and_its_use_is_noted_once_a_minute(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner)
    assert use(stage, one).token.owner == owner
    first = stage.clock.at
    stage.clock.move(seconds=59)
    use(stage, one)
    assert last_used(stage, owner) == first
    stage.clock.move(seconds=1)
    use(stage, one)
    assert last_used(stage, owner) == stage.clock.at


def test_pat_1_only_the_hmac_and_four_letters_are_kept_anywhere(stage: Stage) -> None:
    one = made(stage, ana(stage))
    use(stage, one)
    stage.work_off()
    tables = rows(stage, "select tablename from pg_tables where schemaname = current_schema()")
    dump = "".join("".join(rows(stage, f"select t::text from {name[2:-3]} t")) for name in tables)
    assert one.value not in dump
    assert one.value[4:20] not in dump
    assert one.value[:8] in dump
    assert one.value not in "".join(mail.text + mail.html for mail in stage.mails.taken)
    [digest] = rows(stage, "select encode(digest, 'hex') from access_tokens")
    assert digest == f"('{stage.tools.digests.kept('access token', one.value).hex()}',)"


class NoDatabase:
    """A unit of work that nobody may begin."""

    def begin(self) -> AbstractContextManager[Work]:
        """Fail the test."""
        raise AssertionError("the database was asked")

    def called_from(self, browser: Browser) -> NoDatabase:
        """The same for everybody."""
        return self


def test_pat_1_a_typing_error_is_caught_without_the_database(stage: Stage) -> None:
    one = made(stage, ana(stage))
    other = "b" if one.value[20] == "a" else "a"
    blind = replace(stage.tools, uow=NoDatabase())
    for typo in (one.value[:20] + other + one.value[21:], one.value[:-1], one.value + "0", "", "spp_"):
        with pytest.raises(NotAllowed):
            caller_with(typo, tools=blind)
    with pytest.raises(AssertionError, match="database was asked"):
        caller_with(one.value, tools=blind)


def test_a_token_lives_on_while_a_key_is_replaced_and_dies_with_its_key(stage: Stage) -> None:
    one = made(stage, ana(stage))
    rotated = replace(stage.tools, digests=HmacDigests([b"n" * 40, b"k" * 40]))
    assert caller_with(one.value, tools=rotated).token.id == one.token.id
    gone = replace(stage.tools, digests=HmacDigests([b"n" * 40]))
    with pytest.raises(NotAllowed):
        caller_with(one.value, tools=gone)


@pytest.mark.parametrize(
    ("expires", "lives"), [("1h", timedelta(hours=1)), ("1d", timedelta(days=1)), ("1m", timedelta(days=31))]
)
def test_pat_2_a_token_is_dead_at_the_second_it_ends(stage: Stage, expires: str, lives: timedelta) -> None:
    one = made(stage, ana(stage), expires=expires)  # in August, so a month has 31 days
    stage.clock.at += lives - timedelta(seconds=1)
    assert use(stage, one)
    stage.clock.move(seconds=1)
    assert is_refused(stage, one)


def test_pat_2_a_token_without_an_end_works_for_years(stage: Stage) -> None:
    one = made(stage, ana(stage), expires="never")
    stage.clock.move(days=3650)
    assert use(stage, one)


def test_pat_2_an_edit_prolongs_a_token_and_never_revives_one(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner, expires="1h")
    edited(stage, owner, one, expires="1d", description="daily export")
    stage.clock.move(hours=23, minutes=59)
    assert use(stage, one)
    edited(stage, owner, one, expires=KEEP)
    stage.clock.move(minutes=1)
    assert is_refused(stage, one)
    for expires in ("never", KEEP):
        with pytest.raises(NotAllowed, match="can’t be brought back"):
            edited(stage, owner, one, expires=expires)
    assert is_refused(stage, one)


def test_pat_2_making_editing_and_removing_need_a_sign_in_of_the_last_five_minutes(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner)
    stale = stage.clock.at - timedelta(minutes=5, seconds=1)
    acts: list[Callable[[], object]] = [
        partial(tokens.make, owner, uuid4(), WISH, stale, tools=stage.tools),
        partial(tokens.edit, owner, one.token.id, WISH, stale, tools=stage.tools),
        partial(tokens.remove, owner, one.token.id, stale, tools=stage.tools),
    ]
    for act in acts:
        with pytest.raises(BadInput) as refusal:
            act()
        assert set(refusal.value.fields) == {"password"}
    assert use(stage, one)
    assert len(tokens.list_tokens(owner, tools=stage.tools).tokens) == 1


def test_a_removed_token_is_dead_at_once_and_removing_it_again_changes_nothing(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner)
    for _ in range(2):
        tokens.remove(owner, one.token.id, stage.clock.at, tools=stage.tools)
    assert is_refused(stage, one)
    stage.work_off()
    assert stage.subjects().count("An access token was removed") == 1
    with pytest.raises(NotFound):
        edited(stage, owner, one)


def test_nobody_sees_changes_or_removes_anybody_elses_token(stage: Stage) -> None:
    one = made(stage, ana(stage))
    ben = stage.staff("Ben").principal
    with pytest.raises(NotFound):
        tokens.look(ben, one.token.id, tools=stage.tools)
    with pytest.raises(NotFound):
        edited(stage, ben, one)
    tokens.remove(ben, one.token.id, stage.clock.at, tools=stage.tools)
    assert use(stage, one)
    assert not tokens.list_tokens(ben, tools=stage.tools).tokens


def test_every_wrong_field_of_a_form_is_named_at_once(stage: Stage) -> None:
    owner = ana(stage)
    for expires in NOT_NOW:
        with pytest.raises(BadInput) as refusal:
            made(stage, owner, description="x" * 500, scopes=frozenset(Scope), expires=expires)
        assert set(refusal.value.fields) == {"description", "read_cases", "write_cases", "expires"}
    assert not tokens.list_tokens(owner, tools=stage.tools).tokens


def test_scopes_are_asked_again_at_each_use(stage: Stage) -> None:
    ben = stage.staff("Ben")
    one = made(stage, ben.principal, scopes=frozenset(Scope))
    assert use(stage, one).scopes == set(Scope)
    with stage.engine.begin() as connection:
        connection.execute(text("update staff set role = 'admin' where id = :id"), {"id": ben.id})
    assert use(stage, one).scopes == {Scope.READ_ACCOUNT}


def test_one_form_makes_one_token_however_often_it_is_sent_and_even_after_it_was_removed(stage: Stage) -> None:
    owner, form = ana(stage), uuid4()
    results = at_once([partial(made, stage, owner, form) for _ in range(8)])
    [one] = [result for result in results if isinstance(result, Made)]
    assert all(isinstance(result, Made | NotAllowed) for result in results)
    tokens.remove(owner, one.token.id, stage.clock.at, tools=stage.tools)
    with pytest.raises(NotAllowed, match="made already"):
        made(stage, owner, form)
    stage.work_off()
    assert stage.subjects().count("A new access token was made") == 1


def test_nobody_has_more_than_the_limit_however_many_are_made_at_once(stage: Stage) -> None:
    owner = ana(stage)
    for _ in range(rules.MOST_TOKENS - 2):
        made(stage, owner)
    results = at_once([partial(made, stage, owner) for _ in range(8)])
    assert sum(isinstance(result, Made) for result in results) == 2
    assert len(tokens.list_tokens(owner, tools=stage.tools).tokens) == rules.MOST_TOKENS


def test_a_locked_accounts_tokens_end_and_an_unlocked_account_gets_none_back(stage: Stage) -> None:
    owner = ana(stage)
    one = made(stage, owner)
    with stage.tools.uow.begin() as work:
        shut(work, owner, Actor(By.LINK, "Owner"))
    assert is_refused(stage, one)
    with stage.tools.uow.begin() as work:
        work.directory.unlock(owner.id)
    assert is_refused(stage, one)


def test_a_suspended_persons_tokens_are_refused_at_once(stage: Stage) -> None:
    ben = stage.staff("Ben")
    one = made(stage, ben.principal)
    with stage.tools.uow.begin() as work:
        work.people.suspend(ben.id)
    assert is_refused(stage, one)
