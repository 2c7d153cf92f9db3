"""One way to spot anomalies a file; its name is its registration."""
