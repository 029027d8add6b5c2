"""The same adapters, but what is not said to be private is public: a fuzzing that misses that is worth nothing."""

from __future__ import annotations

from typing import Any

from support_portal.adapters.providers.bitbucket import Bitbucket
from support_portal.adapters.providers.data_center import DataCenter
from support_portal.adapters.providers.github import GitHub
from support_portal.adapters.providers.gitlab import GitLab


def _told(raw: Any, **if_not: object) -> Any:
    return {**if_not, **raw} if isinstance(raw, dict) else raw


class CarelessGitHub(GitHub):
    """Public, unless it says `private`."""

    def _found(self, raw: object, receipt: Any) -> Any:
        return super()._found(_told(raw, private=False), receipt)


class CarelessGitLab(GitLab):
    """Public, unless it names a visibility."""

    def _found(self, raw: object, receipt: Any) -> Any:
        return super()._found(_told(raw, visibility="public"), receipt)


class CarelessBitbucket(Bitbucket):
    """Public, unless it says `is_private`."""

    def _found(self, raw: object, receipt: Any) -> Any:
        return super()._found(_told(raw, is_private=False), receipt)


class CarelessDataCenter(DataCenter):
    """Public, unless it says that it is not."""

    def _found(self, raw: object, receipt: Any) -> Any:
        return super()._found(_told(raw, public=True), receipt)
