"""Recado: webhooks sent from your own AWS account with no server to run."""

__version__ = "0.1.0"
