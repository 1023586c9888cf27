"""The signed sample that receivers test with is a POST of ours."""

import json
from pathlib import Path

from recado.rules.event.event import parse_event
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from tests.unit.builders import webhook

SAMPLE = Path(__file__).parents[5] / "examples" / "receiving" / "sample"


def test_the_sample_is_what_is_sent() -> None:
    """Its events, sent at its time by a webhook with its secret, have this body and these headers, in this order."""
    headers = dict(line.split(": ", 1) for line in (SAMPLE / "headers.txt").read_text(encoding="utf-8").splitlines())
    body = (SAMPLE / "body.json").read_bytes()
    secret = (SAMPLE / "secret.txt").read_text(encoding="utf-8").strip()
    envelope = json.loads(body)
    events = [parse_event(one["eventName"], {"accountId": envelope["accountId"], **one}) for one in envelope["events"]]

    receiver = webhook(authentication=AuthenticationType.SIGNATURE)
    sent = outgoing_request(receiver, Credentials(secret=secret), events, int(headers["webhook-timestamp"]) * 1000)

    assert sent.body == body
    assert list(sent.headers.items()) == list(headers.items())
