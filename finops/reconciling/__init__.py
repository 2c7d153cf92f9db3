"""Reconciling: the provider's bill beside what was metered, and what explains the gap."""
