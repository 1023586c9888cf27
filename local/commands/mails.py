"""`make mails`: what the stack has mailed, which nobody gets: the emulator keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import httpx

from local.settings import Settings


@dataclass(frozen=True)
class Mail:
    """A mail that was sent: to whom, when, its subject, and its text below the headers of unsubscribing."""

    to: str
    sent_at: float
    subject: str
    text: str
    html: str


def sent(settings: Settings) -> list[Mail]:
    """All mails, the newest last."""
    answer = httpx.get(f"{settings.aws_endpoint_url}/_ministack/ses/messages", timeout=10, trust_env=False)
    answer.raise_for_status()
    kept = [mail for mails in answer.json()["messages"].values() for mail in mails]
    mails = [
        Mail(", ".join(one["To"]), one["Timestamp"], one["Subject"], one["BodyText"], one["BodyHtml"] or "")
        for one in kept
    ]
    return sorted(mails, key=lambda mail: mail.sent_at)


def readable(mails: list[Mail]) -> Iterator[str]:
    """The mails as a person reads them."""
    if not mails:
        yield "nothing was mailed yet; enter an address on the console's page of alerts"
    for mail in mails:
        moment = datetime.fromtimestamp(mail.sent_at).astimezone()
        yield f"{moment:%Y-%m-%d %H:%M:%S}  To: {mail.to}\nSubject: {mail.subject}\n{mail.text}"
