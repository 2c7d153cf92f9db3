"""The roof: Slack, the clock, the door, settings and charts."""
