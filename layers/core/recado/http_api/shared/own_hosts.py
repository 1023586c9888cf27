"""The names of the API that was asked: no webhook may lead back to it."""

from dataclasses import replace
from typing import Any

from recado.rules.webhook.registration import Changes


def outward(changes: Changes, event: Any) -> Changes:  # noqa: ANN401 - any of the library's event types
    """The changes, with the host of the request, and the API's own beside a custom domain, as refused targets."""
    context = event.request_context
    hosts = (context.domain_name, f"{context.api_id}.execute-api.")
    return replace(changes, own_hosts=tuple(host.lower() for host in hosts))
