"""Cursors: a place in the order of one webhook's deliveries, and nothing else.

A cursor is neither secret nor signed. The webhook of the path decides what is read, after the check of the token, so
one that somebody has made up is a place in their own log. It names its webhook all the same: one that got to another
webhook by mistake is refused instead of leading to some other place there.
"""

import base64

from recado.http_api.shared.problems import InvalidRequestError
from recado.rules.delivery.delivery import key_of

_BETWEEN = "/"  # in neither a webhook's id nor a delivery's


def cursor_to(webhook_id: str, key: str) -> str:
    """The cursor of the page that begins below this sort key of the webhook's log."""
    text = f"{webhook_id}{_BETWEEN}{key.replace('#', '-', 1)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position_of(webhook_id: str, cursor: str | None) -> str | None:
    """The sort key that a cursor of this webhook stands for, None without one; raises `InvalidRequestError`."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        text = ""
    owner, _, delivery_id = text.partition(_BETWEEN)
    key = key_of(delivery_id)
    if key is None or owner != webhook_id:
        raise InvalidRequestError("cursor", "must be the nextCursor of another page of this webhook")
    return key
