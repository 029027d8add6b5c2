"""Signing in through a connected git account: whom it lets in, how far, and what is refused in which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from support_portal.domain.accounts import AccountStatus
from support_portal.domain.errors import NotAllowed, NotFound
from support_portal.domain.git_sign_in import Identity
from support_portal.domain.principals import Factor, Step
from support_portal.use_cases import add_staff, set_policy, two_factor
from support_portal.use_cases.git_sign_in import Brought, SignedIn
from tests.phones import given_a_phone
from tests.use_cases import outside
from tests.use_cases.at_once import at_once
from tests.use_cases.git_people import ANAS_GIT, ANAS_GITHUB, HERE, Git, owner_of
from tests.use_cases.stage import ANAS, PASSWORD, Stage

STRANGER = Identity("6666", "mallory")
STALE = "That was begun in another window, or too long ago. Begin again."
NO_WAY_IN = "You can’t sign in through this GitHub account here. Sign in with your password."
NO_ANSWER = "GitHub did not tell us who you are. Nothing was done. Try again in a few minutes, or use your password."


@pytest.fixture
def git(stage: Stage) -> Git:
    """The ways over the providers."""
    return Git(stage)


def refused(git: Git, brought: Brought, provider: str = "github", **more: Any) -> tuple[str, str]:
    """What is said, and what is written down beside it; nothing else happened."""
    before = len(git.events("git_sign_in_refused"))
    with pytest.raises(NotAllowed) as refusal:
        git.come_back(provider, brought, **more)
    written = git.events("git_sign_in_refused")[before:]
    assert len(written) == 1, "each refusal is one event"
    assert git.events("signed_in") == []
    return str(refusal.value), written[0][1]


def test_oau_4_the_owner_of_the_git_account_is_signed_in_whole(stage: Stage, git: Git) -> None:
    account_id = stage.an_account()
    address = git.begin(wanted="/account/connections")
    came = git.come_back("github", git.brought(address))
    assert came == SignedIn(owner_of(account_id), Step.SIGNED_IN, ANAS_GITHUB, "/account/connections")
    account = stage.account(account_id)
    assert account.two_factor is not None, "it is on, and the policy lets git stand for it"
    assert account.connected[0].last_used_at == account.last_sign_in_at == stage.clock.at
    assert account.last_second_factor_at is None, "git is no second factor"
    with stage.engine.connect() as connection:
        rows = connection.execute(text("select factor, network_address from sign_ins")).all()
    assert [tuple(row) for row in rows] == [(Factor.GIT, HERE)]


def test_oau_4_where_the_policy_says_so_the_second_factor_is_asked(stage: Stage, git: Git) -> None:
    account_id = stage.an_account()
    set_policy.set_policy({"git_sign_in": "second_factor"}, "Lea", tools=stage.tools)
    came = git.sign_in()
    assert (came.principal, came.step, came.through) == (owner_of(account_id), Step.SECOND_FACTOR, ANAS_GITHUB)
    assert git.events("signed_in", "git_account_right") == [("git_account_right", "")]
    assert stage.account(account_id).last_sign_in_at != stage.clock.at


def test_oau_4_without_a_second_factor_there_is_none_to_ask_for(stage: Stage, git: Git) -> None:
    stage.an_account(two_factor_enrolled_at=None)
    set_policy.set_policy({"git_sign_in": "second_factor"}, "Lea", tools=stage.tools)
    assert git.sign_in().step is Step.SIGNED_IN


def test_oau_4_nobody_who_works_here_comes_in_through_a_git_account(stage: Stage, git: Git) -> None:
    account_id = stage.an_account()
    add_staff.add_staff(ANAS.upper(), "lead", "Ana", tools=stage.tools)
    assert refused(git, git.brought(git.begin())) == (NO_WAY_IN, "the account is not open this way")
    assert stage.account(account_id).connected[0].last_used_at is None


@pytest.mark.parametrize("status", [AccountStatus.LOCKED, AccountStatus.SUSPENDED, AccountStatus.DELETED])
def test_an_account_that_lets_nobody_in_answers_as_if_nobody_had_connected_it(
    stage: Stage, git: Git, status: AccountStatus
) -> None:
    outside.set_status(stage.engine, stage.an_account(), status)
    told = refused(git, git.brought(git.begin()))[0]
    assert told == NO_WAY_IN == refused(git, git.brought(git.begin(), STRANGER))[0]


def test_oau_2_an_id_opens_an_account_and_a_name_never_does(stage: Stage, git: Git) -> None:
    account_id = stage.an_account()
    assert refused(git, git.brought(git.begin(), Identity("6666", ANAS_GIT.username)))[0] == NO_WAY_IN
    renamed = git.sign_in(Identity(ANAS_GIT.external_id, "ana-is-called-so-now"))
    assert renamed.principal == owner_of(account_id)
    assert stage.account(account_id).connected[0].username == "ana-is-called-so-now"


def test_the_same_number_at_two_providers_is_two_people(stage: Stage, git: Git) -> None:
    stage.an_account()
    brought = git.brought(git.begin("gitlab"), ANAS_GIT, "gitlab")
    assert refused(git, brought, "gitlab")[0] == NO_WAY_IN.replace("GitHub", "GitLab")


def test_oau_1_a_state_that_is_missing_or_made_up_is_refused(stage: Stage, git: Git) -> None:
    stage.an_account()
    brought = git.brought(git.begin())
    for state in ("", "made-up", brought.state + "x", "x" * 3000):
        assert refused(git, replace(brought, state=state))[0] == STALE
    assert git.come_back("github", brought), "and the good one still works"


def test_oau_1_a_state_works_in_the_browser_it_was_given_to(stage: Stage, git: Git) -> None:
    stage.an_account()
    brought = git.brought(git.begin())
    for browser in ("", "the mark of Mallory's browser"):
        assert refused(git, brought, browser=browser)[0] == STALE


def test_oau_1_a_state_works_once(stage: Stage, git: Git) -> None:
    stage.an_account()
    brought = git.brought(git.begin())
    git.providers["github"].fault = "no answer in time"
    assert refused(git, brought)[0] == NO_ANSWER
    git.providers["github"].fault = ""
    assert refused(git, brought)[0] == STALE, "and a failed time is a time"


def test_oau_1_of_many_at_once_one_comes_in(stage: Stage, git: Git) -> None:
    stage.an_account()
    brought = git.brought(git.begin())
    came = at_once([partial(git.come_back, "github", brought)] * 16)
    assert sum(isinstance(one, SignedIn) for one in came) == 1
    assert sum(isinstance(one, NotAllowed) and str(one) == STALE for one in came) == 15


def test_oau_1_a_state_works_for_ten_minutes(stage: Stage, git: Git) -> None:
    stage.an_account()
    late, right = git.brought(git.begin()), git.brought(git.begin())
    stage.clock.move(minutes=9, seconds=59)
    git.come_back("github", right)
    stage.clock.move(seconds=1)
    with pytest.raises(NotAllowed, match="too long ago"):
        git.come_back("github", late)


def test_oau_1_what_one_provider_gave_is_no_good_at_another(stage: Stage, git: Git) -> None:
    stage.an_account()
    at_github, at_gitlab = git.brought(git.begin()), git.brought(git.begin("gitlab"), ANAS_GIT, "gitlab")
    assert refused(git, at_github, "gitlab")[0] == STALE
    mixed = Brought(at_gitlab.state, at_github.code, "")
    assert refused(git, mixed, "gitlab")[0] == NO_ANSWER.replace("GitHub", "GitLab")


def test_oau_1_a_code_works_with_the_verifier_it_was_made_for(stage: Stage, git: Git) -> None:
    stage.an_account()
    mallorys, anas = git.brought(git.begin(), STRANGER), git.brought(git.begin())
    swapped = Brought(mallorys.state, anas.code, "")
    assert refused(git, swapped) == (NO_ANSWER, "told the error bad_verification_code")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"error": "access_denied", "code": ""}, "You did not allow it at GitHub, so nothing was done."),
        ({"error": "server_error", "code": ""}, NO_ANSWER),
        ({"error": "<b>", "code": "with-a-code"}, NO_ANSWER),
        ({"code": ""}, NO_ANSWER),
        ({"code": "x" * 3000}, NO_ANSWER),
    ],
)
def test_an_answer_without_a_code_is_told_plainly(stage: Stage, git: Git, change: dict[str, str], told: str) -> None:
    stage.an_account()
    assert refused(git, replace(git.brought(git.begin()), **change))[0] == told


def test_a_provider_that_nobody_signs_in_at_is_not_there(git: Git) -> None:
    with pytest.raises(NotFound):
        git.begin("gitea")
    with pytest.raises(NotFound):
        git.come_back("gitea", Brought("state", "code", ""))


def test_only_digests_of_what_a_browser_carries_are_kept(stage: Stage, git: Git) -> None:
    brought = git.brought(git.begin())
    verifier = git.providers["github"].verifiers[brought.state]
    with stage.engine.connect() as connection:
        kept = str(connection.execute(text("select oauth_states::text from oauth_states")).all())
    for secret in (brought.state, git.browser, verifier):
        assert secret not in kept
        assert secret.encode().hex() not in kept
    assert 43 <= len(verifier) <= 128, "RFC 7636, 4.1"


def test_what_was_begun_is_forgotten_when_it_is_long_over(stage: Stage, git: Git) -> None:
    git.begin()
    stage.clock.move(minutes=61)
    git.begin()
    with stage.engine.connect() as connection:
        assert connection.execute(text("select count(*) from oauth_states")).scalar_one() == 1


def with_password(stage: Stage, set_before: timedelta) -> Callable[[Factor], None]:
    """An account whose password was set so long ago; what turns two-factor authentication off there."""
    stored = stage.tools.passwords.hashed(PASSWORD)
    account_id = stage.an_account(password_hash=stored, password_changed_at=stage.clock.at - set_before)
    given_a_phone(stage.tools, owner_of(account_id))
    return lambda factor: two_factor.turn_off(owner_of(account_id), PASSWORD, factor, HERE, tools=stage.tools)


def test_oau_4_a_password_of_yesterday_does_not_turn_the_second_factor_off_after_git(stage: Stage) -> None:
    turn_off = with_password(stage, timedelta(days=1))
    with pytest.raises(NotAllowed, match="less than 7 days ago"):
        turn_off(Factor.GIT)
    turn_off(Factor.TOTP)


def test_oau_4_a_password_of_more_than_a_week_does(stage: Stage) -> None:
    turn_off = with_password(stage, timedelta(days=7))
    with pytest.raises(NotAllowed):
        turn_off(Factor.GIT)
    stage.clock.move(seconds=1)
    turn_off(Factor.GIT)


def test_oau_4_how_old_it_must_be_is_policy(stage: Stage) -> None:
    turn_off = with_password(stage, timedelta(days=8))
    set_policy.set_policy({"git_password_age": "30d"}, "Lea", tools=stage.tools)
    with pytest.raises(NotAllowed, match="less than 30 days ago"):
        turn_off(Factor.GIT)
