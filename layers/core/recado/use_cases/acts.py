"""Acts: what is kept of what somebody does, and told once it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from recado.ports.activity import TellActivity
from recado.rules.activity.activity import Activity, ActivityKind, Requester
from recado.rules.webhook.webhook import Webhook


@dataclass(frozen=True, slots=True)
class Acts:
    """Makes what is kept of an act, under an id of its own, and tells of it.

    Whoever makes a change keeps the act with it, and tells of it after that: a process that dies in between has told
    nobody, and the act is listed all the same.
    """

    token: Callable[[], str]
    tell: TellActivity

    def new_id(self) -> str:
        """An id that no other act has."""
        return f"act_{self.token()}"

    def on(
        self,
        kind: ActivityKind,
        requester: Requester,
        webhook: Webhook,
        at_ms: int,
        **details: Any,  # noqa: ANN401 - the fields of `Activity`
    ) -> Activity:
        """What is to be kept of an act on a webhook; `details` are further fields of it."""
        return Activity(self.new_id(), webhook.account_id, webhook.webhook_id, kind, at_ms, requester, **details)
