"""A place in a list of deliveries."""

from typing import NamedTuple


class LogPlace(NamedTuple):
    """A place in the order of deliveries: by the key of the event, then, where several got it, by the webhook's id."""

    key: str
    webhook_id: str
