"""From files to facts: charges summed, AI requests kept as rows and merged, and the sums that questions read."""
