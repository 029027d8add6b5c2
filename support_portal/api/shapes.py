"""The form of what is sent and answered: read strictly, so that nothing unknown slips in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from flask import abort, request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from support_portal.domain.device import LONGEST_CLIENT
from support_portal.domain.errors import BadInput
from support_portal.domain.tokens import AccessToken, Scope

LONGEST_SECRET = 100


def _visible(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds characters that can't be seen")
    return text


class Sent(BaseModel):
    """What a program sends: strictly these members, of these types."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CodeWanted(Sent):
    """A command begins to sign in; `client` is what it calls itself."""

    client: Annotated[str, Field(min_length=1, max_length=LONGEST_CLIENT), AfterValidator(_visible)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]


class TokenWanted(Sent):
    """A command asks for its token."""

    device_code: Annotated[str, Field(min_length=1, max_length=LONGEST_SECRET)]


Shape = TypeVar("Shape", bound=Sent)


def read(shape: type[Shape]) -> Shape:
    """The JSON that was sent; raises BadInput naming every member that is wrong."""
    if request.mimetype != "application/json":
        abort(415)
    try:
        text = request.get_data().decode()
        json.loads(text, object_pairs_hook=_once)
        return shape.model_validate_json(text)
    except ValidationError as error:
        raise BadInput({_place(one["loc"]): one["msg"] for one in error.errors()}) from None
    except (ValueError, RecursionError):
        abort(400)


def token_shape(token: AccessToken, now: datetime) -> dict[str, Any]:
    """One token as its owner's programs see it; its value is nowhere."""
    return {
        "id": str(token.id),
        "kind": token.kind,
        "description": token.description,
        "begins_with": token.shown,
        "scopes": in_order(token.scopes),
        "made_at": moment(token.made_at),
        "last_used_at": moment(token.last_used_at),
        "expires_at": moment(token.expires_at),
        "is_expired": token.is_expired(now),
        "should_renew": token.should_renew(now),
    }


def in_order(scopes: frozenset[Scope]) -> list[str]:
    """Scopes in the order in which they are explained."""
    return [scope.value for scope in Scope if scope in scopes]


def moment(at: datetime | None) -> str | None:
    """A time in UTC (RFC 3339)."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a member is named twice")
    return dict(pairs)


def _place(loc: Sequence[int | str]) -> str:
    return ".".join(map(str, loc)) or "body"
