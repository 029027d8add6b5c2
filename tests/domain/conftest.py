"""How much is guessed in the tests of the rules, and that nothing of it is left in the checkout."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("rules", deadline=None, max_examples=300, database=None)
settings.load_profile("rules")
