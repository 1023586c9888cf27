"""Sending: from the bus and the queues to the receivers, and again."""
