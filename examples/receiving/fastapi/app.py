"""Receive Recado's webhooks with FastAPI: verify, keep, answer, work later. Python 3.11 or later.

To install it, and to start it:

    python3 -m venv .venv
    .venv/bin/pip install -r requirements.txt

    export WEBHOOK_SECRET=whsec_… PORT=9000
    .venv/bin/uvicorn --host 127.0.0.1 --port $PORT app:app
"""

import json
import os
import sqlite3
from contextlib import closing

from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from svix.webhooks import Webhook, WebhookVerificationError

WEBHOOK = Webhook(os.environ["WEBHOOK_SECRET"])
MOST_BYTES = 1_000_000
# A slash too many is answered 404: the 307 that FastAPI would redirect by is followed by nobody.
app = FastAPI(redirect_slashes=False)


# The request itself, and no model: a model's parser would eat the bytes, and answer 422 before anything is verified.
@app.post("/hook", status_code=202)
async def hook(request: Request) -> None:
    """Answer 202 once all events of a genuine POST are kept."""
    body = await read(request)
    try:
        WEBHOOK.verify(body, request.headers)
    # The library lets through what base64, UTF-8 and the header's form raise: a stranger would get a 500.
    except (WebhookVerificationError, ValueError):
        raise HTTPException(401) from None
    # Svix's `verify` returns nothing. A database that blocks would hold up every other request: it gets a thread.
    await run_in_threadpool(keep, json.loads(body)["events"])


async def read(request: Request) -> bytes:
    """The bytes as they came. Neither FastAPI nor uvicorn has a limit, and `request.body()` would read them all."""
    body = bytearray()
    if int(request.headers.get("content-length", 0)) > MOST_BYTES:
        raise HTTPException(413)
    async for chunk in request.stream():
        body += chunk
        # A body in chunks says its size nowhere.
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    return bytes(body)


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
