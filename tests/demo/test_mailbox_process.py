"""The mail catcher as a process: how it starts, is refused and ends."""

from __future__ import annotations

import signal
import smtplib
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "demo.mailbox", *arguments],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_takes_a_mail_and_ends_with_status_0(tmp_path: Path, number: signal.Signals) -> None:
    with start("--smtp-port", "0", "--web-port", "0", "--folder", str(tmp_path / "new" / "mails")) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        web_url, smtp = words[5].rstrip(","), words[-1]
        with smtplib.SMTP(smtp, timeout=10) as client:
            client.sendmail("bounces@portal.example", ["mira@example.com"], "Subject: Hello\r\n\r\n")
        assert requests.get(f"{web_url}/healthz", timeout=10).status_code == 200
        assert [mail["subject"] for mail in requests.get(f"{web_url}/api/mails", timeout=10).json()] == ["Hello"]
        process.send_signal(number)
        output, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert (output, errors) == ("", "")


@pytest.mark.parametrize("taken", ["--smtp-port", "--web-port"])
def test_a_taken_port_is_one_line_and_nothing_started(tmp_path: Path, taken: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = {"--smtp-port": "0", "--web-port": "0", taken: str(other.getsockname()[1])}
        arguments = [word for pair in ports.items() for word in pair]
        with start(*arguments, "--folder", str(tmp_path)) as process:
            output, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert output == ""
    assert len(errors.splitlines()) == 1
    assert "in use" in errors


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with start("--smtp-port", "0", "--web-port", "0", "--folder", str(tmp_path / "file" / "mails")) as process:
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, len(errors.splitlines())) == (1, "", 1)
    assert "mails" in errors
