"""Cutting: a POST that its receiver could not take is sent again in smaller ones, until the limit is known.

The three numbers were found by simulation (docs/adr/0023-cutting-and-setting-aside.md): a tenth of what has failed,
ten times what was delivered, and no more than half way to the least that has failed. Events and bytes are cut alike,
bytes after a 413.
"""

from dataclasses import dataclass, replace

from recado.rules.sending.attempt import AttemptResult, FailureClass
from recado.rules.webhook.delivery_settings import DeliverySettings

KEPT_MS = 24 * 60 * 60 * 1000
"""So long a size that has failed counts: after that the receiver is tried with a whole POST again."""

_FACTOR = 10
_PATIENT_FAILURES = 3
_REQUEST_TIMEOUT, _TOO_LARGE = 408, 413
_SIZE_NOT_TO_BLAME = {401, 404, 407, 410, 429}
_MAY_BE_TO_BLAME = {
    FailureClass.TIMEOUT,
    FailureClass.CLOSED,
    FailureClass.PROTOCOL,
    FailureClass.SERVER_ERROR,
    FailureClass.CLIENT_ERROR,
}


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a POST in one unit, events or bytes: the most that is sent, and the least that has failed.

    Both are None where they are not known to be less than the webhook's own settings.
    """

    most: int | None = None
    failed: int | None = None

    def cut(self, sent: int) -> "Size":
        """The size after so much was sent at once and refused."""
        return Size(max(1, sent // _FACTOR), sent)

    def grown(self, top: int) -> "Size":
        """The size after a POST of it was delivered; `top` is the webhook's own limit."""
        if self.most is None:
            return self
        most = self.most
        if self.failed is None:
            most = min(top, _FACTOR * most)
        elif most + max(1, most // _FACTOR) < self.failed:
            most = min(_FACTOR * most, (most + self.failed) // 2)
        return Size() if most >= top and self.failed is None else replace(self, most=most)


@dataclass(frozen=True, slots=True)
class Cut:
    """How large POSTs to a webhook are, where its receiver does not take all that the settings allow.

    `until` is the key of the last event of the POST that failed last: until that is through, none is larger. `at` is
    when it failed, in milliseconds since 1970.
    """

    events: Size = Size()
    bytes: Size = Size()
    until: str | None = None
    at: int = 0

    def known_at(self, now_ms: int) -> "Cut":
        """What still counts then: nothing, where the last failure is a day old."""
        return self if now_ms - self.at < KEPT_MS else UNCUT

    def limits(self, settings: DeliverySettings) -> DeliverySettings:
        """The settings for the next POST."""
        return replace(
            settings,
            max_events=min(settings.max_events, self.events.most or settings.max_events),
            max_bytes=min(settings.max_bytes, self.bytes.most or settings.max_bytes),
        )

    def after_failure(self, result: AttemptResult, events: int, size: int, last: str) -> "Cut":
        """The sizes after a POST of so many events and bytes was refused, up to the key `last`."""
        at = result.started_ms
        kept = self.known_at(at)
        if events == 1:
            # An event that fails alone fails at any size: what was tried with it says nothing about the others.
            return replace(kept, events=Size(kept.events.most), bytes=Size(kept.bytes.most), until=None)
        if result.status_code == _TOO_LARGE:
            return replace(kept, bytes=kept.bytes.cut(size), until=last, at=at)
        return replace(kept, events=kept.events.cut(events), until=last, at=at)

    def after_success(self, last: str, settings: DeliverySettings, *, by_events: bool, by_bytes: bool) -> "Cut":
        """The sizes after a POST up to the key `last` was delivered, which a limit of events or of bytes cut short."""
        if self.until is not None and last < self.until:
            return self
        events = self.events.grown(settings.max_events) if by_events else self.events
        size = self.bytes.grown(settings.max_bytes) if by_bytes else self.bytes
        return UNCUT if events == size == Size() else replace(self, events=events, bytes=size, until=None)


UNCUT = Cut()


def may_be_to_blame(result: AttemptResult, in_a_row: int) -> bool:
    """Whether the size or the content of a POST may be why it failed, after so many failures of the same head.

    Elsewhere neither is to blame: nobody was reached, let in, or found. A receiver that says when to come back is
    believed twice.
    """
    failure = result.failure
    if failure is None or failure.failure_class not in _MAY_BE_TO_BLAME:
        return False
    if result.status_code in _SIZE_NOT_TO_BLAME:
        return False
    return result.retry_after_seconds is None or in_a_row >= _PATIENT_FAILURES


def answers_at_once(result: AttemptResult) -> bool:
    """Whether the receiver is well, and refuses what it was sent: there is nothing to wait for."""
    failure = result.failure
    return (
        failure is not None
        and failure.failure_class is FailureClass.CLIENT_ERROR
        and result.status_code != _REQUEST_TIMEOUT
    )
