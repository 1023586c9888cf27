"""Alerts: what a platform engineer is told when a webhook starts failing, goes on failing, recovers or is disabled."""

from dataclasses import dataclass
from enum import StrEnum

from recado.rules.event.timestamps import to_iso
from recado.rules.sending.attempt import Failure
from recado.rules.webhook.webhook import Health, Status, Webhook

REPEAT_MS = 24 * 60 * 60 * 1000
_MOST_SUBJECT_CHARACTERS = 100  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html


class AlertKind(StrEnum):
    """What an alert tells, and the detail type of its event on the bus."""

    FAILING = "WEBHOOK_FAILING"
    STILL_FAILING = "WEBHOOK_STILL_FAILING"
    RECOVERED = "WEBHOOK_RECOVERED"
    DISABLED = "WEBHOOK_DISABLED"


_HAPPENED = {
    AlertKind.FAILING: "is failing",
    AlertKind.STILL_FAILING: "is still failing",
    AlertKind.RECOVERED: "has recovered",
    AlertKind.DISABLED: "has been disabled",
}
_TO_DO = {
    AlertKind.FAILING: "Nothing is lost: events wait, and are sent in order when the receiver is back.",
    AlertKind.STILL_FAILING: "Events wait for seven days each; after seven days without a success it is disabled.",
    AlertKind.RECOVERED: "Nothing: all waiting events have been sent.",
    AlertKind.DISABLED: "Repair the receiver, then switch the webhook on again: what still waits is sent then.",
}


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

    @property
    def subject(self) -> str:
        """One line of ASCII, as a mail's subject."""
        text = f"Recado: webhook {self.webhook_id} of account {self.account_id} {_HAPPENED[self.kind]}"
        return text[:_MOST_SUBJECT_CHARACTERS]

    @property
    def to_do(self) -> str:
        """What to do about it."""
        hint = f"{self.last_error.hint} " if self.last_error and self.kind is not AlertKind.RECOVERED else ""
        return hint + _TO_DO[self.kind]

    @property
    def waiting(self) -> str:
        """How many events wait, as text."""
        return f"more than {self.backlog}" if self.more else str(self.backlog)

    def text(self) -> str:
        """The alert for people."""
        lines = [
            f'Webhook "{self.webhook_name}" ({self.webhook_id}) of account {self.account_id} {_HAPPENED[self.kind]}.',
            "",
            f"Events waiting: {self.waiting}",
        ]
        if self.failing_since is not None:
            lines.append(f"Failing since: {to_iso(self.failing_since)}, {self.attempts} failed attempts in a row")
        if self.last_error is not None:
            lines.append(f"Last error: {self.last_error.failure_class}: {self.last_error.detail}")
        return "\n".join([*lines, "", f"What to do: {self.to_do}"])

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
            "toDo": self.to_do,
        }
        if self.failing_since is not None:
            detail["failingSince"] = to_iso(self.failing_since)
        if self.last_error is not None:
            detail["lastError"] = {
                "failureClass": self.last_error.failure_class.value,
                "detail": self.last_error.detail,
                "statusCode": self.last_error.status_code,
            }
        return detail


def alert_after_failure(before: Health, after: Health, status: Status) -> AlertKind | None:
    """What a stored failure is to be told as: its transition, or a day of failing; None where neither is new."""
    if status is Status.DISABLED:
        return AlertKind.DISABLED
    if before.alerted_at is None:
        return AlertKind.FAILING
    return AlertKind.STILL_FAILING if after.alerted_at != before.alerted_at else None


def alert(kind: AlertKind, webhook: Webhook, health: Health, backlog: int, *, more: bool, now_ms: int) -> Alert:
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
    )
