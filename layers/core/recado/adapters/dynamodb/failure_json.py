"""Failures as they are stored, with a webhook's health and with attempts."""

from collections.abc import Mapping
from typing import Any

from recado.rules.sending.attempt import Failure, FailureClass


def failure_to_json(failure: Failure | None) -> dict[str, Any] | None:
    """A failure as it is stored."""
    if failure is None:
        return None
    stored = {
        "class": failure.failure_class.value,
        "detail": failure.detail,
        "status": failure.status_code,
        "timeout": failure.timeout_seconds,
    }
    return {name: value for name, value in stored.items() if value is not None}


def failure_from_json(stored: Mapping[str, Any] | None) -> Failure | None:
    """The failure that was stored."""
    if stored is None:
        return None
    return Failure(FailureClass(stored["class"]), stored["detail"], stored.get("status"), stored.get("timeout"))
