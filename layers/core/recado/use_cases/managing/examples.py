"""Samples of event types, and what an admin puts in place of their fields."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from recado.rules.account import published_account
from recado.rules.event.event import Event, InvalidEventError
from recado.rules.event.problem import Problem
from recado.rules.event.reading import EventReader
from recado.rules.webhook.refusals import InvalidRegistrationError

# What `parse_event` calls the whole of an event.
_WHOLE = "detail"


@dataclass(frozen=True, slots=True)
class Example:
    """Of which event type a sample is asked for, and what stands in place of its fields, as publishers send them."""

    event_name: str | None = None
    fields: Mapping[str, object] | None = None


def example_event(
    reader: EventReader, name: str, account_id: str, now: int, fields: Mapping[str, object] | None
) -> Event:
    """The catalogue's sample of this type as if it had just been published, with these fields in place of its own.

    Raises `InvalidRegistrationError` where the catalogue has no such type, and `InvalidEventError` with `event.…` for
    every field that could not be published.
    """
    if name not in reader.catalogue:
        raise InvalidRegistrationError("eventName", "is not in the catalogue (GET /event-types)")
    sample = reader.sample(name, account_id, str(uuid.uuid4()), now)
    if fields is None:
        return sample
    detail = {
        "eventId": sample.event_id,
        "timestamp": now,
        "data": dict(reader.catalogue[name].sample),
        **fields,
        "accountId": published_account(account_id),
    }
    try:
        return reader.of_entry(name, detail)
    except InvalidEventError as error:
        first, *further = (Problem(_entered(each.path), each.message) for each in error.problems)
        raise InvalidEventError(first.path, first.message, further) from None


def _entered(path: str) -> str:
    """What is wrong, as a part of the request."""
    return "event" if path == _WHOLE else f"event.{path}"
