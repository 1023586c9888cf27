"""The HTTP API: its resources, routes and problems. The only part that needs pydantic."""
