"""Cursors: a place in the order of one list, such as that of a webhook's deliveries, and nothing else.

A cursor is neither secret nor signed. The webhook of the path decides what is read, after the check of the token, so
one that somebody has made up is a place in their own log. It names its list all the same: one that got to another
list by mistake is refused instead of leading to some other place there.
"""

import base64
import re

from recado.http_api.shared.problems import InvalidRequestError
from recado.ports.log_place import LogPlace
from recado.rules.event.event import EVENT_ID
from recado.rules.event.timestamps import LATEST_MS
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX

_BETWEEN = "/"  # in no list's name, key or id
_PLACE = re.compile(rf"([0-9]{{15}})-({EVENT_ID}(?:#[0-9a-f]{{8}})?)")
_WALK = re.compile(rf"([0-9]{{15}})-({EVENT_ID})/([0-9]{{1,15}})")
_SHARED_PLACE = re.compile(rf"([0-9]{{15}})-({EVENT_ID})/({WEBHOOK_ID_PREFIX}[A-Za-z0-9_-]{{1,64}})")


def cursor_to(of_list: str, key: str) -> str:
    """The cursor of the page that begins below this sort key of the list."""
    return _encoded(of_list, key)


def position_of(of_list: str, cursor: str | None) -> str | None:
    """The sort key that a cursor of this list stands for, None without one; raises `InvalidRequestError`."""
    if cursor is None:
        return None
    match = _decoded(of_list, cursor, _PLACE)
    return f"{match[1]}#{match[2]}"


def cursor_to_place(of_list: str, place: LogPlace) -> str:
    """The same of a list of several webhooks' deliveries."""
    return _encoded(of_list, f"{place.key}{_BETWEEN}{place.webhook_id}")


def place_of(of_list: str, cursor: str | None) -> LogPlace | None:
    """The place that a cursor of such a list stands for, None without one; raises `InvalidRequestError`."""
    if cursor is None:
        return None
    match = _decoded(of_list, cursor, _SHARED_PLACE)
    return LogPlace(f"{match[1]}#{match[2]}", match[3])


def cursor_of_walk(of_list: str, key: str, began_ms: int) -> str:
    """The cursor of the page that goes on above this sort key, in a walk through the list that began then."""
    return _encoded(of_list, f"{key}{_BETWEEN}{began_ms}")


def walk_of(of_list: str, cursor: str | None) -> tuple[str, int] | None:
    """Key and beginning of the walk that a cursor goes on with, None without one; raises `InvalidRequestError`."""
    if cursor is None:
        return None
    match = _decoded(of_list, cursor, _WALK)
    began_ms = int(match[3])
    if began_ms > LATEST_MS:
        raise not_of_this_list()
    return f"{match[1]}#{match[2]}", began_ms


def not_of_this_list() -> InvalidRequestError:
    """What to raise where a cursor is of another list."""
    return InvalidRequestError("cursor", "must be the nextCursor of another page of the same list")


def _encoded(of_list: str, place: str) -> str:
    text = f"{of_list}{_BETWEEN}{place.replace('#', '-', 1)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(of_list: str, cursor: str, form: re.Pattern[str]) -> re.Match[str]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        text = ""
    owner, _, place = text.partition(_BETWEEN)
    match = form.fullmatch(place)
    if match is None or owner != of_list:
        raise not_of_this_list()
    return match
