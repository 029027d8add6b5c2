"""The commands of the checkout do what they say, and an unknown one says which there are."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.house.sources import ROOT


def test_an_unknown_command_is_one_line_and_status_64() -> None:
    done = subprocess.run([sys.executable, ROOT / "dev.py", "fly"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (64, "", 1)
    assert "'fly'" in done.stderr
    for word in (
        "run",
        "test",
        "check",
        "lock",
        "screens",
        "faults",
        "permissions",
        "races",
        "enumeration",
        "canaries",
        "fuzz",
        "contracts",
    ):
        assert word in done.stderr


def test_machines_run_what_people_run() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-1] == "exec python3 dev.py test"


def test_the_lock_files_name_no_package_host_and_a_hash_for_everything() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        entries = [entry for entry in text.replace("\\\n", " ").splitlines() if entry and not entry.startswith("#")]
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
