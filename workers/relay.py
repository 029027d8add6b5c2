"""Publishes what is due: woken by the database, and looking by itself every second.

Pages never speak to the broker, so a broker that is down or frozen costs no visitor anything.
"""

from __future__ import annotations

import logging

from kombu.exceptions import OperationalError

from support_portal.ports.stores import StoreUnavailable
from support_portal.settings import Settings
from support_portal.wiring import relay_from
from workers.app import app

log = logging.getLogger("relay")
MOST_AT_ONCE = 100


def main() -> None:
    """Run until killed."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    take_due, wakes = relay_from(Settings.from_environment())
    log.info("listening")
    for _ in wakes:
        try:
            while len(due := take_due(MOST_AT_ONCE)) == MOST_AT_ONCE:
                publish(due)
            publish(due)
        except (ConnectionError, StoreUnavailable) as error:
            log.warning("%s: the rows wait", error)


def publish(due: list[tuple[str, str]]) -> None:
    """Send one message for each due row; raises ConnectionError when the broker does not answer.

    What could not be published is published again after 20 s, since its row says so.
    """
    try:
        for job, subject in due:
            app.send_task(job, (subject,), retry=False)
    except OperationalError as error:
        raise ConnectionError(f"the broker does not answer ({error})") from error


if __name__ == "__main__":
    main()
