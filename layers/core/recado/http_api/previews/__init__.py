"""Previews of webhooks."""
