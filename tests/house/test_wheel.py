"""A built wheel is whole: it starts, and brings its templates and its static files, but no demo and no tests."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from tests.parts import SECRET_KEYS, Database, environment

LOOK = """
import support_portal
from support_portal.app import create_app
client = create_app().test_client()
answer = client.get("/", base_url="http://localhost:8000")
style = client.get("/static/portal.css", base_url="http://localhost:8000")
print(support_portal.__file__, answer.status_code, style.status_code, "</html>" in answer.text)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that an installed wheel fills."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "built")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [archive] = (folder / "built").glob("*.whl")
    installed = folder / "installed"
    zipfile.ZipFile(archive).extractall(installed)
    return installed


def in_wheel(wheel: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run this Python with the wheel and its dependencies, and without the checkout that is installed beside them."""
    env = environment(PYTHONPATH=f"{wheel}:{sysconfig.get_path('purelib')}", **settings)
    return subprocess.run([sys.executable, "-S", *words], cwd=wheel.parent, env=env, capture_output=True, text=True)


def test_the_wheel_holds_the_portal_alone(wheel: Path) -> None:
    top = {path.name for path in wheel.iterdir() if path.suffix != ".dist-info"}
    assert top == {"support_portal", "workers", "celery_config.py"}
    assert (wheel / "support_portal/static/portal.css").is_file()
    assert {path.relative_to(wheel / "support_portal/templates") for path in wheel.rglob("*.html")} == {
        path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.html")
    }


def test_an_installed_wheel_serves_a_page_with_its_style(wheel: Path, database: Database) -> None:
    settings = {"PORTAL_DATABASE_URL": database.url, "PORTAL_SECRET_KEYS": SECRET_KEYS}
    done = in_wheel(wheel, "-c", LOOK, **settings, PORTAL_REDIS_URL="redis://127.0.0.1:1/0")
    assert done.stderr == ""
    assert done.stdout.split() == [str(wheel / "support_portal/__init__.py"), "200", "200", "True"]


def test_the_command_line_of_an_installed_wheel_explains_itself(wheel: Path) -> None:
    done = in_wheel(wheel, "-m", "support_portal.cli", "doctor", "--help")
    assert done.returncode == 0, done.stderr
    assert "support-portal = support_portal.cli:main" in next(wheel.glob("*.dist-info/entry_points.txt")).read_text()


def test_the_demo_is_refused_in_one_line_where_it_is_not_installed(wheel: Path, tmp_path: Path) -> None:
    done = in_wheel(wheel, "-m", "support_portal.cli", "run", "--demo", PORTAL_DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "demo.providers is not here" in done.stderr
