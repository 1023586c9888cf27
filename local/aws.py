"""Clients for the emulated AWS services, deaf to the machine's own AWS configuration and proxies."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import boto3
from botocore.config import Config

from local.settings import REGION

# boto3 makes the classes of its clients at run time.
AwsClient: TypeAlias = Any

# Any access key does; the emulator files everything under its default account.
ACCESS_KEY = "test"


@cache
def session() -> boto3.Session:
    """The session that every local client and the SAM translator share."""
    return boto3.Session(aws_access_key_id=ACCESS_KEY, aws_secret_access_key=ACCESS_KEY, region_name=REGION)


def client(service: str, endpoint_url: str) -> AwsClient:
    """A client of one service of the emulator."""
    config = Config(proxies={}, retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=60)
    make: Callable[..., AwsClient] = session().client
    return make(service, endpoint_url=endpoint_url, config=config)
