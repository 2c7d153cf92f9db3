"""What people do in the workspace: type, press, fill in, close, look."""
