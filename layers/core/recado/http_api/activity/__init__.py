"""Who did what over HTTP."""
