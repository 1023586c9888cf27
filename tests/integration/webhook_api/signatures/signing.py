"""What the tests of signatures share: kinds of authentication, a download, and what is sealed."""

import base64
import json
import re
from io import StringIO
from typing import Any

from recado.rules.webhook.authentication.credentials import Credentials
from tests.support.api.client import ApiClient

SIGNATURE = {"type": "SIGNATURE"}
BASIC = {"type": "BASIC", "username": "Zoë", "password": "päss: w0rd €"}
NONE = {"type": "NONE"}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
A_DAY = 24 * 60 * 60
OWN = "whsec_" + base64.b64encode(b"a key of the receiver, 32 bytes!").decode()


def credentials(api: ApiClient, webhook: Any) -> Credentials:
    """Return what the senders find."""
    current = api.system.registry.get(api.account, webhook["webhookId"])
    assert current is not None
    return api.system.credentials(current)


def download(api: ApiClient, webhook: Any) -> Any:
    """Download a signature, which must be there."""
    answer = api.get(api.path(webhook, "/signature"))
    assert answer.status == 200, answer.text
    return answer.json


def acts_in(log: StringIO) -> list[dict[str, Any]]:
    """Return what the log tells of acts."""
    return [line for line in map(json.loads, log.getvalue().splitlines()) if line["message"] == "activity"]


def switch(api: ApiClient, webhook: Any, authentication: dict[str, str]) -> Any:
    """Change how a webhook authenticates."""
    answer = api.call("PATCH", api.path(webhook), {"authentication": authentication})
    assert answer.status == 200, answer.text
    return answer.json
