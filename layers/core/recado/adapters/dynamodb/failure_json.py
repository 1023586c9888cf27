"""Failures as they are stored, with a webhook's health and with attempts."""

from collections.abc import Mapping
from typing import Any

from recado.rules.sending.attempt import Failure, FailureClass


def failure_to_json(failure: Failure | None) -> dict[str, Any] | None:
    """A failure as it is stored."""
    if failure is None:
        return None
    return {"class": failure.failure_class.value, "detail": failure.detail, "status": failure.status_code}


def failure_from_json(stored: Mapping[str, Any] | None) -> Failure | None:
    """The failure that was stored."""
    return None if stored is None else Failure(FailureClass(stored["class"]), stored["detail"], stored["status"])
