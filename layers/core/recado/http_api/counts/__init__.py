"""Counts of deliveries over HTTP."""
