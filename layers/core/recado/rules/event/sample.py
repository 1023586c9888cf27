"""A sample of an event type: what an admin sends to see whether a receiver is set up."""

from recado.rules.account import published_account
from recado.rules.event.event import Event, parse_event
from recado.rules.event.event_types import CATALOGUE


def sample_event(event_name: str, account_id: str, event_id: str, now_ms: int) -> Event:
    """An event of this type with the catalogue's sample data, as if it had just been published in the account."""
    detail = {
        "accountId": published_account(account_id),
        "eventId": event_id,
        "timestamp": now_ms,
        "eventInfo": "",
        "data": dict(CATALOGUE[event_name].sample_data),
    }
    return parse_event(event_name, detail)
