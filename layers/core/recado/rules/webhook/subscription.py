"""What a webhook subscribes to: names of event types, `*`, or `order.*`, which include what is added later."""

from collections.abc import Iterable, Sequence

from recado.rules.event.catalogue import Catalogue, is_name
from recado.rules.event.own import OWN_PREFIX, is_own
from recado.rules.webhook.refusals import InvalidRegistrationError, refuse

EVERY = "*"
"""Stands alone, for every event type."""

_REST = ".*"


def covers(event_names: Iterable[str], event_name: str) -> bool:
    """Whether one of these names means that event type: itself, `*`, or `prefix.*` where it begins with `prefix.`."""
    return any(each == event_name or _is_covered(each, event_name) for each in event_names)


def is_group(entered: str) -> bool:
    """Whether this means every name with a prefix, `order.*`; names end in no `*`."""
    return entered.endswith(_REST) and is_name(entered[:-1])


def event_names(entered: Sequence[str], current: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    """What was entered as event names, each once; raises `InvalidRegistrationError`.

    `current` is what the webhook has: a name that has left the catalogue since may stay.
    """
    if not entered:
        raise InvalidRegistrationError("eventNames", "must hold at least one event name (GET /event-types)")
    alone = len(set(entered)) == 1
    problems = ((place, _problem(name, current, catalogue, alone=alone)) for place, name in enumerate(entered))
    refuse((f"eventNames[{place}]", problem) for place, problem in problems if problem is not None)
    return tuple(dict.fromkeys(entered))


def _problem(name: str, current: Sequence[str], catalogue: Catalogue, *, alone: bool) -> str | None:
    """What is accepted in place of this name; None where it is."""
    if name == EVERY:
        return None if alone else "must stand alone: '*' is every event type"
    if name in current:
        return None
    if is_own(name):
        return f"must not begin with '{OWN_PREFIX}': delivery.digest asks for digests"
    if is_group(name) or name in catalogue:
        return None
    return "must be a name of the catalogue (GET /event-types), a prefix and '.*' such as 'order.*', or '*' alone"


def removed(event_names: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Those of a webhook's event names that have left the catalogue."""
    return tuple(name for name in event_names if name != EVERY and not is_group(name) and name not in catalogue)


def _is_covered(entered: str, event_name: str) -> bool:
    return entered == EVERY or (is_group(entered) and event_name.startswith(entered[:-1]))
