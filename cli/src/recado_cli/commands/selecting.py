"""Which deliveries a command means: filters of a list, and the selection of a job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from recado_cli.calls import ask_pages
from recado_cli.output import Document
from recado_cli.times import moment
from recado_client import Recado
from recado_client.generated.api.deliveries import list_deliveries, list_deliveries_of_account

_PAGE = 100


@dataclass(frozen=True)
class Range:
    """Of which events, by their own times and by their arrival; None is any."""

    since: str | None = None
    until: str | None = None
    arrived_from: str | None = None
    arrived_to: str | None = None

    def filters(self) -> dict[str, str | None]:
        """As a list takes it."""
        return {
            "from_": moment("--from", self.since),
            "to": moment("--to", self.until),
            "arrived_from": moment("--arrived-from", self.arrived_from),
            "arrived_to": moment("--arrived-to", self.arrived_to),
        }

    def selection(self) -> Document:
        """As a job takes it."""
        names = {"from_": "from", "to": "to", "arrived_from": "arrivedFrom", "arrived_to": "arrivedTo"}
        return {names[key]: value for key, value in self.filters().items() if value is not None}


def listed(recado: Recado, account: str, webhook_id: str | None, **filters: object) -> Iterator[Document]:
    """The deliveries of a webhook, or of all, newest first."""
    call, path = (
        (list_deliveries_of_account, (account,)) if webhook_id is None else (list_deliveries, (account, webhook_id))
    )
    for page in ask_pages(call, recado, *path, **filters):
        yield from page["deliveries"]


def at_most(deliveries: Iterator[Document], limit: int) -> Iterator[Document]:
    """The first of them; all for 0."""
    return islice(deliveries, limit or None)


def page_size(limit: int) -> int:
    """How many to ask for at once, where so many are wanted."""
    return min(limit, _PAGE) if limit else _PAGE
