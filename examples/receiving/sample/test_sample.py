"""A receiver's own test, offline: a POST that Recado has signed, with the clock stopped at its time.

To install what it needs, and to run it:

    python3 -m venv .venv
    .venv/bin/pip install -r requirements.txt

    .venv/bin/pytest test_sample.py

Yours: post `BODY` with `HEADERS` to your application by its framework's test client instead of calling the library.
"""

from pathlib import Path

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

FOLDER = Path(__file__).parent
WEBHOOK = Webhook((FOLDER / "secret.txt").read_text().strip())
# Bytes: read as text, line ends and characters may become others, and the signature no longer fits.
BODY = (FOLDER / "body.json").read_bytes()
HEADERS = dict(line.split(": ", 1) for line in (FOLDER / "headers.txt").read_text().splitlines())
SIGNED_AT = int(HEADERS["webhook-timestamp"])


@time_machine.travel(SIGNED_AT, tick=False)
def test_the_sample_is_taken_at_its_time() -> None:
    """It is genuine, and holds two events."""
    events = WEBHOOK.verify(BODY, HEADERS)["events"]
    assert [event["eventName"] for event in events] == ["customer.created", "order.paid"]


@time_machine.travel(SIGNED_AT, tick=False)
def test_a_changed_body_is_refused() -> None:
    """One character is enough."""
    with pytest.raises(WebhookVerificationError):
        WEBHOOK.verify(BODY.replace(b"59.9", b"9.9"), HEADERS)


@time_machine.travel(SIGNED_AT + 301, tick=False)
def test_an_old_post_is_refused() -> None:
    """More than five minutes later it may be somebody who has kept it."""
    with pytest.raises(WebhookVerificationError):
        WEBHOOK.verify(BODY, HEADERS)
