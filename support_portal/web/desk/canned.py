"""Replies that agents send often, ready to be changed before they go."""

from __future__ import annotations


def canned(repository_name: str) -> tuple[tuple[str, str], ...]:
    """(title, text) of each; `repository_name` is the one that this case asks for."""
    return (
        (
            "All checks passed",
            "Thank you. Your repository passed all checks. A person now decides, usually within one working day. "
            "You don’t need to do anything.",
        ),
        (
            "Name is not exact",
            "Thank you for the repository. One thing needs a change before we can accept it: the name must be exactly "
            f"{repository_name}. You can rename it in its settings, then press “Check again” on your case page.",
        ),
        (
            "Can’t open the repository",
            "We can’t open your repository. It may be private, or the link has a typing error. Make it public in its "
            "settings and check the link, then press “Check again” on your case page. It may stay empty.",
        ),
        (
            "Wrong git account",
            "This repository is on a git account that was not connected to your account when you opened the case. If "
            "you have another GitHub, GitLab or Bitbucket account, use the one that was connected before.",
        ),
    )
