"""Event types of Recado's own: no catalogue has them, and nobody publishes them."""

OWN_PREFIX = "recado."
DIGEST = "recado.digest"
"""What a webhook with `delivery.digest` gets every hour: how many events of the last hours stand where."""


def is_own(name: str) -> bool:
    """Whether event types of this name are Recado's own; names differ by more than case."""
    return name.casefold().startswith(OWN_PREFIX)
