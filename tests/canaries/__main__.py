"""`python3 dev.py canaries`: every secret of account security is lived with, and then searched for everywhere."""

from __future__ import annotations

import argparse
import sys
import time

from tests.canaries.living import live
from tests.canaries.person import Person
from tests.canaries.searching import found_in, listening, places, watching_processes
from tests.parts import (
    TEMPLATE,
    Database,
    running_parts,
    start_broker,
    start_portal,
    start_postgres,
    start_world,
)
from tests.printed_tables import drawn


def main() -> int:
    """Live, search, print where was searched and what was found; 1 when a secret is where it must not be."""
    parser = argparse.ArgumentParser(prog="dev.py canaries")
    parser.add_argument("--plant", action="store_true", help="write each secret into the log: has to be found")
    options = parser.parse_args()
    started = time.monotonic()
    with running_parts() as parts:
        server, broker = start_postgres(parts), start_broker(parts)
        server.make_database("portal", TEMPLATE)
        with listening(broker) as said, watching_processes() as seen:
            portal = start_portal(parts, Database("portal", server), broker, start_world(parts))
            people = live(portal)
        if options.plant:
            with parts.log.open("a", encoding="utf-8") as log:
                log.writelines(f"a careless line: {secret}\n" for person in people for secret in person.secrets)
        searched = places(parts, portal, people, said, seen)
    secrets = {secret: what for person in people for secret, what in person.secrets.items()}
    is_clean = _report(searched, secrets, people)
    print(f"took {time.monotonic() - started:.0f} s")
    print("GREEN" if is_clean else "RED")
    return int(not is_clean)


def _report(searched: dict[str, str], secrets: dict[str, str], people: list[Person]) -> bool:
    kinds = sorted(set(secrets.values()))
    count = {what: sum(1 for kind in secrets.values() if kind == what) for what in kinds}
    answers = sum(len(person.seen) for person in people)
    print(f"{len(secrets)} secrets of {len(kinds)} kinds, {answers} answers of the portal")
    found = {place: found_in(text, secrets) for place, text in searched.items()}
    cells = {
        (f"{what} ({count[what]})", place): "FOUND" if what in found[place] else "-"
        for what in kinds
        for place in searched
    }
    cells |= {("characters searched", place): f"{len(text):,}" for place, text in searched.items()}
    print("\n".join(drawn(cells)))
    print(
        "allowed: a link in its own mail and on the page it leads to; seed, recovery codes and token once, when made;"
    )
    print("and a session in its own cookie; an OAuth state on its way to the provider")
    return not any(found.values())


if __name__ == "__main__":
    sys.exit(main())
