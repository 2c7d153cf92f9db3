"""One way to speak HTTP: one client, its retries, and our own errors."""
