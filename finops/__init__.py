"""The knowledge: words, charges, questions, reports and decisions."""
