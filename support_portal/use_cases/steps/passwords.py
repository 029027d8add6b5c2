"""Taking a new password: the rules first, then the slow hash."""

from __future__ import annotations

from collections.abc import Iterable

from support_portal.domain.errors import BadInput
from support_portal.domain.passwords import SERVICE_WORDS, words_in, wrong_with
from support_portal.ports.tools import Tools


def new_password(text: str, about: Iterable[str], *, tools: Tools) -> str:
    """What is stored of a new password; `about` are the person's names and addresses. Raises BadInput.

    No transaction may be open meanwhile: the hash takes its time on purpose.
    """
    ours = (*SERVICE_WORDS, tools.product.name, tools.product.repository_name)
    if wrong := wrong_with(text, words_in(*ours, *about), tools.common_passwords.is_common):
        raise BadInput({"password": wrong})
    return tools.passwords.hashed(text)
