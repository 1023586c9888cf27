"""Who did what: kept together with each change, read by people, told to programs; and that a request is made once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from recado.rules.activity.activity import Activity, Requester

TellActivity = Callable[[Activity], None]
"""Tells of what was done, once it is; it raises nothing, since what is done is done."""


@dataclass(frozen=True, slots=True)
class ActivityQuery:
    """What to list of an account, or of one webhook of it, there or removed: newest first, below the key `before`.

    A key is `<15 digits of milliseconds>#<activity id>`.
    """

    account_id: str
    limit: int
    now_ms: int
    webhook_id: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """A page of what was done; `next_before` is the key below which the next page starts, None at the end."""

    activities: list[Activity]
    next_before: str | None


class ActivityStore(Protocol):
    """Keeps what was done; what changes something is kept in the transaction of that change, by the store of it."""

    def note(self, activity: Activity) -> None:
        """Keep what has changed nothing that is stored."""
        ...

    def check(self, account_id: str, requester: Requester, now_ms: int) -> None:
        """Raise `DoneBeforeError` or `KeyReusedError` where a request of the same key has made its change already."""
        ...

    def newest(self, query: ActivityQuery) -> ActivityPage:
        """One page, newest first."""
        ...


class DoneBeforeError(Exception):
    """The request has had its effect already: it was made before, with the same `Idempotency-Key`.

    `webhook_id` and `job_id` are what it has made or changed.
    """

    def __init__(self, webhook_id: str | None, job_id: str | None) -> None:
        super().__init__("the request was made before")
        self.webhook_id = webhook_id
        self.job_id = job_id


class KeyReusedError(Exception):
    """The `Idempotency-Key` belongs to another request: same account, method and path, another body."""
