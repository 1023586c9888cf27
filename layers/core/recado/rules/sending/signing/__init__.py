"""Signing POSTs: signatures, and the keys and secrets that they are made with."""
