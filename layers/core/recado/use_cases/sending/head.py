"""The head of a backlog: what the next POST holds, read no further than that."""

from dataclasses import dataclass, field

from recado.ports import Page
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.sending.payload import Filling
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.sending.ports import SendingPorts

_MOST_EXPIRED = 100


@dataclass(slots=True)
class Head:
    """The deliveries of the next POST, and those before them that have waited for too long, as they ended."""

    batch: list[Delivery] = field(default_factory=list)
    expired: list[Delivery] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self.batch and not self.expired


class HeadReader:
    """Reads heads of one webhook's backlog, one after the other.

    How many deliveries are read at once follows from the size of those before: large ones are not read only to find
    that they do not fit.
    """

    def __init__(self, ports: SendingPorts) -> None:
        self._ports = ports
        self._at_once: int | None = None

    def read(
        self,
        webhook: Webhook,
        *,
        copies_of: Page | None = None,
        beside: Page | None = None,
        up_to: str | None = None,
    ) -> Head:
        """The head as it is now.

        With `copies_of` that of a job's page alone, with `beside` that of what else waits, with `up_to` that of what
        waits up to this key, its copy included.
        """
        head = Head()
        filling = Filling(webhook.delivery)
        now = self._ports.clock()
        at_once = min(self._at_once or webhook.delivery.max_events, webhook.delivery.max_events)
        for delivery in self._ports.deliveries.backlog(
            webhook.webhook_id, at_once, copies_of=copies_of, beside=beside, up_to=up_to
        ):
            if delivery.status_at(now) is DeliveryStatus.EXPIRED:
                head.expired.append(delivery.expired())
            elif _is_like(head.batch, delivery) and filling.takes(delivery.event):
                head.batch.append(delivery)
            else:
                break
            if filling.is_full or len(head.expired) == _MOST_EXPIRED:
                break
        if head.batch:
            # One more than fits, if they are as large as these: it shows that the POST is full.
            self._at_once = webhook.delivery.max_bytes * len(head.batch) // filling.size + 1
        return head


def _is_like(batch: list[Delivery], delivery: Delivery) -> bool:
    """Whether it may travel with these: an attempt says who asked for it, a person or nobody."""
    return not batch or (batch[0].is_copy, batch[0].requested_by) == (delivery.is_copy, delivery.requested_by)
