"""Where an event went, over HTTP."""
