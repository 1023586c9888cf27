"""Limits of requests: how many of each kind an account may make in a minute, and how much it may read."""

from dataclasses import dataclass
from enum import StrEnum

RECEIVER_REQUESTS = 60
"""How many requests a minute the receiver of one webhook may make."""

_MINUTE_MS = 60_000
# Clocks of functions differ by far less; a count must not be removed while one of them still counts into it.
_KEPT_SECONDS = 600


class LimitKind(StrEnum):
    """What is counted together: changes and secrets that are shown, test sends, requests that publish; what is read.

    `RECEIVER` and `RECEIVER_READ` are what a webhook's receiver asks, counted by webhook: none uses up what others may.
    """

    MUTATION = "mutation"
    TEST_SEND = "test"
    PUBLISH = "publish"
    READ = "read"
    RECEIVER = "receiver"
    RECEIVER_READ = "receiver-read"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests of each kind an account may make in a minute, and how many read units it may use."""

    mutations: int
    test_sends: int
    publishes: int
    read_units: int

    def of(self, kind: LimitKind) -> int:
        """The limit of one kind."""
        return {
            LimitKind.MUTATION: self.mutations,
            LimitKind.TEST_SEND: self.test_sends,
            LimitKind.PUBLISH: self.publishes,
            LimitKind.READ: self.read_units,
            LimitKind.RECEIVER: RECEIVER_REQUESTS,
            LimitKind.RECEIVER_READ: self.read_units,
        }[kind]


@dataclass(frozen=True, slots=True)
class Window:
    """A minute of the clock, counted since 1970, in which what is of one kind is counted; of one webhook, or all."""

    kind: LimitKind
    minute: int
    webhook_id: str | None = None

    @classmethod
    def at(cls, kind: LimitKind, now_ms: int, webhook_id: str | None = None) -> "Window":
        """The window that a request falls into; `now_ms` is in milliseconds since 1970."""
        return cls(kind, now_ms // _MINUTE_MS, webhook_id)

    @property
    def key(self) -> str:
        """The name of its count among an account's items."""
        own = "" if self.webhook_id is None else f"{self.webhook_id}#"
        return f"limit#{self.kind}#{own}{self.minute}"

    @property
    def removable_at(self) -> int:
        """When nobody counts into it any more, in seconds since 1970."""
        return (self.minute + 1) * _MINUTE_MS // 1000 + _KEPT_SECONDS

    def seconds_left(self, now_ms: int) -> int:
        """Whole seconds until the next window begins, at least one."""
        left_ms = (self.minute + 1) * _MINUTE_MS - now_ms
        return max(1, -(-left_ms // 1000))
