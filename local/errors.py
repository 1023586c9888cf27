"""What the commands tell a person when something cannot be done."""

from click import ClickException


class LocalStackError(ClickException):
    """One clear reason why a command cannot go on; commands print it and end with 1."""
