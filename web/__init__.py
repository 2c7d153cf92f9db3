"""One way to speak HTTP, one way to buckets: retries, and our own errors."""
