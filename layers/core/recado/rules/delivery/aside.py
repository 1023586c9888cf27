"""Setting a delivery aside: pending, out of the way of the others, and tried alone."""

from recado.rules.delivery.delivery import Delivery
from recado.rules.sending.attempt import AttemptResult

RETRY_MS = 290_000
"""How long what is set aside waits at least between two tries: a little less than the beat of the sweep."""


def set_aside(delivery: Delivery, tries: int, result: AttemptResult, now_ms: int) -> Delivery:
    """The delivery as it is set aside after so many failed POSTs in a row that it led, of which this is the last."""
    wait_ms = max(RETRY_MS, (result.retry_after_seconds or 0) * 1000)
    return delivery.set_aside(now_ms, now_ms + wait_ms, tries)
