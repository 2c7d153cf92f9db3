"""Digests: what sections are made of, and the sentence that a digest begins with."""
