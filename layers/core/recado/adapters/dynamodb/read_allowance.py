"""How much of lists one request reads.

What is read is told by the capacity that DynamoDB reports. It charges whole items, however little of them a projection
lets through, so that nothing in an answer says what it has cost.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pynamodb.models import Model

from recado.adapters.dynamodb.tables import connection_of

if TYPE_CHECKING:
    from pynamodb.pagination import PageIterator

MOST_UNITS_READ = 250
"""A megabyte, read consistently."""


class ReadAllowance:
    """How much one request may read: about 250 read units.

    A call of DynamoDB's reads no more than a megabyte, and none is to be made where 250 units are used; by what items
    have cost so far it asks for as many as what is left will pay.
    """

    def __init__(self, table: type[Model], most_items_a_call: int) -> None:
        self._most_items = most_items_a_call
        self._connection = connection_of(table)
        self._units_before = self._connection.read_units
        self._items = 0
        self._units_of_items = 0.0
        self._with_more = 0  # partitions

    def pages(self, pages: "PageIterator[Any]", first_items: int | None = None, shares: int = 1) -> Iterator[Any]:
        """The pages, each as large as is left to it: the first of so many items at most, and one of several shares.

        Later ones share what is left with the other partitions that have more.
        """
        pages.page_size = self._affordable(self._most_items if first_items is None else first_items, shares)
        before, has_more = self._used(), 0
        while (page := next(pages, None)) is not None:
            if page["ScannedCount"]:  # what is empty costs, too, but tells nothing of items
                self._items += page["ScannedCount"]
                self._units_of_items += self._used() - before
            had_more, has_more = has_more, int(pages.last_evaluated_key is not None)
            self._with_more += has_more - had_more
            yield page
            before = self._used()
            pages.page_size = self._affordable(self._most_items, max(1, self._with_more))

    @property
    def is_used(self) -> bool:
        """Whether nothing is left."""
        return self._left() <= 0

    def _left(self) -> float:
        return MOST_UNITS_READ - self._used()

    def _used(self) -> float:
        return self._connection.read_units - self._units_before

    def _affordable(self, most: int, shares: int = 1) -> int:
        """How many items to ask for next: a share of what is left pays for as many, if they cost as those so far."""
        if not self._items:
            return most if shares == 1 else 1  # which tells what an item costs
        units_an_item = max(1.0, self._units_of_items) / self._items
        return max(1, min(most, int(self._left() / shares / units_an_item)))
