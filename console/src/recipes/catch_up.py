"""Receive Recado's webhooks, and catch up with what was missed. Python 3.9 or later, standard library only.

WEBHOOK_SECRET=whsec_… PORT=9000 RECADO_URL=https://… WEBHOOK=1010/wh_… python3 catch_up.py

RECADO_URL is the API's address, WEBHOOK the ids of account and webhook. At its start, and every hour after, it reads
what has arrived for the webhook since it last did. It keeps the events, and how far it has read, in this folder.
"""

import base64
import hashlib
import hmac
import json
import logging
import os
import sqlite3
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOLERANCE_SECONDS = 300
MOST_BYTES = 1_000_000
HOUR, MINUTE = 3600, 60
MOST_PAGES, MOST_WAITS = 10_000, 10
RESUME_FROM = Path("resume-from.txt")
EVENTS = sqlite3.connect("events.db", check_same_thread=False)
LOCK = threading.Lock()


def signature(message_id: str, timestamp: str, content: bytes) -> str:
    """The one of Standard Webhooks: of a POST that comes, and of a request that you send."""
    key = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
    if not key:
        raise ValueError("WEBHOOK_SECRET is empty: anybody could sign with it")
    signed = f"{message_id}.{timestamp}.".encode() + content
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def verified(headers: Message, body: bytes) -> bool:
    """Whether a POST is genuine and fresh; `body` is its bytes as they came."""
    try:
        age = abs(int(time.time()) - int(headers["webhook-timestamp"]))
    except (TypeError, ValueError):
        return False
    expected = signature(headers["webhook-id"], headers["webhook-timestamp"], body).encode()
    # For 24 hours after a rotation there are two signatures: one of them is by the secret you have.
    given = (headers["webhook-signature"] or "").split()
    return age <= TOLERANCE_SECONDS and any(hmac.compare_digest(expected, one.encode()) for one in given)


def take(body: bytes) -> None:
    """Keep the events of a POST, each once: they may come again, in a POST as well as in what is read below."""
    for event in json.loads(body)["events"]:
        with LOCK, EVENTS:
            insert = "insert or ignore into events values (?, ?)"
            new = EVENTS.execute(insert, (event["eventId"], json.dumps(event))).rowcount
        if new:
            logging.info("kept %s %s", event["eventName"], event["eventId"])


def page(query: dict[str, str]) -> dict:
    """One page of what has arrived for the webhook. The request is signed by the webhook's own secret."""
    # Signed is the query with nothing escaped; none of its signs needs to be.
    path = f"/receive/{os.environ['WEBHOOK']}/events?{urllib.parse.urlencode(query, safe=':')}"
    for _ in range(MOST_WAITS):
        message_id, timestamp = f"catch-up-{uuid.uuid4()}", str(int(time.time()))
        signed = signature(message_id, timestamp, f"GET {path}".encode())
        headers = {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signed}
        request = urllib.request.Request(os.environ["RECADO_URL"].rstrip("/") + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=MINUTE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 429 and error.code < 500:
                raise RuntimeError(f"{error.code} {error.read(MOST_BYTES).decode()}") from None
            # Whoever asks too often, or at a bad time, is told for how long to wait.
            time.sleep(min(int(error.headers["Retry-After"] or MINUTE), HOUR))
    raise RuntimeError(f"asked {MOST_WAITS} times and told to wait each time")


def catch_up() -> None:
    """Read all that has arrived since what was read last, and keep what is not known yet."""
    query = {"limit": "100"}
    if RESUME_FROM.exists():
        query["arrivedFrom"] = RESUME_FROM.read_text()
    for _ in range(MOST_PAGES):
        found = page(query)
        for delivery in found["deliveries"]:
            if "body" in delivery:  # what was withdrawn (CANCELLED) has none
                take(delivery["body"].encode())
        if "nextCursor" not in found:
            break
        query["cursor"] = found["nextCursor"]
    else:
        raise RuntimeError(f"no end after {MOST_PAGES} pages")
    # Only now: who dies before reads the same again. Exchanged as a whole, never half written.
    written = RESUME_FROM.with_suffix(".new")
    written.write_text(found["resumeFrom"])
    written.replace(RESUME_FROM)
    logging.info("caught up")


def catch_up_every_hour() -> None:
    """Whatever goes wrong is said, and tried again: what comes by POST is taken meanwhile."""
    while True:
        try:
            catch_up()
        except Exception as error:
            logging.error("not caught up, next try in an hour: %s", error)
        time.sleep(HOUR)  # in a thread of its own


class Receiver(BaseHTTPRequestHandler):
    """Answers 202 once all events of a genuine POST are kept."""

    def do_POST(self) -> None:
        """One POST."""
        self.send_response(self.taken(int(self.headers["Content-Length"] or 0)))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def taken(self, length: int) -> int:
        """The status that answers a POST of so many bytes."""
        if not 0 <= length <= MOST_BYTES:
            return 413
        body = self.rfile.read(length)
        if not verified(self.headers, body):
            return 401
        take(body)
        return 202


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    EVENTS.execute("create table if not exists events (id text primary key, event text not null)")
    threading.Thread(target=catch_up_every_hour, daemon=True).start()
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
