"""From files to facts: AI requests kept as rows and merged, and the sums that questions read."""
