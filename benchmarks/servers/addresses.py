"""Where the servers have what; apart, so that a client of theirs loads nothing else of them."""

UP, DOWN = "/up", "/down"
"""Of a receiver: what always works, and what is always broken."""
TLS_HOST = "localhost"
COUNTED_PATH, SEEN_PATH = "/_counted", "/_seen"
"""Where AWS and a receiver tell what they saw."""
LATER_PATH = "/_later"
"""Where the queues of AWS are told that so many seconds have passed."""
