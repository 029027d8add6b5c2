"""Passwords, words and names that are tried first, from lists that come with a package: nobody is asked."""

from __future__ import annotations

from functools import cache


class ListedPasswords:
    """The port `CommonPasswords`, with the frequency lists of zxcvbn: 30,000 leaked passwords, and words and names."""

    def is_common(self, text: str) -> bool:
        """Whether a list holds exactly this text."""
        return text in _listed()


@cache
def _listed() -> frozenset[str]:
    # Read when the first password is set: most processes never need the lists, and reading them takes its time.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset().union(*FREQUENCY_LISTS.values())
