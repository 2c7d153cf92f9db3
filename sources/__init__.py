"""Who tells us: one source of charges, AI requests or drivers a file."""
