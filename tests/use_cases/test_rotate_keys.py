"""A key is replaced: everything sealed is sealed anew, while people sign in, and the old key opens nothing more."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, func, insert, select, update

from support_portal.adapters.authenticators import PyotpAuthenticators
from support_portal.adapters.db.sealed import SEALED
from support_portal.adapters.db.tables import accounts, authenticators, enrolments, metadata
from support_portal.adapters.sealing import AesSealing
from support_portal.domain.principals import Principal, PrincipalKind, Step
from support_portal.domain.sealed import SealedFor
from support_portal.domain.second_factor import step_at
from support_portal.ports.logins import SealBroken
from support_portal.ports.tools import Tools
from support_portal.use_cases import enrol, second_step
from support_portal.use_cases.rotate_keys import Rotated, rotate_keys
from tests.phones import Phone, given_a_phone
from tests.use_cases.stage import MONDAY, PASSWORD, Stage

OLD, NEW, FOREIGN = b"o" * 40, b"n" * 40, b"f" * 40
MANY, THREADS = 1000, 4
# Hashes, from which nothing is read again, and what is public.
NOT_SEALED = {
    *("recovery_codes.digest", "sessions.secret_hash", "oauth_states.state", "oauth_states.browser"),
    *("access_tokens.digest", "device_codes.device_digest", "device_codes.user_digest"),
    *("security_keys.credential_id", "security_keys.public_key", "key_challenges.value"),
}
SHORT_LIVED = {"oauth_states.verifier"}  # sealed, and over after ten minutes
People = list[tuple[Principal, Phone]]


def with_keys(stage: Stage, *keys: bytes) -> Tools:
    """The tools of a process that has these keys, newest first."""
    return replace(stage.tools, sealing=AesSealing(keys))


def many_people(stage: Stage) -> People:
    """A thousand owners with an authenticator each, sealed with the old key."""
    sealing = AesSealing([OLD])
    people = [(Principal(PrincipalKind.ACCOUNT, uuid4()), Phone()) for _ in range(MANY)]
    then = MONDAY - timedelta(days=30)
    account = {"name": "", "status": "active", "created_at": then, "privileged": False}
    named = [(one.id, f"{one.id}@example.org") for one, _ in people]
    apps = [
        {"id": uuid4(), "enrolment_id": one.id, "seed": sealing.seal(SealedFor.SEED, one.id, phone.seed)}
        | {"made_at": then, "last_step": 0}
        for one, phone in people
    ]
    with stage.engine.begin() as connection:
        rows = [{"id": key, "address": address, "compared": address, **account} for key, address in named]
        connection.execute(insert(accounts), rows)
        standing = [{"id": one.id, "account_id": one.id, "enrolled_at": then} for one, _ in people]
        connection.execute(insert(enrolments), standing)
        connection.execute(insert(authenticators), apps)
    return people


def test_a_thousand_seeds_are_sealed_anew_while_people_sign_in_and_the_old_key_opens_none(stage: Stage) -> None:
    people, tools = many_people(stage), with_keys(stage, NEW, OLD)
    is_done, signed_in = threading.Event(), [0] * THREADS

    def sign_in_until_done(number: int) -> None:
        # Each code once: the step before, the present one, the one after.
        for moment in (MONDAY - timedelta(seconds=30), MONDAY, MONDAY + timedelta(seconds=30)):
            for principal, phone in people[number::THREADS]:
                if is_done.is_set():
                    return
                network = f"198.51.100.{number}"
                assert second_step.by_code(principal, phone.code(moment), network, tools=tools)[0] is Step.SIGNED_IN
                signed_in[number] += 1

    with ThreadPoolExecutor(THREADS) as pool:
        waiting = [pool.submit(sign_in_until_done, number) for number in range(THREADS)]
        try:
            rotated = rotate_keys("test", tools=tools)
        finally:
            is_done.set()
        for one in waiting:
            one.result()  # raises for the first sign-in that failed
    assert rotated == nothing_but(Rotated("authenticators.seed", MANY, 0))
    assert min(signed_in) > 0
    assert opened(stage, AesSealing([OLD])) == 0
    assert opened(stage, AesSealing([NEW])) == MANY


def nothing_but(found: Rotated) -> list[Rotated]:
    """What the places came to, when there was work in one of them alone."""
    names = ("set_ups.seed", "set_ups.codes", "authenticators.seed")
    return [found if name == found.place else Rotated(name, 0, 0) for name in names]


def opened(stage: Stage, sealing: AesSealing) -> int:
    """How many seeds these keys open."""
    owner = func.coalesce(enrolments.c.account_id, enrolments.c.staff_id)
    query = select(owner, authenticators.c.seed).join(authenticators)
    with stage.engine.connect() as connection:
        return sum(does_open(sealing, *row) for row in connection.execute(query))


def does_open(sealing: AesSealing, owner: UUID, seed: bytes) -> bool:
    try:
        sealing.open(SealedFor.SEED, owner, seed)
    except SealBroken:
        return False
    return True


def test_a_set_up_under_way_goes_on_through_the_rotation_with_its_seed_and_its_codes(stage: Stage) -> None:
    old, both, new = with_keys(stage, OLD), with_keys(stage, NEW, OLD), with_keys(stage, NEW)
    ben = stage.staff("Ben").principal
    enrol.begin(ben, Step.ENROLMENT, PASSWORD, "", "192.0.2.7", tools=old)
    begun = enrol.look(ben, tools=old)
    assert rotate_keys("test", tools=both) == nothing_but(Rotated("set_ups.seed", 1, 0))
    assert enrol.look(ben, tools=new).typed == begun.typed
    enrol.confirm(ben, str(begun.id), code_of(old, ben), "192.0.2.7", tools=both)
    shown = enrol.look(ben, tools=both).codes
    newest = with_keys(stage, FOREIGN, NEW)
    rotated = {one.place: one.done for one in rotate_keys("test", tools=newest)}
    assert rotated == {"set_ups.seed": 1, "set_ups.codes": 1, "authenticators.seed": 0}
    assert enrol.look(ben, tools=with_keys(stage, FOREIGN)).codes == shown


def code_of(tools: Tools, who: Principal) -> str:
    """The code of the set-up of somebody, whichever key sealed its seed."""
    with tools.uow.begin() as work:
        set_up = work.set_ups.of(who)
        step = step_at(work.now)
    assert set_up is not None
    assert set_up.seed is not None
    seed = AesSealing([NEW, OLD]).open(SealedFor.SEED, who.id, set_up.seed)
    return PyotpAuthenticators().codes(seed, [step])[step]


def test_what_no_key_opens_stays_as_it_is_and_is_counted_and_the_next_run_does_the_rest(stage: Stage) -> None:
    ana = Principal(PrincipalKind.ACCOUNT, stage.an_account())
    ben, chloe = stage.staff("Ben").principal, stage.staff("Chloe").principal
    for who, key in ((ana, OLD), (ben, FOREIGN), (chloe, NEW)):
        given_a_phone(with_keys(stage, key), who)
    tools = with_keys(stage, NEW, OLD)
    assert rotate_keys("test", tools=tools) == nothing_but(Rotated("authenticators.seed", 1, 1))
    assert rotate_keys("test", tools=tools) == nothing_but(Rotated("authenticators.seed", 0, 1))
    with_all = with_keys(stage, NEW, OLD, FOREIGN)
    assert rotate_keys("test", tools=with_all) == nothing_but(Rotated("authenticators.seed", 1, 0))
    assert opened(stage, AesSealing([NEW])) == 3


def test_with_nothing_that_is_older_there_is_nothing_to_do(stage: Stage) -> None:
    given_a_phone(stage.tools, stage.staff("Ben").principal)
    assert rotate_keys("test", tools=stage.tools) == nothing_but(Rotated("authenticators.seed", 0, 0))


def test_every_binary_column_is_sealed_and_in_the_list_or_a_hash() -> None:
    binary = {str(c) for table in metadata.tables.values() for c in table.c if isinstance(c.type, LargeBinary)}
    assert binary == {str(one.column) for one in SEALED} | NOT_SEALED | SHORT_LIVED


def test_a_seed_that_was_copied_to_somebody_else_is_not_sealed_anew_for_them(stage: Stage) -> None:
    ben, chloe = stage.staff("Ben").principal, stage.staff("Chloe").principal
    old = with_keys(stage, OLD)
    for who in (ben, chloe):
        given_a_phone(old, who)
    chloes = old.sealing.seal(SealedFor.SEED, chloe.id, b"s" * 20)
    with stage.engine.begin() as connection:
        connection.execute(update(authenticators).values(seed=chloes))
    rotated = rotate_keys("test", tools=with_keys(stage, NEW, OLD))
    assert rotated == nothing_but(Rotated("authenticators.seed", 1, 1))
