"""Reads the demo's guide, a JSON file that may come, change and go while the catcher runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """A web address of the demo, and what one finds there."""

    name: str
    url: str
    about: str


@dataclass(frozen=True)
class SignIn:
    """A person of the demo, and how to be that person."""

    name: str
    role: str
    address: str
    password: str
    about: str
    url: str
    seed: str = ""  # of an authenticator app, in base32


@dataclass(frozen=True)
class Step:
    """One step of a story, with where to click."""

    text: str
    url: str


@dataclass(frozen=True)
class Story:
    """A row of steps to live through."""

    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Guide:
    """The first page of the demo.

    The file is one JSON object. Every field is a string but the lists, and every field may be left out:

        {"title": "…", "intro": "…", "notice": "…",
         "places":  [{"name": "…", "url": "http://…", "about": "…"}],
         "signins": [{"name": "…", "role": "…", "address": "…", "password": "…", "seed": "BASE32…",
                      "about": "…", "url": "http://…"}],
         "stories": [{"title": "…", "steps": [{"text": "…", "url": "http://…"}]}]}

    A `url` that does not start with http:// or https:// is left out. Web addresses inside a step's text, an intro or
    an `about` become links.
    """

    title: str
    intro: str
    notice: str
    places: tuple[Place, ...]
    signins: tuple[SignIn, ...]
    stories: tuple[Story, ...]


def load_guide(path: Path | None) -> Guide | None:
    """The guide as the file says now, or None where there is no file. Raises ValueError where it is not a guide."""
    try:
        text = path.read_bytes() if path is not None else None
    except FileNotFoundError:
        text = None
    if text is None:
        return None
    found = json.loads(text)
    if not isinstance(found, Mapping):
        raise ValueError("the file is not a JSON object")
    return Guide(
        title=_text(found, "title"),
        intro=_text(found, "intro"),
        notice=_text(found, "notice"),
        places=tuple(_place(each) for each in _objects(found, "places")),
        signins=tuple(_sign_in(each) for each in _objects(found, "signins")),
        stories=tuple(_story(each) for each in _objects(found, "stories")),
    )


def _place(found: Mapping[str, object]) -> Place:
    return Place(_text(found, "name"), _web_address(found), _text(found, "about"))


def _sign_in(found: Mapping[str, object]) -> SignIn:
    return SignIn(
        name=_text(found, "name"),
        role=_text(found, "role"),
        address=_text(found, "address"),
        password=_text(found, "password"),
        about=_text(found, "about"),
        url=_web_address(found),
        seed=_seed(found),
    )


def _story(found: Mapping[str, object]) -> Story:
    steps = tuple(Step(_text(step, "text"), _web_address(step)) for step in _objects(found, "steps"))
    return Story(_text(found, "title"), steps)


def _seed(found: Mapping[str, object]) -> str:
    seed = _text(found, "seed")
    if not re.fullmatch(r"[A-Z2-7]*", seed):
        raise ValueError("seed is not base32")
    return seed


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is not a string")
    return value or ""


def _web_address(found: Mapping[str, object]) -> str:
    address = _text(found, "url")
    return address if address.startswith(("http://", "https://")) else ""


def _objects(found: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    value = found.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise ValueError(f"{name} is not a list of objects")
    return value
