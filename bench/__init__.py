"""Measured against named peers, in one run, on the same generated data, as ratios."""
