"""Alerts to the own admins of an account: who is told, by which links, in which words."""
