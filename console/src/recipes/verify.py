"""Receive Recado's webhooks: verify, keep, answer. Python 3.9 or later, standard library only.

WEBHOOK_SECRET=whsec_… PORT=9000 python3 verify.py
"""

import base64
import hashlib
import hmac
import json
import logging
import os
import time
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300
MOST_BYTES = 1_000_000
KEPT: dict[str, dict] = {}


def verified(secret: str, headers: Message, body: bytes) -> bool:
    """Whether a POST is genuine and fresh; `body` is its bytes as they came."""
    try:
        age = abs(int(time.time()) - int(headers["webhook-timestamp"]))
    except (TypeError, ValueError):
        return False
    if age > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if not key:
        raise ValueError("WEBHOOK_SECRET is empty: anybody could sign with it")
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest())
    # For 24 hours after a rotation there are two signatures: one of them is by the secret you have.
    given = (headers["webhook-signature"] or "").split()
    return any(hmac.compare_digest(expected, signature.encode()) for signature in given)


def keep(event: dict) -> None:
    """Keep an event once. Yours: insert it into a table whose key is the event's id, and work on it later."""
    # In one step, or two POSTs at once would both keep it.
    if KEPT.setdefault(event["eventId"], event) is event:
        logging.info("kept %s %s", event["eventName"], event["eventId"])


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
        if not verified(os.environ["WEBHOOK_SECRET"], self.headers, body):
            return 401
        for event in json.loads(body)["events"]:
            keep(event)
        return 202


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
