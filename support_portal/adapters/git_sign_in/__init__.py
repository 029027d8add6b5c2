"""Signing in at the providers, a file each; what they share is the strict way to ask."""
