"""Merits: how a KPI is asked: its measures and parts of the ledger, the rest of whoever keeps it, joined by row."""
