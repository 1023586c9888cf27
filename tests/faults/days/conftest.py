"""The throttling tables, for days that the functions themselves go through."""

from tests.faults.throttling.conftest import dynamodb, time

__all__ = ["dynamodb", "time"]
