"""`support-portal run`: one command starts everything, one Ctrl-C ends it, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from support_portal.local import programs
from tests.local.running import GONE_WITHIN, new_folder, running
from tests.parts import environment, free_row
from tests.waiting import eventually

PARTS = ("postgres", "valkey", "relay", "worker", "beat", "web")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that every user of the machine may pass to, not made yet."""
    with new_folder() as made:
        yield made


def refusal(env: dict[str, str], *words: str) -> str:
    """The one line with which `run` does not start."""
    done = subprocess.run(programs.command("run", *words), env=env, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stdout + done.stderr
    return done.stderr


def test_everything_starts_stops_by_ctrl_c_with_status_0_and_starts_again(folder: Path) -> None:
    with running(folder) as run:
        said = run.said().splitlines()
        assert said[0].endswith("| PORTAL_SMTP_URL is not set: mails wait until it is")
        assert requests.get(f"{run.url}/readyz", timeout=10).status_code == 200
        assert "request" in requests.get(run.url, timeout=10).text
        keys = folder / "secret_keys"
        assert stat.S_IMODE(keys.stat().st_mode) == 0o600
        first_keys = keys.read_text()
        assert run.stop() == 0
        assert run.left_behind() == {}
        for part in PARTS:
            assert f"{part} stopped with status" in run.said()
    with running(folder) as again:
        assert keys.read_text() == first_keys
        assert again.stop() == 0


def test_below_a_closed_folder_it_starts_too_and_nothing_is_left_30_seconds_after_kill_9(folder: Path) -> None:
    folder.parent.chmod(0o700)
    with running(folder) as run:
        assert requests.get(f"{run.url}/readyz", timeout=10).status_code == 200
        run.process.kill()
        run.process.wait()
        eventually(lambda: not run.left_behind(), GONE_WITHIN)


def test_the_portals_own_database_role_is_no_superuser(folder: Path) -> None:
    with running(folder), psycopg.connect(host=f"{folder}/postgres", user="portal", dbname="portal") as connection:
        question = "select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = current_user"
        assert connection.execute(question).fetchone() == (False,)


def test_a_killed_part_comes_back(folder: Path) -> None:
    with running(folder) as run:
        eventually(lambda: run.numbers_of("workers.relay"))
        [before] = run.numbers_of("workers.relay")
        os.kill(before, signal.SIGKILL)
        eventually(lambda: run.numbers_of("workers.relay") not in ([], [before]))
        assert "relay ended with status -9" in run.said()


def test_a_second_run_in_one_folder_is_refused_in_one_line(folder: Path) -> None:
    with running(folder):
        line = refusal(environment(PORTAL_DATA_DIR=str(folder), PORTAL_PORT=str(free_row(1)[0])))
    assert f"another run uses the data folder {folder}" in line


@pytest.mark.parametrize("offset", [0, 1, 2, 3, 4])
def test_a_taken_port_is_refused_in_one_line(folder: Path, offset: int) -> None:
    port = free_row(6)[0]
    words = ["--demo"] if offset else []
    with socket.create_server(("127.0.0.1", port + offset)):
        line = refusal(environment(PORTAL_DATA_DIR=str(folder), PORTAL_PORT=str(port)), *words)
    assert f"port {port + offset} is taken" in line
    assert not (folder / "postgres").exists()


def test_a_folder_that_is_not_writable_is_refused_in_one_line(folder: Path) -> None:
    folder.write_text("a file is in the way")
    line = refusal(environment(PORTAL_DATA_DIR=str(folder)))
    assert f"the data folder {folder} is not writable" in line


def test_a_key_that_others_may_read_is_refused_in_one_line(folder: Path) -> None:
    folder.mkdir()
    (folder / "secret_keys").write_text("k" * 40)
    (folder / "secret_keys").chmod(0o644)
    assert "chmod 600" in refusal(environment(PORTAL_DATA_DIR=str(folder), PORTAL_PORT=str(free_row(1)[0])))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_DATABASE_URL", "postgresql://db.example/portal"),
        ("PORTAL_REDIS_URL", "redis://127.0.0.1/0"),
        ("PORTAL_SMTP_URL", "smtps://mail.example"),
        ("PORTAL_PUBLIC_URL", "https://portal.example"),
        ("PORTAL_GITHUB_API_URL", "https://api.github.com"),
        ("PORTAL_GITLAB_WEB_URL", "https://gitlab.com"),
        ("PORTAL_BITBUCKET_TOKEN", "a-real-one"),
        ("PORTAL_PROVIDERS", "providers.toml"),
    ],
)
def test_the_demo_is_refused_beside_a_setting_that_points_elsewhere(folder: Path, name: str, value: str) -> None:
    assert f"unset {name}" in refusal(environment(PORTAL_DATA_DIR=str(folder), **{name: value}), "--demo")
    assert not folder.exists()


def test_the_demo_serves_its_pages_survives_kill_9_and_is_ready_again(folder: Path) -> None:
    with running(folder, "--demo") as run:
        port = int(run.url.rsplit(":", 1)[1])
        for path in ("/readyz", "/", "/request"):
            assert requests.get(run.url + path, timeout=10).status_code == 200, path
        guide = f"http://127.0.0.1:{port + 4}/"
        assert guide in run.said()
        assert "sign" in requests.get(guide, timeout=10).text.lower()
        run.process.kill()
        run.process.wait()
        eventually(lambda: not run.left_behind(), GONE_WITHIN)
    with running(folder, "--demo") as again:
        assert again.stop() == 0
        assert again.left_behind() == {}
