"""Connecting and disconnecting git accounts: who may, after which proof, and never the last way in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import text

from support_portal.domain.errors import BadInput, NotAllowed, NotFound, TooMany
from support_portal.domain.git_sign_in import Identity
from support_portal.domain.identities import ConnectedAccount, GitIdentity
from support_portal.domain.principals import Factor
from support_portal.ports.sessions import Session
from support_portal.use_cases import connections, enrol
from tests.phones import given_a_phone
from tests.use_cases.at_once import at_once
from tests.use_cases.git_people import ANAS_GIT, ANAS_GITHUB, HERE, Git, owner_of
from tests.use_cases.stage import ANAS, ANAS_SECOND, PASSWORD, Stage, owner

ON_GITLAB = Identity("2002", "ana.dev")
ANAS_GITLAB = GitIdentity("gitlab", "2002")
BEN = owner(2)


@pytest.fixture
def git(stage: Stage) -> Git:
    """The ways over the providers."""
    return Git(stage)


def with_password(stage: Stage) -> UUID:
    """Ana's account, with a password."""
    return stage.an_account(password_hash=stage.tools.passwords.hashed(PASSWORD))


def disconnect(stage: Stage, session: Session, which: GitIdentity = ANAS_GITHUB, password: str = "") -> None:
    connections.disconnect(session, which, password, HERE, tools=stage.tools)


def test_a_git_account_is_connected_at_this_moment_and_the_owner_is_told(stage: Stage, git: Git) -> None:
    account_id = with_password(stage)
    git.connect(git.session(account_id), ON_GITLAB)
    found = stage.account(account_id).connected[-1]
    assert found == ConnectedAccount("gitlab", "2002", "ana.dev", stage.clock.at)
    assert git.sign_in(ON_GITLAB, "gitlab").principal == owner_of(account_id)
    stage.work_off()
    for address in (ANAS, ANAS_SECOND):
        assert stage.subjects(address) == ["A git account was connected"]
        assert "an•••v" in stage.last(address).text
        assert ON_GITLAB.username not in stage.last(address).text
        assert "/lock/" in stage.last(address).text
    assert git.events("git_account_connected") == [("git_account_connected", "")]


def test_of_bitbucket_the_workspaces_are_kept_that_are_administered_now(stage: Stage, git: Git) -> None:
    account_id = with_password(stage)
    who = Identity("{ana}", "Ana", ("{own}", "{team}"))
    git.connect(git.session(account_id), who, "bitbucket")
    assert stage.account(account_id).connected[-1].workspace_ids == ("{own}", "{team}")
    git.sign_in(replace(who, workspace_ids=("{later}",)), "bitbucket")
    assert stage.account(account_id).connected[-1].workspace_ids == ("{own}", "{team}")
    assert git.providers["bitbucket"].workspaces_asked == [True, False], "to sign in they are not even read"


def test_oau_3_a_git_account_of_somebody_else_is_refused_without_a_word_whose(stage: Stage, git: Git) -> None:
    stage.an_account_of(BEN)
    account_id = with_password(stage)
    with pytest.raises(NotAllowed) as refusal:
        git.connect(git.session(account_id), Identity(BEN.git_id, BEN.username), "github")
    assert str(refusal.value) == "This GitHub account is connected to another account. Nothing was changed."
    assert git.connected(account_id) == {("github", ANAS_GIT.external_id)}
    assert git.events("git_connect_refused") == [("git_connect_refused", "connected to another account")]
    stage.work_off()
    assert stage.mails.taken == []


def test_ones_own_git_account_stays_as_it_was_connected(stage: Stage, git: Git) -> None:
    account_id = with_password(stage)
    before = stage.account(account_id).connected
    with pytest.raises(NotAllowed, match="to your account already"):
        git.connect(git.session(account_id), ANAS_GIT, "github")
    assert stage.account(account_id).connected == before


def test_oau_3_two_accounts_that_connect_it_at_once_are_one_account(stage: Stage, git: Git) -> None:
    people = [with_password(stage), stage.an_account_of(BEN)]
    sessions = [git.session(one) for one in people]
    begin = partial(connections.begin, browser=git.browser, network=HERE, tools=stage.tools)
    brought = [git.brought(begin(one, "gitlab", ""), ON_GITLAB, "gitlab") for one in sessions]
    acts = [partial(git.come_back, "gitlab", one, session) for one, session in zip(brought, sessions, strict=True)]
    came = at_once(acts)
    assert sum(isinstance(one, NotAllowed) for one in came) == 1, came
    assert sum(("gitlab", "2002") in git.connected(one) for one in people) == 1


def test_oau_2_connecting_ends_in_the_session_it_was_begun_in_and_in_no_other(stage: Stage, git: Git) -> None:
    account_id = with_password(stage)
    session = git.session(account_id)
    others = (None, git.session(account_id), git.session(stage.an_account_of(BEN)))
    for other in others:
        address = connections.begin(session, "gitlab", "", git.browser, HERE, tools=stage.tools)
        with pytest.raises(NotAllowed, match="Begin again"):
            git.come_back("gitlab", git.brought(address, ON_GITLAB, "gitlab"), other)
    assert git.connected(account_id) == {("github", ANAS_GIT.external_id)}
    assert len(git.events("git_connect_refused")) == 3


def test_oau_2_what_was_begun_to_sign_in_connects_nothing(stage: Stage, git: Git) -> None:
    account_id = with_password(stage)
    brought = git.brought(git.begin("gitlab"), ON_GITLAB, "gitlab")
    with pytest.raises(NotAllowed):
        git.come_back("gitlab", brought, git.session(account_id))
    assert ("gitlab", "2002") not in git.connected(account_id)


def test_oau_2_connecting_asks_who_it_is_after_five_minutes_and_always_after_git(stage: Stage, git: Git) -> None:
    account_id = with_password(stage)
    old, through_git = git.session(account_id), git.session(account_id, Factor.GIT, ANAS_GITHUB)
    stage.clock.move(minutes=5)
    git.connect(old, Identity("1", "one"))
    stage.clock.move(seconds=1)
    for session in (old, replace(through_git, signed_in_at=stage.clock.at)):
        with pytest.raises(BadInput) as refusal:
            git.connect(session, ON_GITLAB)
        assert list(refusal.value.fields) == ["password"]
        with pytest.raises(BadInput):
            disconnect(stage, session)
    git.connect(old, ON_GITLAB, password=PASSWORD)
    git.connect(through_git, Identity("3", "three"), password=PASSWORD)
    disconnect(stage, through_git, password=PASSWORD)


def test_wrong_passwords_are_counted_there_too(stage: Stage, git: Git) -> None:
    session = replace(git.session(with_password(stage)), factor=Factor.GIT)
    for _ in range(10):
        with pytest.raises(BadInput):
            disconnect(stage, session, password="wrong")
    with pytest.raises(TooMany):
        disconnect(stage, session, password=PASSWORD)


def test_who_has_no_password_is_told_to_set_one(stage: Stage, git: Git) -> None:
    session = git.session(stage.an_account(), Factor.GIT, ANAS_GITHUB)
    with pytest.raises(NotAllowed, match="no password yet"):
        git.connect(session, ON_GITLAB)


def test_a_disconnected_git_account_opens_nothing_and_the_owner_is_told(stage: Stage, git: Git) -> None:
    account_id = with_password(stage)
    disconnect(stage, git.session(account_id))
    assert git.connected(account_id) == set()
    with pytest.raises(NotAllowed):
        git.sign_in()
    stage.work_off()
    assert stage.subjects() == stage.subjects(ANAS_SECOND) == ["A git account was disconnected"]
    assert "/lock/" in stage.last().text
    assert git.events("git_account_disconnected") == [("git_account_disconnected", "")]


def test_unlinking_ends_the_sessions_that_were_begun_through_it_and_no_others(stage: Stage, git: Git) -> None:
    account_id = with_password(stage)
    git.connect(git.session(account_id), ON_GITLAB)
    by_password, by_github = git.session(account_id), git.session(account_id, Factor.GIT, ANAS_GITHUB)
    by_gitlab = git.session(account_id, Factor.GIT, ANAS_GITLAB)
    with_code = git.session(account_id, Factor.TOTP, ANAS_GITHUB)
    disconnect(stage, by_password)
    assert [git.alive(one) for one in (by_password, by_gitlab, by_github, with_code)] == [True, True, False, False]


def test_oau_3_the_last_way_in_stays(stage: Stage, git: Git) -> None:
    account_id = stage.an_account()
    session = git.session(account_id)
    with pytest.raises(NotAllowed, match="only way into your account"):
        disconnect(stage, session)
    git.connect(session, ON_GITLAB)
    disconnect(stage, session)
    with pytest.raises(NotAllowed, match="only way"):
        disconnect(stage, session, ANAS_GITLAB)
    assert git.connected(account_id) == {("gitlab", "2002")}
    assert git.events("git_disconnect_refused") == [("git_disconnect_refused", "the last way in")] * 2


def test_oau_3_a_git_account_of_a_provider_that_nobody_signs_in_at_is_no_way_in(stage: Stage, git: Git) -> None:
    account_id = stage.an_account()
    session = git.session(account_id)
    git.connect(session, ON_GITLAB)
    tools = replace(stage.tools, git_sign_ins={"github": git.providers["github"]})
    with pytest.raises(NotAllowed, match="only way"):
        connections.disconnect(session, ANAS_GITHUB, "", HERE, tools=tools)


@pytest.mark.parametrize("turn", range(5))
def test_oau_3_two_that_go_at_once_leave_one(stage: Stage, git: Git, turn: int) -> None:
    account_id = stage.an_account()
    session = git.session(account_id)
    git.connect(session, ON_GITLAB)
    went = at_once([partial(disconnect, stage, session, which) for which in (ANAS_GITHUB, ANAS_GITLAB)])
    assert sum(isinstance(one, NotAllowed) for one in went) == 1, went
    assert len(git.connected(account_id)) == 1


def test_nobody_disconnects_what_is_anothers(stage: Stage, git: Git) -> None:
    bens = stage.an_account_of(BEN)
    session = git.session(with_password(stage))
    with pytest.raises(NotFound):
        disconnect(stage, session, GitIdentity("github", BEN.git_id))
    assert git.connected(bens) == {("github", BEN.git_id)}


def test_the_list_names_what_is_connected_and_where_one_can_be(stage: Stage, git: Git) -> None:
    found = connections.look(owner_of(with_password(stage)), tools=stage.tools)
    assert [(one.provider, one.account.external_id) for one in found.connected] == [("GitHub", ANAS_GIT.external_id)]
    assert [one.name for one in found.missing] == ["GitLab", "Bitbucket"]
    alone = connections.look(owner_of(stage.an_account_of(BEN)), tools=replace(stage.tools, git_sign_ins={}))
    assert (len(alone.connected), alone.missing) == (1, ())


def test_oau_4_new_recovery_codes_are_no_way_around_it(stage: Stage) -> None:
    stored, yesterday = stage.tools.passwords.hashed(PASSWORD), stage.clock.at
    account_id = stage.an_account(password_hash=stored, password_changed_at=yesterday)
    given_a_phone(stage.tools, owner_of(account_id))
    stage.clock.move(days=1)
    begin_codes = partial(enrol.begin_codes, owner_of(account_id), tools=stage.tools)
    with pytest.raises(NotAllowed, match="less than 7 days ago"):
        begin_codes(Factor.GIT, PASSWORD, HERE)
    begin_codes(Factor.TOTP, PASSWORD, HERE)
    stage.clock.move(days=7)
    begin_codes(Factor.GIT, PASSWORD, HERE)
    with stage.engine.connect() as connection:
        assert connection.execute(text("select count(*) from set_ups")).scalar_one() == 1
