"""`python -m demo.mailbox`: the catcher as a process, until it gets SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from demo.mailbox.service import Mailbox


def main() -> int:
    """Run until asked to stop; status 1 and one line where a port is taken or the folder can't be used."""
    parser = argparse.ArgumentParser(prog="python -m demo.mailbox", description="Catch mails and show them.")
    parser.add_argument("--smtp-port", type=int, required=True, help="where mail is taken, on 127.0.0.1; 0 for any")
    parser.add_argument("--web-port", type=int, required=True, help="where the pages are, on 127.0.0.1; 0 for any")
    parser.add_argument("--folder", type=Path, required=True, help="where the mails are kept")
    parser.add_argument("--guide", type=Path, help="the demo's guide, a JSON file; it may come later")
    asked = parser.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopping.set())
    try:
        mailbox = Mailbox(asked.folder, smtp_port=asked.smtp_port, web_port=asked.web_port, guide=asked.guide)
    except OSError as error:
        sys.stderr.write(f"mailbox: can't start: {error}\n")
        return 1
    with mailbox:
        sys.stdout.write(f"mailbox: mails and guide at {mailbox.web_url}, SMTP on 127.0.0.1:{mailbox.smtp_port}\n")
        sys.stdout.flush()
        stopping.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
