"""Cursors: a place in the order of one list, that of a webhook's deliveries or of its attempts, and nothing else.

A cursor is neither secret nor signed. The webhook of the path decides what is read, after the check of the token, so
one that somebody has made up is a place in their own log. It names its list all the same: one that got to another
list by mistake is refused instead of leading to some other place there.
"""

import base64
import re

from recado.http_api.shared.problems import InvalidRequestError
from recado.rules.event.event import EVENT_ID

_BETWEEN = "/"  # in neither a list's name nor a key
_PLACE = re.compile(rf"([0-9]{{15}})-({EVENT_ID}(?:#[0-9a-f]{{8}})?)")


def cursor_to(of_list: str, key: str) -> str:
    """The cursor of the page that begins below this sort key of the list."""
    text = f"{of_list}{_BETWEEN}{key.replace('#', '-', 1)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position_of(of_list: str, cursor: str | None) -> str | None:
    """The sort key that a cursor of this list stands for, None without one; raises `InvalidRequestError`."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        text = ""
    owner, _, place = text.partition(_BETWEEN)
    match = _PLACE.fullmatch(place)
    if match is None or owner != of_list:
        raise InvalidRequestError("cursor", "must be the nextCursor of another page of the same list")
    return f"{match[1]}#{match[2]}"
