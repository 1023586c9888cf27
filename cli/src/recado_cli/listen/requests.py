"""The POST that goes to this machine, made of what a delivery shows of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recado_cli import signing

# All that does not depend on the receiver. Its custom headers stay behind: they may hold a key of the real receiver's.
_HANDED_ON = ("content-type", "user-agent", "recado-attempt", "recado-resend", "traceparent", "webhook-id")
_HIDDEN = "[hidden]"
# By an event without a trace no traceparent is sent, and a custom header may have the name.
_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True)
class LocalRequest:
    """Headers and body, ready to be sent."""

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def local_request(detail: Mapping[str, Any], key: bytes, now: float) -> LocalRequest:
    """The POST of a delivery as the API shows it, signed anew with `key` and for the time `now`.

    `now` is by this machine's clock, because whoever verifies it reads that. Raises `KeyError`, `TypeError` or
    `AttributeError` where the delivery has no request.
    """
    shown = {name.lower(): value for name, value in detail["request"]["headers"].items()}
    body = detail["request"]["body"].encode()
    headers = {name: shown[name] for name in _HANDED_ON if name in shown and _is_recados(name, shown[name])}
    timestamp = str(int(now))
    headers.setdefault("webhook-id", detail["eventId"])
    headers["webhook-timestamp"] = timestamp
    headers["webhook-signature"] = signing.signature(key, headers["webhook-id"], timestamp, body)
    return LocalRequest(headers, body)


def _is_recados(name: str, value: str) -> bool:
    return value != _HIDDEN and (name != "traceparent" or _TRACEPARENT.fullmatch(value) is not None)
