"""Who obeys us: one place where a limit is set and read back a file."""
