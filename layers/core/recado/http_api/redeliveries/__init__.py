"""Redelivery on request over HTTP."""
