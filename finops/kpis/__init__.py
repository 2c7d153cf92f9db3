"""One KPI a file; its name is its registration."""
