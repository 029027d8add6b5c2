"""`python3 dev.py contracts`: what GitHub really answered is read as it was meant, through PyGithub over HTTP."""

from __future__ import annotations

import sys

from support_portal.adapters.providers.credentials import Access, Secret
from support_portal.adapters.providers.github import GitHub
from support_portal.domain.evidence import Answer, Found, Missing, Moved, OwnerKind, Unknown
from support_portal.domain.identities import Instance, ProviderKind
from tests.answering import a_server
from tests.contracts.recorded import PACKAGE, NotFetched, Recorded, recorded_answers

WEB = "https://github.com"


def main() -> int:
    """Ask for each, print what was made of it; 1 where that is wrong, or where nothing could be fetched."""
    try:
        answers = recorded_answers()
    except NotFetched as problem:
        sys.stderr.write(f"The recorded answers ({PACKAGE}) can't be fetched: {problem}\n")
        return 1
    instance = Instance("github", ProviderKind.GITHUB, "GitHub", WEB, WEB)
    wrong = 0
    with a_server() as server:
        github = GitHub(instance, f"http://127.0.0.1:{server.port}", Access(Secret("a-token")))
        for one in answers:
            server.prepare([one.prepared])
            seen = github.by_path("octokit-fixture-org", "hello-world")
            is_right = is_read_right(one, seen)
            wrong += not is_right
            print(f"{'ok  ' if is_right else 'FAIL'} {one.status} {one.scenario}: {one.path[:60]} -> {in_short(seen)}")
    whole = sum(is_repository(one) for one in answers)
    print(f"{len(answers)} recorded answers, {whole} of them repositories, {wrong} read wrongly")
    is_good = whole and not wrong
    print("GREEN" if is_good else "RED")
    return int(not is_good)


def is_repository(one: Recorded) -> bool:
    """Whether it is a repository by itself."""
    return one.status == 200 and isinstance(one.body, dict) and "full_name" in one.body


def is_read_right(one: Recorded, seen: Answer) -> bool:
    """Whether the portal made of it what it says."""
    if is_repository(one):
        return isinstance(seen, Found) and _facts(seen) == _told(one)
    if 300 <= one.status < 400:
        return isinstance(seen, Moved)
    return isinstance(seen, Missing if one.status == 404 else Unknown)


def _facts(seen: Found) -> tuple[object, ...]:
    facts = seen.facts
    created = facts.created_at.strftime("%Y-%m-%dT%H:%M:%SZ") if facts.created_at else ""
    is_group = facts.owner_kind is OwnerKind.GROUP
    return facts.repository_id, facts.name, facts.owner_id, is_group, facts.is_public, created, facts.is_fork


def _told(one: Recorded) -> tuple[object, ...]:
    body, owner = one.body, one.body["owner"]
    is_group, is_public = owner["type"] == "Organization", not body["private"]
    return str(body["id"]), body["name"], str(owner["id"]), is_group, is_public, body["created_at"], body["fork"]


def in_short(seen: Answer) -> str:
    """What was made of an answer, in a few words."""
    if isinstance(seen, Found):
        return f"repository {seen.facts.repository_id} of {seen.facts.owner_id}"
    return seen.detail if isinstance(seen, Unknown) else type(seen).__name__.lower()


if __name__ == "__main__":
    sys.exit(main())
