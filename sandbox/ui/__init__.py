"""What the page asks for: to look, to act, to be told of changes."""
