"""Removes two-factor authentication for people who are locked out and prove that they are the owner."""
