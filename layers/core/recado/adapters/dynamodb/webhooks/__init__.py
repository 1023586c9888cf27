"""Webhooks and their secrets in the webhooks table, and which of them a sweep has to look at."""
