"""Letters: what is mailed to an address, as plain text and as simple HTML, in its language."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from recado.rules.alerting.addresses import AlertAddress
from recado.rules.alerting.words import Words, words_of
from recado.rules.webhook.alert import AlertKind

_MOST_NAME_CHARACTERS = 80
# Line breaks end a header, and the others turn the direction of what follows, or show nothing.
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+"
)
# Of `CLIENT_ERROR`: statuses that say more than their class.
_HINTS_BY_STATUS = {
    **dict.fromkeys(range(200, 300), "NAMED"),
    **dict.fromkeys((400, 415, 422), "BODY"),
    **dict.fromkeys((401, 403, 407), "ACCESS"),
    **dict.fromkeys((404, 405), "PATH"),
    **dict.fromkeys((408, 429), "PACE"),
    410: "GONE",
    413: "SIZE",
}
_HINTED = frozenset({AlertKind.FAILING, AlertKind.STILL_FAILING, AlertKind.DISABLED, AlertKind.SET_ASIDE})


@dataclass(frozen=True, slots=True)
class ReportedAlert:
    """An alert as the bus tells of it: its kind, and its detail (`Alert.detail`)."""

    kind: AlertKind
    account_id: str
    webhook_id: str
    name: str
    detail: Mapping[str, Any]

    @classmethod
    def read(cls, kind: str, detail: Mapping[str, Any]) -> Self:
        """The alert of an event; raises `ValueError` or `KeyError` where it is none."""
        name = shown(str(detail["webhookName"]))
        return cls(AlertKind(kind), str(detail["accountId"]), str(detail["webhookId"]), name, detail)


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a letter."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject, and paragraphs, each a text or a link."""

    subject: str
    paragraphs: tuple[str | Link, ...]

    @property
    def text(self) -> str:
        """As plain text."""
        parts = (f"{one.label}:\n{one.url}" if isinstance(one, Link) else one for one in self.paragraphs)
        return "\n\n".join(parts) + "\n"

    @property
    def html(self) -> str:
        """As HTML: everything that somebody has entered is text in it."""
        parts = "\n".join(f"<p>{_as_html(one)}</p>" for one in self.paragraphs)
        title = html.escape(self.subject)
        head = f'<!doctype html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>'
        return f"{head}\n<body>\n{parts}\n</body></html>\n"


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses that letters lead to: the console, and where a platform gives its users links of their own."""

    console_url: str
    portal_url: str = ""

    def webhook(self, account_id: str, webhook_id: str) -> str:
        """The webhook's page, or the platform's."""
        return self.portal_url or f"{self.console_url}/accounts/{account_id}/webhooks/{webhook_id}"

    def confirm(self, token: str) -> str:
        """The page with the button that confirms; no server and no log sees what is behind `#`."""
        return f"{self.console_url}/alerts#confirm={token}"

    def unsubscribe(self, token: str) -> str:
        """The page with the button that unsubscribes."""
        return f"{self.console_url}/alerts#unsubscribe={token}"

    def one_click(self, token: str) -> str:
        """Where mail programs POST to (RFC 8058): API and console have one origin."""
        return f"{self.console_url.removesuffix('/console')}/alert-addresses/unsubscribe?token={token}"


def shown(text: str) -> str:
    """A text that somebody has entered, in one line, without what does not show, and not too long."""
    plain = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return plain if len(plain) <= _MOST_NAME_CHARACTERS else f"{plain[: _MOST_NAME_CHARACTERS - 1]}…"


def asking_letter(address: AlertAddress, account_id: str, confirm_url: str, unsubscribe_url: str) -> Letter:
    """The letter that asks whether an address wants the alerts."""
    words = words_of(address.locale)
    return Letter(
        words.asking_subject.format(account=account_id),
        (
            words.asking.format(address=address.address, account=account_id),
            words.asking_what,
            Link(words.confirm, confirm_url),
            words.not_you,
            Link(words.unsubscribe, unsubscribe_url),
        ),
    )


def alert_letter(
    alert: ReportedAlert, address: AlertAddress, webhook_url: str, unsubscribe_url: str, *, is_last: bool
) -> Letter:
    """The letter of an alert; `is_last` where the address gets no other today."""
    words = words_of(address.locale)
    happened = words.happened[alert.kind].format(name=alert.name)
    return Letter(
        happened,
        (
            words.about.format(happened=happened, webhook=alert.webhook_id, account=alert.account_id),
            *_facts(alert, words),
            *_advice(alert, words),
            Link(words.open_webhook, webhook_url),
            *([words.last_for_today] if is_last else []),
            words.why_alert.format(address=address.address, account=alert.account_id),
            Link(words.unsubscribe, unsubscribe_url),
        ),
    )


def _facts(alert: ReportedAlert, words: Words) -> list[str]:
    detail, facts = alert.detail, []
    count = str(detail.get("backlog", 0))
    facts.append(words.waiting.format(count=words.more_than.format(count=count) if detail.get("more") else count))
    if "tookMs" in detail:
        facts.append(words.took.format(took=_seconds(detail["tookMs"]), limit=_seconds(detail["slowAfterMs"])))
    certificate = detail.get("clientCertificate")
    if certificate:
        subject = shown(str(certificate["subject"]))
        facts.append(words.certificate.format(subject=subject, time=_time(certificate["notAfter"])))
    if "failingSince" in detail:
        since = words.had_failed_since if alert.kind is AlertKind.RECOVERED else words.failing_since
        facts.append(since.format(time=_time(detail["failingSince"]), attempts=detail.get("attempts", 0)))
    error = detail.get("lastError")
    if error:
        facts.append(words.last_error.format(failure=_failure(error, words)))
    return facts


def _failure(error: Mapping[str, Any], words: Words) -> str:
    """The class of a failure and its status: its detail is in English, and may hold what a receiver has answered."""
    failure = words.failures.get(str(error["failureClass"]), str(error["failureClass"]))
    status = error.get("statusCode")
    return failure if status is None else words.with_status.format(failure=failure, status=status)


def _advice(alert: ReportedAlert, words: Words) -> list[str]:
    meaning = words.meanings.get(alert.kind) or str(alert.detail.get("meaning", ""))
    to_do = str(alert.detail.get("toDo", "")) if not words.hints else _to_do(alert, words)
    advice = [words.meaning.format(text=meaning)] if meaning else []
    return [*advice, words.what_to_do.format(text=to_do)] if to_do else advice


def _to_do(alert: ReportedAlert, words: Words) -> str:
    limit = _seconds(alert.detail.get("slowAfterMs", 1000))
    told = words.to_do.get(alert.kind, "").format(limit=limit)
    error = alert.detail.get("lastError")
    if not error or alert.kind not in _HINTED:
        return told
    failure_class = str(error["failureClass"])
    by_status = _HINTS_BY_STATUS.get(error.get("statusCode")) if failure_class == "CLIENT_ERROR" else None
    return f"{words.hints.get(by_status or failure_class, '')} {told}".strip()


def _as_html(part: str | Link) -> str:
    if isinstance(part, Link):
        return f'<a href="{html.escape(part.url)}">{html.escape(part.label)}</a>'
    return html.escape(part)


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2g}"


def _time(iso: object) -> str:
    """`2026-11-29T13:05:07.000Z` as `2026-11-29 13:05 UTC`."""
    return f"{str(iso)[:10]} {str(iso)[11:16]} UTC"
