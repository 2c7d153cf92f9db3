"""Budgets: what a team may spend, and how that is changed by two people."""
