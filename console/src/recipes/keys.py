"""Receive Recado's webhooks: verify by public keys, keep, answer. Python 3.9 or later, with `cryptography`.

WEBHOOK_KEYS='https://…/accounts/1010/webhook-keys.json?webhookId=wh_…' PORT=9000 python3 keys.py
"""

import base64
import json
import logging
import os
import threading
import time
import urllib.request
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE_SECONDS = 300
MOST_BYTES = 1_000_000
HOUR, MINUTE = 3600, 60
KEPT: dict[str, dict] = {}


class KeySet:
    """The public keys of one webhook, kept for an hour at most."""

    def __init__(self, url: str) -> None:
        self.url, self.keys, self.fetched, self.lock = url, [], float("-inf"), threading.Lock()

    def younger_than(self, seconds: int) -> list[Ed25519PublicKey]:
        """The keys, fetched again where they are older. Where that fails nothing is answered: the POST comes again."""
        if time.monotonic() - self.fetched >= seconds:
            with self.lock:  # many POSTs at once fetch them once
                if time.monotonic() - self.fetched >= seconds:
                    self.fetch()
        return self.keys

    def fetch(self) -> None:
        """Ask for the keys."""
        with urllib.request.urlopen(self.url, timeout=3) as answer:
            found = [key["x"] for key in json.load(answer)["keys"] if key.get("crv") == "Ed25519"]
        self.keys = [Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "=")) for x in found]
        self.fetched = time.monotonic()


def signed(key: Ed25519PublicKey, signature: str, content: bytes) -> bool:
    """Whether this key has signed the content."""
    try:
        key.verify(base64.b64decode(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def verified(key_set: KeySet, headers: Message, body: bytes) -> bool:
    """Whether a POST is genuine and fresh; `body` is its bytes as they came."""
    try:
        age = abs(int(time.time()) - int(headers["webhook-timestamp"]))
    except (TypeError, ValueError):
        return False
    given = [each.partition(",") for each in (headers["webhook-signature"] or "").split()]
    signatures = [signature for scheme, _, signature in given if scheme == "v1a"]
    if age > TOLERANCE_SECONDS or not signatures:
        return False
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    # Earlier keys sign along for 24 hours after a rotation. What no key has signed is looked at with the newest ones,
    # which nobody can make you fetch more often than once a minute.
    return any(
        signed(key, signature, content)
        for seconds in (HOUR, MINUTE)
        for key in key_set.younger_than(seconds)
        for signature in signatures
    )


def keep(event: dict) -> None:
    """Keep an event once. Yours: insert it into a table whose key is the event's id, and work on it later."""
    # In one step, or two POSTs at once would both keep it.
    if KEPT.setdefault(event["eventId"], event) is event:
        logging.info("kept %s %s", event["eventName"], event["eventId"])


class Receiver(BaseHTTPRequestHandler):
    """Answers 202 once all events of a genuine POST are kept."""

    key_set = KeySet(os.environ["WEBHOOK_KEYS"])

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
        if not verified(self.key_set, self.headers, body):
            return 401
        for event in json.loads(body)["events"]:
            keep(event)
        return 202


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
