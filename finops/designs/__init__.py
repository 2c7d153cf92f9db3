"""Designs: what is planned, what it would cost, and what speaks against it."""
