"""A receiver that is left alone for an hour, what it has taken, and a webhook's jobs."""

from http import HTTPStatus
from typing import Any

from local.listener import Answer, Listener
from tests.e2e.support.client import ApiClient
from tests.e2e.support.waiting import until

NOON_MS = 1_727_438_400_000
IN_AN_HOUR = Answer(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "3600"})
"""A receiver that is left alone for an hour, unless somebody asks for more."""


def ids_of(listener: Listener) -> list[str]:
    """Return the ids of the events that it has taken, in order."""
    return [event_id for request in listener.accepted for event_id in request.event_ids]


def jobs_of(api: ApiClient, address: str) -> list[dict[str, Any]]:
    """Return the webhook's jobs, newest first."""
    jobs: list[dict[str, Any]] = api.get(f"{address}/redeliver").json()["jobs"]
    return jobs


def await_state(api: ApiClient, address: str, job: dict[str, Any], state: str) -> dict[str, Any]:
    """Wait until a job is so far, and return it as it is then."""

    def found() -> dict[str, Any] | None:
        (now,) = [one for one in jobs_of(api, address) if one["jobId"] == job["jobId"]]
        return now if now["state"] == state else None

    there: dict[str, Any] = until(found, f"the job is {state}")
    return there
