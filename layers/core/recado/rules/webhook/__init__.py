"""Rules of webhooks: what a registration holds, its health, and what is told of it."""
