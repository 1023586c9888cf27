"""What matters here of how large POSTs are, and of what leads those that fail: few values stand for many.

A POST holds one event or all that there are. What fails alone is new or suspected, has a wait before an event behind it
is tried once more, or has had that wait; or it lies amid other bad ones.
"""

import json
from typing import Any

from recado.adapters.dynamodb.webhooks.cut_json import cut_from_json, cut_to_json, stuck_from_json, stuck_to_json
from recado.rules.sending.cutting import UNCUT, Cut, Size
from recado.rules.sending.stuck import NOT_STUCK, Stuck
from tests.unit.builders import NOW

_CUTS = (UNCUT, Cut(events=Size(most=1), at=NOW))
_STUCK = (
    NOT_STUCK,
    Stuck(alone=1, neighbours=0, neighbour_at=1),
    Stuck(alone=2, neighbours=1, neighbour_at=2),
    Stuck(alone=3, neighbours=2, neighbour_at=4),
    Stuck(suspected=True),
    Stuck(amid=True),
)
_STORED = ("cut", "stuck")


def cut_number(cut: Cut) -> int:
    """Return the number of the cut that stands for this one."""
    return int(cut.events.most == 1)


def stuck_number(stuck: Stuck) -> int:
    """Return the number of what stands for this."""
    if stuck.alone == 0:
        return 4 if stuck.suspected else 5 if stuck.amid else 0
    if stuck.neighbours == 0:
        return 1
    return 2 if stuck.alone >= stuck.neighbour_at else 3


def plain_cut(cut: Cut) -> Cut:
    """Return the cut that stands for this one."""
    return _CUTS[cut_number(cut)]


def plain_stuck(stuck: Stuck) -> Stuck:
    """Return what stands for this."""
    return _STUCK[stuck_number(stuck)]


def number_of(name: str, stored: str | None) -> int:
    """Return the number of a stored cut, or of what is stored of what is stuck."""
    value = None if stored is None else json.loads(stored)
    return cut_number(cut_from_json(value)) if name == "cut" else stuck_number(stuck_from_json(value))


def as_stored(view: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a webhook with what the numbers stand for in their place."""
    return view | {name: _stored(name, view[name]) for name in _STORED if name in view}


def _stored(name: str, number: int) -> dict[str, Any] | None:
    return cut_to_json(_CUTS[number]) if name == "cut" else stuck_to_json(_STUCK[number])
