"""Digests: what a webhook got in an hour, told to its receiver as one more event. Times are milliseconds since 1970.

The digest of an hour (UTC) is made 10 to 55 minutes after its end: the counts have followed the deliveries by then, and
webhooks take turns.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from recado.rules.account import published_account
from recado.rules.delivery.counts import HOUR_MS, Counts, hour_of
from recado.rules.event.event import Event, id_of_event, parse_event, timestamp_of
from recado.rules.event.own import DIGEST
from recado.rules.event.timestamps import to_iso

HOURS = 24
"""How many hours a digest tells of: what came late, and a digest that was lost, are noticed by the next."""
COUNTED = ("delivered", "pending", "skipped", "cancelled", "expired")
"""Of what each hour's numbers are told."""

_FIRST_MS = 10 * 60 * 1000  # twice as long as writes are collected at most before they are counted
_SPREAD_MS = 45 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Ends:
    """The keys of the first and the last event of an hour; None where there is none."""

    first: str | None = None
    last: str | None = None


def next_due(account_id: str, webhook_id: str, after_ms: int) -> int:
    """When a webhook's digest is made next, after that moment: at the same minute of each hour."""
    wait_ms = _wait_ms(account_id, webhook_id)
    return hour_of(after_ms - wait_ms) + HOUR_MS + wait_ms


def first_due(account_id: str, webhook_id: str, now_ms: int) -> int:
    """When the digest of the hour that is under way is made."""
    return hour_of(now_ms) + HOUR_MS + _wait_ms(account_id, webhook_id)


def hour_to_tell(account_id: str, webhook_id: str, due_at: int, now_ms: int) -> int:
    """The start of the hour whose digest is made now, where it was due then: the last one, after an outage of ours."""
    return max(hour_of(due_at), hour_of(now_ms - _wait_ms(account_id, webhook_id))) - HOUR_MS


def tells(counts: Counts) -> bool:
    """Whether there is anything to tell of an hour."""
    return any(_numbers(counts).values())


def digest_event(account_id: str, webhook_id: str, hour_ms: int, by_hour: Mapping[int, Counts], ends: Ends) -> Event:
    """The webhook's digest of the hour that begins then; `by_hour`: the counts of the last 24 hours by their start."""
    end_ms = hour_ms + HOUR_MS
    detail = {
        "accountId": published_account(account_id),
        "eventId": digest_id(webhook_id, hour_ms),
        "timestamp": to_iso(end_ms),
        "data": {
            "from": to_iso(hour_ms),
            "to": to_iso(end_ms),
            "first": _shown(ends.first),
            "last": _shown(ends.last),
            "hours": [
                {"from": to_iso(hour), **_numbers(by_hour[hour])} for hour in sorted(by_hour) if tells(by_hour[hour])
            ],
        },
    }
    return parse_event(DIGEST, detail)


def digest_id(webhook_id: str, hour_ms: int) -> str:
    """The id of the webhook's digest of the hour that begins then.

    No other webhook's has it: a receiver of several, perhaps of several accounts, knows by it what comes twice.
    """
    return f"digest-{hour_ms}-{webhook_id}"


def _numbers(counts: Counts) -> dict[str, int]:
    """The counts by status: never below nothing, which counts that began late might be."""
    return {name: max(0, getattr(counts, name)) for name in COUNTED}


def _shown(key: str | None) -> dict[str, str] | None:
    return None if key is None else {"eventId": id_of_event(key), "timestamp": to_iso(timestamp_of(key))}


def _wait_ms(account_id: str, webhook_id: str) -> int:
    """How long after the end of an hour a webhook's digest is made: always the same time."""
    return _FIRST_MS + zlib.crc32(f"{account_id}#{webhook_id}".encode()) % _SPREAD_MS
