"""Sessions: how they begin, are renewed, and end."""
