"""`make demo`: receivers, events, an outage, and what becomes of it."""
