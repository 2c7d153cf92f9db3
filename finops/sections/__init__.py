"""One digest section a file; its name is its registration."""
