"""Answers that nobody thought of, through the real client libraries: `python3 dev.py fuzz verification`."""
