"""AWS clients, made when they are first used: a dispatcher whose receivers are healthy never needs most of them."""

import secrets
import threading
import time
import uuid
from typing import Any

from botocore.config import Config

from recado.adapters.aws_client import SERVICES, AwsClient

_TRIES = 3
# What repeats the invocation knows who was mailed; the SDK would repeat a mail that has left.
_TRIES_OF = {"sesv2": 1}
_creating = threading.Lock()  # boto3's default session must not be used by two threads at once


class LazyClient:
    """Stands for a boto3 client until the first call."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._client: Any = None

    def __getattr__(self, operation: str) -> Any:  # noqa: ANN401 - whatever the client has
        with _creating:
            if self._client is None:
                import boto3  # noqa: PLC0415 - a tenth of a cold start's imports, for what it mostly does not need

                self._client = boto3.client(self._service, config=_config(self._service))  # type: ignore[call-overload]  # any service
        return getattr(self._client, operation)


def _config(service: str) -> Config:
    """Fail within an attempt's time rather than after botocore's minute; Lambda and SQS repeat what failed."""
    tries = _TRIES_OF.get(service, _TRIES)
    return Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": tries})


def client(service: str) -> Any:  # noqa: ANN401 - the adapters name the client's type
    """A client of this AWS service, made at its first call."""
    return AwsClient(service) if service in SERVICES else LazyClient(service)


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def new_token() -> str:
    """A text that nobody else has: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def new_key() -> bytes:
    """32 bytes that nobody guesses."""
    return secrets.token_bytes(32)
