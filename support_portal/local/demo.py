"""What `run --demo` starts besides the portal, and the settings that lead the portal to it."""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from support_portal.local.embedded import free_port
from support_portal.local.folder import Refused
from support_portal.local.supervise import Process
from support_portal.settings import PREFIX, Settings, is_loopback

# Settings that lead nowhere; every other one could take the demo to a real database, provider or mailbox.
HARMLESS = ("PORT", "DATA_DIR", "SECRET_KEYS", "PRODUCT_NAME", "REPOSITORY_NAME", "NOTICE", "SUPPORT_ADDRESS")
NOTICE = "This is a demo: accounts, providers and mails are made up, and the safety wait takes a minute."
SUPPORT_ADDRESS = "support@portal.example"
MODULES = ("demo.providers", "demo.mailbox", "demo.story")


@dataclass(frozen=True)
class Demo:
    """The ports and the folder of one demo."""

    port: int
    smtp_port: int
    folder: Path

    @property
    def ports(self) -> tuple[int, ...]:
        """The portal's port, then GitHub's, GitLab's, Bitbucket's and the mail catcher's."""
        return tuple(range(self.port, self.port + 5))

    @property
    def guide(self) -> str:
        """The address of the guide."""
        return f"http://127.0.0.1:{self.port + 4}/"

    def settings(self) -> dict[str, str]:
        """The settings of the portal in this demo."""
        # Another site than the portal's `localhost`, as in life: ports of one name share cookies.
        github, gitlab, bitbucket = (f"http://127.0.0.1:{self.port + number}" for number in (1, 2, 3))
        named = {
            "PUBLIC_URL": f"http://localhost:{self.port}",
            "SMTP_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "SUPPORT_ADDRESS": SUPPORT_ADDRESS,
            "NOTICE": NOTICE,
            "GITHUB_API_URL": f"{github}/api/v3",
            "GITHUB_WEB_URL": github,
            "GITLAB_API_URL": gitlab,
            "GITLAB_WEB_URL": gitlab,
            "GITLAB_TOKEN": "token-of-support-portal",  # without a token GitLab tells no owner
            "BITBUCKET_API_URL": bitbucket,
            "BITBUCKET_WEB_URL": bitbucket,
            **_applications(),
        }
        return {PREFIX + name: value for name, value in named.items()}

    def processes(self, env: dict[str, str]) -> list[Process]:
        """The stand-in providers and the mail catcher."""
        _, github, gitlab, bitbucket, mail = map(str, self.ports)
        kept = ["--keep", str(self.folder / "providers.json")]
        back = ["--callback", f"http://localhost:{self.port}/sign-in/git/{{provider}}/callback"]
        stand_ins = ["--github-port", github, "--gitlab-port", gitlab, "--bitbucket-port", bitbucket, *kept, *back]
        files = ["--folder", str(self.folder / "mails"), "--guide", str(self.folder / "guide.json")]
        catcher = ["--smtp-port", str(self.smtp_port), "--web-port", mail, *files]
        module = [sys.executable, "-m"]
        return [
            Process(
                "providers", [*module, "demo.providers", *stand_ins], env, is_ready=lambda: listens(int(bitbucket))
            ),
            Process("mailbox", [*module, "demo.mailbox", *catcher], env, is_ready=lambda: listens(int(mail))),
        ]

    def story(self, env: dict[str, str]) -> Process:
        """What fills in the sample data, once."""
        return Process("story", [sys.executable, "-m", "demo.story"], env)


def _applications() -> dict[str, str]:
    """The portal as the stand-ins know it; neither the id nor the secret opens anything else."""
    return {
        f"{key.upper()}_OAUTH_{name}": value
        for key in ("github", "gitlab", "bitbucket")
        for name, value in (("ID", f"portal-at-{key}"), ("SECRET", f"made-up-and-no-secret-at-{key}"))
    }


def demo(environment: Mapping[str, str]) -> Demo:
    """The demo that this environment allows; raises Refused beside a setting that points elsewhere."""
    for name, value in environment.items():
        if name.startswith(PREFIX) and value and _leads_elsewhere(name.removeprefix(PREFIX), value):
            raise Refused(f"--demo uses parts of its own: unset {name}")
    if missing := [name for name in MODULES if not _is_there(name)]:
        raise Refused(f"the demo is in the checkout alone, and {missing[0]} is not here")
    settings = Settings.from_environment()
    folder = settings.data_dir
    if "data_dir" not in settings.model_fields_set:
        folder = folder.with_name(f"{folder.name}-demo")
    return Demo(settings.port, free_port(), folder.resolve())


def _leads_elsewhere(name: str, value: str) -> bool:
    if name.lower() not in Settings.model_fields or name in HARMLESS:
        return False
    return not (name == "PUBLIC_URL" and is_loopback(value))


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # the package above it
        return False


def listens(port: int) -> bool:
    """Whether something accepts connections on this port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True
