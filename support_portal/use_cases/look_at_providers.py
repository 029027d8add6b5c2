"""Somebody looks at how the portal stands with every provider."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from support_portal.domain.identities import Instance
from support_portal.domain.standing import Standing
from support_portal.ports.outside import GitProvider
from support_portal.ports.tools import Tools

AT_ONCE = 8
Found = tuple[tuple[Instance, Standing], ...]


def look_at_providers(*, tools: Tools) -> Found:
    """Every provider and what it tells now."""
    return stand_of(tools.providers.values())


def stand_of(providers: Iterable[GitProvider]) -> Found:
    """The same of these, asked side by side: one that hangs holds up no other."""
    asked = tuple(providers)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        told = tuple(threads.map(lambda provider: provider.standing(), asked))
    return tuple((provider.instance, standing) for provider, standing in zip(asked, told, strict=True))
