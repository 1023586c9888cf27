"""Pages of a list, one after another, by the cursor that each gives to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar


class Page(Protocol):
    """An answer that may have another after it."""

    next_cursor: Any


_Page = TypeVar("_Page", bound=Page)


def pages(call: Callable[..., _Page | None], *arguments: Any, **filters: Any) -> Iterator[_Page]:  # noqa: ANN401 - whatever the call takes
    """The pages of a list: `pages(list_deliveries.sync, account_id, webhook_id, client=…, failed=True)`.

    A page may be empty and yet have others after it: what ends the list is that a page names no next one. Raises
    `ValueError` for one that names itself, which would go on for ever.
    """
    cursor: dict[str, Any] = {}
    while True:
        page = call(*arguments, **{**filters, **cursor})
        if page is None:
            raise ValueError("the answer is no page")
        yield page
        if not page.next_cursor:
            return
        if page.next_cursor == cursor.get("cursor"):
            raise ValueError("the page names itself as the next one")
        cursor = {"cursor": page.next_cursor}
