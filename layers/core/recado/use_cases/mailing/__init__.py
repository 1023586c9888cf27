"""Mailing alerts to the own admins of accounts."""
