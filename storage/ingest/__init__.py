"""From files to facts: AI requests kept as rows and merged, charges summed, and the sums that questions read."""
