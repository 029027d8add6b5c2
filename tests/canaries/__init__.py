"""Secrets that are marked, lived with, and then searched for everywhere."""
