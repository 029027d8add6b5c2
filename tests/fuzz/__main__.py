"""`python3 dev.py fuzz verification`: thousands of made-up answers through each real client, and never a wrong pass."""

from __future__ import annotations

import argparse
import logging
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from support_portal.adapters.providers.bitbucket import Bitbucket
from support_portal.adapters.providers.data_center import DataCenter
from support_portal.adapters.providers.github import GitHub
from support_portal.adapters.providers.gitlab import GitLab
from support_portal.domain.evidence import Outcome
from support_portal.domain.identities import ProviderKind
from support_portal.domain.watching import retry_moment
from tests.answering import Prepared, Server, a_server
from tests.fuzz.asking import Adapter, Subject, a_subject
from tests.fuzz.careless import CarelessBitbucket, CarelessDataCenter, CarelessGitHub, CarelessGitLab
from tests.fuzz.making import answers
from tests.fuzz.whole import is_whole
from tests.printed_tables import drawn
from tests.stand_ins import stand_in_providers

KINDS = {
    "github": ProviderKind.GITHUB,
    "gitlab": ProviderKind.GITLAB,
    "bitbucket": ProviderKind.BITBUCKET,
    "data_center": ProviderKind.DATA_CENTER,
}
CAREFUL: Mapping[ProviderKind, Adapter] = {
    ProviderKind.GITHUB: GitHub,
    ProviderKind.GITLAB: GitLab,
    ProviderKind.BITBUCKET: Bitbucket,
    ProviderKind.DATA_CENTER: DataCenter,
}
CARELESS: Mapping[ProviderKind, Adapter] = {
    ProviderKind.GITHUB: CarelessGitHub,
    ProviderKind.GITLAB: CarelessGitLab,
    ProviderKind.BITBUCKET: CarelessBitbucket,
    ProviderKind.DATA_CENTER: CarelessDataCenter,
}
MOST_ASKED = 3  # questions of one look


class WrongPass(AssertionError):
    """A repository passed on an answer that proves nothing."""


def main() -> int:
    """Ask, print what came of it; 1 when anything passed that must not, or broke."""
    parser = argparse.ArgumentParser(prog="dev.py fuzz")
    parser.add_argument("what", choices=["verification"])
    parser.add_argument("--examples", type=int, default=10_000, help="answers for each client (10,000)")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="repeat the run that printed it")
    parser.add_argument("--plant", action="store_true", help="take what is not said for public: has to be red")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # an answer that upsets a client library is a line of the log each time
    print(f"{options.examples} answers for each of {len(KINDS)} clients, seed {options.seed}", flush=True)
    started, findings = time.monotonic(), list[str]()
    cells: dict[tuple[str, str], str] = {}
    with a_server() as server:
        for subject in subjects(server, CARELESS if options.plant else CAREFUL):
            seen: Counter[str] = Counter()
            finding = fuzz(subject, server, options.examples, options.seed, seen)
            findings += [f"{subject.kind}: {finding}"] if finding else []
            counted = {"answers": seen.total(), **{one.value: seen[one] for one in Outcome}}
            cells |= {(subject.kind.value, name): str(number) for name, number in counted.items()}
    print("\n".join(["", *drawn(cells), *findings, f"took {time.monotonic() - started:.0f} s"]))
    print("RED" if findings else "GREEN")
    return int(bool(findings))


def subjects(server: Server, adapters: Mapping[ProviderKind, Adapter]) -> list[Subject]:
    """Every client, with what its provider would truly answer."""
    with stand_in_providers(keys=KINDS) as running:
        return [a_subject(running[key], kind, adapters[kind], server.port) for key, kind in KINDS.items()]


def fuzz(subject: Subject, server: Server, examples: int, seed_: int, seen: Counter[str]) -> str:
    """Ask so many times; what went wrong, with the smallest answer that shows it, or an empty text."""
    then = st.lists(answers(subject.kind, subject.true), max_size=MOST_ASKED - 1)
    told = st.booleans().flatmap(
        lambda by_link: st.tuples(st.just(by_link), answers(subject.kind, subject.first(by_link=by_link)), then)
    )

    @seed(seed_)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(told)
    def ask(told: tuple[bool, Prepared, list[Prepared]]) -> None:
        by_link, prepared = told[0], [told[1], *told[2]]
        server.prepare(prepared)
        with shown(prepared, by_link):
            seen[outcome_of(subject, prepared, by_link=by_link)] += 1

    try:
        ask()
    except Exception as problem:
        return "\n  ".join([f"{type(problem).__name__}: {problem}", *getattr(problem, "__notes__", ())])
    return ""


@contextmanager
def shown(prepared: list[Prepared], by_link: bool) -> Iterator[None]:
    """Put the answers beside whatever goes wrong."""
    try:
        yield
    except Exception as problem:
        problem.add_note(f"asked {'for a link' if by_link else 'by the owner’s id'}, answered {prepared}")
        raise


def outcome_of(subject: Subject, prepared: list[Prepared], *, by_link: bool) -> Outcome:
    """What a worker makes of the answers; raises WrongPass, or whatever the adapter lets through."""
    seen = subject.look(by_link=by_link)
    if seen.fault is not None:
        retry_moment(datetime.now(UTC), seen.fault.retry_after, seen.fault.retry_at)
    good = (one for one in prepared if one.status == 200 and not one.cut)
    if seen.outcome is Outcome.PASSED and not any(is_whole(subject.kind, one.body) for one in good):
        raise WrongPass("passed without a whole answer")
    return seen.outcome


if __name__ == "__main__":
    sys.exit(main())
