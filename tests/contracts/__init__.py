"""Answers that GitHub really gave, through the portal's adapter: `python3 dev.py contracts`."""
