"""Passwords as the portal keeps them, with parameters for tests that are not about how hard they are to guess."""

from __future__ import annotations

from argon2 import PasswordHasher

from support_portal.adapters.passwords import Argon2Passwords

# A tenth of a second for each sign-in of some thousand would be minutes.
QUICK_PASSWORDS = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
