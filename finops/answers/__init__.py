"""Answers: figures of the ledger said as reports."""
