"""How large the POSTs of a webhook are, and what they fail with in the lead, as it is stored with the webhook."""

from collections.abc import Mapping
from typing import Any

from recado.rules.sending.cutting import UNCUT, Cut, Size
from recado.rules.sending.stuck import NOT_STUCK, Stuck

_STUCK = ("key", "tries", "alone", "neighbours", "neighbour_at", "amid", "suspected")


def cut_to_json(cut: Cut) -> dict[str, Any] | None:
    """The sizes as they are stored; None where nothing is cut."""
    if cut == UNCUT:
        return None
    stored = {
        "events": cut.events.most,
        "events_failed": cut.events.failed,
        "bytes": cut.bytes.most,
        "bytes_failed": cut.bytes.failed,
        "until": cut.until,
        "at": cut.at,
    }
    return {name: value for name, value in stored.items() if value is not None}


def cut_from_json(stored: Mapping[str, Any] | None) -> Cut:
    """The sizes that were stored."""
    if stored is None:
        return UNCUT
    return Cut(
        events=Size(stored.get("events"), stored.get("events_failed")),
        bytes=Size(stored.get("bytes"), stored.get("bytes_failed")),
        until=stored.get("until"),
        at=stored["at"],
    )


def stuck_to_json(stuck: Stuck) -> dict[str, Any] | None:
    """What leads POSTs that fail, as it is stored; None where nothing does."""
    return None if stuck == NOT_STUCK else {name: getattr(stuck, name) for name in _STUCK}


def stuck_from_json(stored: Mapping[str, Any] | None) -> Stuck:
    """What was stored."""
    return NOT_STUCK if stored is None else Stuck(**stored)
