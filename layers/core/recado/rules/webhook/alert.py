"""Alerts: what a platform engineer is told of a webhook: that it fails, recovers, is disabled or slow, sets aside, or
needs a new certificate."""

from dataclasses import dataclass, replace
from enum import StrEnum

from recado.rules.event.timestamps import to_iso
from recado.rules.sending.attempt import Failure
from recado.rules.webhook.authentication.authentication import CertificateFacts
from recado.rules.webhook.authentication.ending import days_left
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Health, Status, Webhook

_REPEAT_MS = 24 * 60 * 60 * 1000
_MOST_SUBJECT_CHARACTERS = 99  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html


class AlertKind(StrEnum):
    """What an alert tells, and the detail type of its event on the bus."""

    FAILING = "WEBHOOK_FAILING"
    STILL_FAILING = "WEBHOOK_STILL_FAILING"
    RECOVERED = "WEBHOOK_RECOVERED"
    DISABLED = "WEBHOOK_DISABLED"
    SLOW = "WEBHOOK_SLOW"
    SET_ASIDE = "WEBHOOK_SET_ASIDE"
    CERTIFICATE_ENDING = "WEBHOOK_CERTIFICATE_ENDING"


@dataclass(frozen=True, slots=True)
class _Told:
    """What happened, after "webhook … of account …"; what it means; and what to do, after the last error's hint."""

    happened: str
    meaning: str
    to_do: str = ""
    hinted: bool = True


_TOLD = {
    AlertKind.FAILING: _Told(
        "is failing", "Nothing is lost: events wait, and are sent in order when the receiver is back."
    ),
    AlertKind.STILL_FAILING: _Told(
        "is still failing",
        "Events wait for seven days each; after seven days without a success the webhook is disabled.",
    ),
    AlertKind.RECOVERED: _Told(
        "has recovered", "Events are delivered again; what still waits is being sent.", "Nothing.", hinted=False
    ),
    AlertKind.DISABLED: _Told(
        "has been disabled",
        "It is sent nothing any more: new events are recorded as SKIPPED, and what waits expires after seven days.",
        "Then switch the webhook on again: what still waits is sent, and what was skipped can be redelivered.",
    ),
    AlertKind.SLOW: _Told(
        "is slow",
        "So that nobody waits for it, its events leave through its backlog (lane QUEUED), by one sender, until three"
        " answers in a row are quick. No event is lost, and those of other webhooks are not later.",
        "Let the receiver answer 202 within {limit} and do the work afterwards. One that needs longer can be given up"
        " to 15 seconds (`timeoutSeconds` of the webhook): over 5 it always counts as slow, and nobody is told.",
        hinted=False,
    ),
    AlertKind.SET_ASIDE: _Told(
        "has events set aside",
        "There are one or more events which the receiver does not take, while it takes others. The others go on; each"
        " that is set aside is tried every five minutes until it is seven days old.",
        "Look at the delivery's last error, and mend the receiver; then redeliver the delivery, or cancel it.",
    ),
    AlertKind.CERTIFICATE_ENDING: _Told(
        "needs a new client certificate",
        "Once it has ended, a receiver that asks for it refuses every POST, and events wait for seven days each.",
        "Have another one issued, and enter it with its key (`clientCertificate` of the webhook's authentication).",
        hinted=False,
    ),
}


@dataclass(frozen=True, slots=True)
class Slowness:
    """How long a receiver took to answer, at least, and how long it may take before it is slow, in milliseconds."""

    took_ms: int
    limit_ms: int


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert about one webhook; times are milliseconds since 1970. `more` than `backlog` may wait."""

    kind: AlertKind
    account_id: str
    webhook_id: str
    webhook_name: str
    at: int
    backlog: int
    more: bool = False
    failing_since: int | None = None
    attempts: int = 0
    last_error: Failure | None = None
    slowness: Slowness | None = None
    certificate: CertificateFacts | None = None

    @property
    def subject(self) -> str:
        """One line of ASCII, as a mail's subject."""
        text = f"Recado: webhook {self.webhook_id} of account {self.account_id} {_TOLD[self.kind].happened}"
        return text[:_MOST_SUBJECT_CHARACTERS]

    @property
    def meaning(self) -> str:
        """What it means for the webhook's events."""
        return _TOLD[self.kind].meaning

    @property
    def to_do(self) -> str:
        """What to do about it."""
        told = _TOLD[self.kind]
        hint = self.last_error.hint if told.hinted and self.last_error is not None else ""
        limit = "a second" if self.slowness is None else _in_seconds(self.slowness.limit_ms)
        return f"{hint} {told.to_do.format(limit=limit)}".strip()

    @property
    def waiting(self) -> str:
        """How many events wait, as text."""
        return f"more than {self.backlog}" if self.more else str(self.backlog)

    def text(self) -> str:
        """The alert for people."""
        happened = _TOLD[self.kind].happened
        lines = [
            f'Webhook "{self.webhook_name}" ({self.webhook_id}) of account {self.account_id} {happened}.',
            "",
            f"Events waiting: {self.waiting}",
        ]
        if self.slowness is not None:
            took, limit = _in_seconds(self.slowness.took_ms), _in_seconds(self.slowness.limit_ms)
            lines.append(f"Time to answer: {took} or longer; slow is what takes over {limit}")
        if self.certificate is not None:
            lines.append(f"Client certificate: {self.certificate.subject}, {self._ends}")
        if self.failing_since is not None:
            since = "Had failed since" if self.kind is AlertKind.RECOVERED else "Failing since"
            attempts = "1 failed attempt" if self.attempts == 1 else f"{self.attempts} failed attempts in a row"
            lines.append(f"{since}: {to_iso(self.failing_since)}, {attempts}")
        if self.last_error is not None:
            lines.append(f"Last error: {self.last_error.failure_class}: {self.last_error.detail}")
        lines += ["", f"What it means: {self.meaning}"]
        return "\n".join([*lines, f"What to do: {self.to_do}"] if self.to_do else lines)

    @property
    def _ends(self) -> str:
        if self.certificate is None:
            return ""
        ends, days = to_iso(self.certificate.not_after), days_left(self.certificate, self.at)
        if days <= 0:
            return f"has ended at {ends}"
        return f"ends at {ends}, in {days} day{'s' * (days > 1)}"

    def detail(self) -> dict[str, object]:
        """The alert for programs, as the detail of an event on the bus."""
        detail: dict[str, object] = {
            "accountId": self.account_id,
            "webhookId": self.webhook_id,
            "webhookName": self.webhook_name,
            "at": to_iso(self.at),
            "backlog": self.backlog,
            "more": self.more,
            "attempts": self.attempts,
            "meaning": self.meaning,
            "toDo": self.to_do,
        }
        if self.slowness is not None:
            detail |= {"tookMs": self.slowness.took_ms, "slowAfterMs": self.slowness.limit_ms}
        if self.certificate is not None:
            detail["clientCertificate"] = {
                "subject": self.certificate.subject,
                "fingerprint": self.certificate.fingerprint,
                "notAfter": to_iso(self.certificate.not_after),
            }
        if self.failing_since is not None:
            detail["failingSince"] = to_iso(self.failing_since)
        if self.last_error is not None:
            detail["lastError"] = {
                "failureClass": self.last_error.failure_class.value,
                "detail": self.last_error.detail,
                "hint": self.last_error.hint,
                "statusCode": self.last_error.status_code,
            }
        return detail


def told_lately(told_at: int | None, now_ms: int) -> bool:
    """Whether it was told so lately that it is not told again."""
    return told_at is not None and now_ms - told_at < _REPEAT_MS


def alert_after_failure(before: Health, after: Health, status: Status) -> AlertKind | None:
    """What a stored failure is to be told as, None where nothing is new.

    Whoever was told that the webhook fails, and not that it has recovered, is told that it fails still.
    """
    if status is Status.DISABLED:
        return AlertKind.DISABLED
    if after.alerted_at == before.alerted_at:
        return None
    return AlertKind.FAILING if before.alerted_at is None else AlertKind.STILL_FAILING


def told_of_slowness(before: Webhook, after: Lane, now_ms: int) -> Lane:
    """The lane that is to follow: `slow_told_at` becomes now where the webhook becomes slow, once in 24 hours at most.

    One that may take its time by its own settings has been slow all along.
    """
    if after.slow_at is None or before.slow or told_lately(after.slow_told_at, now_ms):
        return after
    return replace(after, slow_told_at=now_ms)


def told_of_aside(lane: Lane, now_ms: int) -> Lane:
    """The lane of a webhook of which something is set aside: `aside_told_at` becomes now, once in 24 hours at most.

    Ten bad events in a row are one alert.
    """
    return lane if told_lately(lane.aside_told_at, now_ms) else replace(lane, aside_told_at=now_ms)


def alert(
    kind: AlertKind,
    webhook: Webhook,
    health: Health,
    backlog: int,
    *,
    more: bool,
    now_ms: int,
    slowness: Slowness | None = None,
) -> Alert:
    """The alert about a webhook whose health is, or until now was, `health`."""
    return Alert(
        kind=kind,
        account_id=webhook.account_id,
        webhook_id=webhook.webhook_id,
        webhook_name=webhook.name,
        at=now_ms,
        backlog=backlog,
        more=more,
        failing_since=health.failing_since,
        attempts=health.attempts,
        last_error=health.last_error,
        slowness=slowness,
        certificate=webhook.client_certificate if kind is AlertKind.CERTIFICATE_ENDING else None,
    )


def _in_seconds(milliseconds: int) -> str:
    return "1 second" if milliseconds == 1000 else f"{milliseconds / 1000:.2g} seconds"  # noqa: PLR2004
