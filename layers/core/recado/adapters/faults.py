"""Errors of the SDKs, told apart from failed receivers: they become `OurFaultError` at the adapters' edge."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from recado.ports.sending import OurFaultError


@contextmanager
def as_our_fault(action: str) -> Iterator[None]:
    """Raise `OurFaultError` for any SDK error inside; `action` says what was being done. Also a decorator."""
    try:
        yield
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        raise OurFaultError(f"{action}: {type(error).__name__}: {error}") from error
