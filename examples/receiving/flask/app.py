"""Receive Recado's webhooks with Flask: verify, keep, answer, work later. Python 3.11 or later.

To install it, and to start it:

    python3 -m venv .venv
    .venv/bin/pip install -r requirements.txt

    export WEBHOOK_SECRET=whsec_… PORT=9000
    .venv/bin/gunicorn --bind 127.0.0.1:$PORT app:app
"""

import json
import os
import sqlite3
from contextlib import closing

from flask import Flask, request
from standardwebhooks import Webhook, WebhookVerificationError

WEBHOOK = Webhook(os.environ["WEBHOOK_SECRET"])
app = Flask(__name__)
# Flask and gunicorn take any size unless this is set: `get_data` then answers 413 to more, before it reads it.
app.config["MAX_CONTENT_LENGTH"] = 1_000_000


# Without a slash at its end: Flask redirects a POST to `/hook` to a route `/hook/`, and Recado follows no redirect.
@app.post("/hook")
def hook() -> tuple[str, int]:
    """Answer 202 once all events of a genuine POST are kept."""
    # The bytes as they came, before anything else: of what is said to be a form, `request.form` leaves nothing.
    body = request.get_data()
    try:
        events = WEBHOOK.verify(body, request.headers)["events"]
    # The library lets through what base64, UTF-8 and the header's form raise: a stranger would get a 500.
    except (WebhookVerificationError, ValueError):
        return "", 401
    keep(events)
    return "", 202


def keep(events: list[dict]) -> None:
    """Keep all events of a POST, each once: a resend (`recado-resend`) has the ids that it had the first time.

    Yours: your database. A job of its own takes the rows whose `done_at` is null, and does the work; the digest
    (`recado.digest`) is an event like the others.
    """
    with closing(sqlite3.connect("inbox.db")) as inbox, inbox:
        inbox.execute("CREATE TABLE IF NOT EXISTS inbox (event_id TEXT PRIMARY KEY, event TEXT, done_at TEXT)")
        for event in events:
            row = (event["eventId"], json.dumps(event))
            if inbox.execute("INSERT OR IGNORE INTO inbox (event_id, event) VALUES (?, ?)", row).rowcount:
                print("kept", event["eventName"], event["eventId"], flush=True)
