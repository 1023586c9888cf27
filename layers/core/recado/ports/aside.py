"""What is needed of deliveries that are set aside: pending, but out of the way of the others."""

from typing import Protocol

from recado.ports.sending import Waiting
from recado.rules.delivery.delivery import Delivery


class AsideStore(Protocol):
    """Keeps what is set aside; every move is one transaction, refused where the delivery is not where it was."""

    def put(self, delivery: Delivery, *, waits: bool) -> bool:
        """Set a delivery aside that waits in the backlog, or one that is not known yet.

        False where it does not wait there any more, or is known, or has ended.
        """
        ...

    def keep(self, delivery: Delivery) -> bool:
        """Store how the delivery stands after one more try; False where it is not set aside any more."""
        ...

    def end(self, delivery: Delivery) -> bool:
        """Move it into the log as it ended; of a copy that expired nothing is logged. False where it is not there."""
        ...

    def back(self, delivery: Delivery) -> bool:
        """Move it into the backlog again; False where it is not set aside any more."""
        ...

    def renew(self, copy: Delivery) -> None:
        """Put a copy into the backlog that was asked for anew; an older one waits nowhere else any more."""
        ...

    def next(self, webhook_id: str, after: str | None) -> Delivery | None:
        """What is set aside behind the key `after`, else the first of all; None where there is nothing."""
        ...

    def size(self, webhook_id: str) -> Waiting:
        """How many deliveries are set aside, as far as one read tells."""
        ...
