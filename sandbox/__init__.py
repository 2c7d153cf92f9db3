"""A Slack workspace, a gateway and a made-up company on your own machine."""
