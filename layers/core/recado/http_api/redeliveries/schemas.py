"""Requests for sending in JSON."""

from recado.http_api.shared.schemas import Shown
from recado.http_api.webhooks.waiting import WaitingView


class SendNowView(Shown):
    """What waits, and leaves now."""

    webhook_id: str
    waiting: WaitingView
