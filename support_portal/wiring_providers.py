"""Putting the git providers behind their ports: what every kind needs stands here, a line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from support_portal.adapters.git_sign_in.bitbucket import BitbucketSignIn
from support_portal.adapters.git_sign_in.github import GitHubSignIn
from support_portal.adapters.git_sign_in.gitlab import GitLabSignIn
from support_portal.adapters.git_sign_in.oauth import Application
from support_portal.adapters.providers.bitbucket import Bitbucket
from support_portal.adapters.providers.credentials import Access, App, KeptFile, Login, Secret, SecretSource
from support_portal.adapters.providers.data_center import DataCenter
from support_portal.adapters.providers.github import GitHub
from support_portal.adapters.providers.gitlab import GitLab
from support_portal.domain.identities import Instance, ProviderKind
from support_portal.ports.git_sign_in import GitSignIn
from support_portal.ports.outside import GitProvider
from support_portal.provider_settings import ProviderSettings
from support_portal.settings import Settings

_PROVIDERS: dict[ProviderKind, Callable[[Instance, str, Access], GitProvider]] = {
    ProviderKind.GITHUB: GitHub,
    ProviderKind.GITLAB: GitLab,
    ProviderKind.BITBUCKET: Bitbucket,
    ProviderKind.DATA_CENTER: DataCenter,
}
_SIGN_INS: dict[ProviderKind, Callable[[Instance, str, Application], GitSignIn]] = {
    ProviderKind.GITHUB: GitHubSignIn,
    ProviderKind.GITLAB: GitLabSignIn,
    ProviderKind.BITBUCKET: BitbucketSignIn,
}
_NEW_REPOSITORY = {
    ProviderKind.GITHUB: "/new?name={name}&visibility=public",
    ProviderKind.GITLAB: "/projects/new",
    ProviderKind.BITBUCKET: "/repo/create",
    ProviderKind.DATA_CENTER: "/profile",  # a personal repository is created from there
}


def providers_from(instances: Iterable[ProviderSettings], settings: Settings) -> dict[str, GitProvider]:
    """The providers that are asked, by the key of their rows."""
    return {one.key: _PROVIDERS[one.kind](_instance(one, settings), one.api_url, _access(one)) for one in instances}


def accesses_from(instances: Iterable[ProviderSettings]) -> dict[str, Access]:
    """With what each provider is asked, by the key of its rows."""
    return {one.key: _access(one) for one in instances}


def git_sign_ins_from(instances: Iterable[ProviderSettings], settings: Settings) -> dict[str, GitSignIn]:
    """The providers that people can sign in at: those where the portal is registered."""
    return {
        one.key: _SIGN_INS[one.kind](_instance(one, settings), one.api_url, application)
        for one in instances
        if (application := _application(one, settings)) is not None
    }


def _instance(one: ProviderSettings, settings: Settings) -> Instance:
    new = one.web_url + _NEW_REPOSITORY[one.kind].format(name=quote(settings.repository_name))
    return Instance(one.key, one.kind, one.name, one.web_url, new)


def _access(one: ProviderSettings) -> Access:
    """With what it is asked: its token or its app; a GitHub with neither as the OAuth app, where there is one."""
    return Access(_source(one.token, one.token_file, "token_file"), _app(one), _login(one), _authorities(one))


def _app(one: ProviderSettings) -> App | None:
    if not (one.app_id and one.installation_id and one.app_key_file):
        return None
    return App(one.app_id, one.installation_id, KeptFile(one.app_key_file, "app_key_file"))


def _login(one: ProviderSettings) -> Login | None:
    secret = _oauth_secret(one)
    has_own = one.token or one.token_file or one.app_id
    if one.kind is not ProviderKind.GITHUB or has_own or not one.oauth_id or secret is None:
        return None
    return Login(one.oauth_id, secret)


def _application(one: ProviderSettings, settings: Settings) -> Application | None:
    """The portal as this provider knows it."""
    secret = _oauth_secret(one)
    if not one.oauth_id or secret is None:
        return None
    callback = f"{settings.address}/sign-in/git/{one.key}/callback"
    return Application(one.oauth_id, secret, callback, str(one.ca_file) if one.ca_file else None)


def _oauth_secret(one: ProviderSettings) -> SecretSource | None:
    return _source(one.oauth_secret, one.oauth_secret_file, "oauth_secret_file")


def _authorities(one: ProviderSettings) -> KeptFile | None:
    return KeptFile(one.ca_file, "ca_file") if one.ca_file else None


def _source(text: str | None, file: Path | None, name: str) -> SecretSource | None:
    if text:
        return Secret(text)
    return KeptFile(file, name) if file else None
