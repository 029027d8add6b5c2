"""Figures of speed, measured: no part of the tests, since clocks are noisy."""
