"""Event types and publishing over HTTP."""
