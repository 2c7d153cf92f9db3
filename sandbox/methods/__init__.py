"""The Web API methods of the workspace, each a small function with the scope it needs."""
