"""Races for everything that works once: 64 tries at the same moment, over four processes."""
