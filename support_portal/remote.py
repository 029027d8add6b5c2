"""Signing in to a portal from another machine, `support-portal sign-in`: the flow of RFC 8628, the token's file."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import Any

import requests

FILE = "tokens.json"
OWNER_ALONE, FOLDER_OF_OWNER_ALONE = 0o600, 0o700
PATIENCE = 10  # seconds for each answer
SLOWER = 5  # seconds more between questions when the portal asks for it (RFC 8628, 3.5)
LONGEST_NAME = 60
WANTED = ["read_account"]
OK, REFUSED, UNAVAILABLE = 0, 77, 69  # sysexits.h
OK_STATUS, UNAUTHORIZED = 200, 401
WAIT = Event().wait  # for so many seconds: nobody sets it


class NoPortal(Exception):
    """What answers there, if anything does, is no support portal; the text is one line."""


class Kept:
    """The file that keeps the token of each portal, for the eyes of its owner alone."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made where it is missing."""
        self._file = folder / FILE

    def read(self, portal: str) -> str | None:
        """The token for a portal."""
        token = self._all().get(portal)
        return token if isinstance(token, str) else None

    def write(self, portal: str, token: str) -> None:
        """Keep a token: the file is there whole, or as it was; and never readable by others, not for a moment."""
        self._file.parent.mkdir(mode=FOLDER_OF_OWNER_ALONE, parents=True, exist_ok=True)
        fresh = self._file.with_name(f"{FILE}.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({**self._all(), portal: token}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._file)

    def _all(self) -> dict[str, Any]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


class Remote:
    """The API of one portal."""

    def __init__(self, portal: str) -> None:
        self._portal = portal

    def ask(self, method: str, path: str, token: str | None = None, **sent: object) -> tuple[int, Mapping[str, Any]]:
        """One call: its status and its JSON. Raises NoPortal."""

        def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
            # In the place of what a .netrc may say of this host.
            if token:
                request.headers["Authorization"] = f"Bearer {token}"
            return request

        try:
            answer = requests.request(
                method,
                f"{self._portal}/api/v1{path}",
                json=sent or None,
                auth=sign,
                timeout=PATIENCE,
                allow_redirects=False,  # a token goes to the address that was named, and nowhere else
            )
            told = answer.json()
        except requests.JSONDecodeError:
            raise NoPortal(f"what answers at {self._portal} is no support portal") from None
        except requests.RequestException as fault:
            raise NoPortal(f"{self._portal} does not answer ({type(fault).__name__})") from None
        if not isinstance(told, dict):
            raise NoPortal(f"what answers at {self._portal} is no support portal")
        return answer.status_code, told


def sign_in(portal: str, folder: Path, wait: Callable[[float], object] = WAIT) -> int:
    """Sign in, unless a kept token still works; renew one that ends soon. The status of the command."""
    kept, remote = Kept(folder), Remote(portal)
    try:
        token = _that_works(portal, kept, remote) or _new(portal, kept, remote, wait)
        if token is None:
            return REFUSED
        status, me = remote.ask("GET", "/me", token)
        if status != OK_STATUS:
            return _say_no(str(me.get("detail")))
        ends = me["token"]["expires_at"]
    except (NoPortal, KeyError, TypeError) as fault:
        told = str(fault) if isinstance(fault, NoPortal) else f"{portal} answered something else"
        print(f"support-portal: {told}", file=sys.stderr)
        return UNAVAILABLE
    print(f"Signed in to {portal} as {_visible(me['address'])}, until {_visible(ends or 'you remove the token')}.")
    return OK


def _that_works(portal: str, kept: Kept, remote: Remote) -> str | None:
    """The kept token, or the one it was renewed to; None where there is none that works."""
    token = kept.read(portal)
    if token is None:
        return None
    status, me = remote.ask("GET", "/me", token)
    if status == UNAUTHORIZED:
        return None
    if status == OK_STATUS and me["token"]["should_renew"]:
        status, renewed = remote.ask("POST", "/device/renewals", token)
        if status == OK_STATUS:
            token = str(renewed["access_token"])
            kept.write(portal, token)
    return token


def _new(portal: str, kept: Kept, remote: Remote, wait: Callable[[float], object]) -> str | None:
    """A new token, once a person has confirmed the code; None where they refused, or nobody did."""
    name = _visible(f"support-portal on {socket.gethostname()}")[:LONGEST_NAME]
    status, begun = remote.ask("POST", "/device/codes", client=name, scopes=WANTED)
    if status != OK_STATUS:
        _say_no(str(begun.get("detail")))
        return None
    print(f"Open  {_visible(begun['verification_uri'])}\nand type the code  {_visible(begun['user_code'])}", flush=True)
    pause, left = float(begun["interval"]), float(begun["expires_in"])
    while left > 0:
        wait(pause)
        left -= pause
        status, told = remote.ask("POST", "/device/tokens", device_code=begun["device_code"])
        if status == OK_STATUS:
            token = str(told["access_token"])
            kept.write(portal, token)
            return token
        if told.get("error") == "slow_down":
            pause += SLOWER
        elif told.get("error") != "authorization_pending":
            _say_no(str(told.get("detail")))
            return None
    _say_no("nobody confirmed the code in time")
    return None


def _say_no(why: str) -> int:
    print(f"support-portal: {_visible(why)}", file=sys.stderr)
    return REFUSED


def _visible(text: object) -> str:
    """What the portal says, without anything that a terminal would obey."""
    return "".join(character for character in str(text) if character.isprintable())
