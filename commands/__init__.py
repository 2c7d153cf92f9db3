"""One sub-command of /finops a file."""
