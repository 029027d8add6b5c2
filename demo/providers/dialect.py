"""What makes one provider's OAuth 2.0 differ from another's: where it is spoken, with which scopes, in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify


@dataclass(frozen=True)
class Trouble:
    """How a provider's token address tells that something is wrong."""

    status: int
    error: str
    description: str

    @property
    def body(self) -> dict[str, Any]:
        """The fields of the answer."""
        return {"error": self.error, "error_description": self.description}


def as_json(fields: Mapping[str, Any], status: int) -> Response:
    """A token address' answer in JSON."""
    answer = jsonify(fields)
    answer.status_code = status
    return answer


@dataclass(frozen=True)
class Dialect:
    """One provider's OAuth 2.0.

    ``troubles`` has an entry each for ``client``, ``grant_type``, ``code``, ``redirect_uri`` and ``verifier``;
    ``names_types`` says whether ``response_type`` and ``grant_type`` must be sent, ``secret_in_body`` whether the
    application may send its id and secret as fields instead of in the header.
    """

    authorize_path: str
    exchange_path: str
    scopes: tuple[str, ...]
    scope_if_none: str
    prefix: str
    refused: str
    granted: Callable[[str, str], dict[str, Any]]
    troubles: Mapping[str, Trouble]
    names_types: bool = True
    secret_in_body: bool = True
    answer: Callable[[Mapping[str, Any], int], Response] = as_json
