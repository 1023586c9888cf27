"""Where a page of a list ends."""

from collections.abc import Iterator, Sequence

import pytest

from recado.adapters.dynamodb import pages
from recado.adapters.dynamodb.tables import DeliveryItem

Rows = Iterator[list[DeliveryItem]]


def items(count: int) -> Rows:
    """Make items of as many events, the newest first."""
    return iter([DeliveryItem("wh_1", f"key{number}")] for number in range(count, 0, -1))


def cut(count: int) -> Rows:
    """Make items of which there are more, but nobody may read them."""
    yield from items(count)
    raise pages.EnoughReadError


def keys(found: Rows, limit: int = 100, *, wanted: bool = True) -> tuple[list[str], str | None]:
    """Read a page of the keys of what is wanted: all of it, or nothing."""
    read, last = pages.page_of(found, lambda row: row[0].key if wanted else None, limit)
    assert last is None or last.webhook_id == "wh_1"
    return read, last and last.key


def test_a_page_ends_with_its_limit() -> None:
    """The next one begins after it; a full last page has no next one."""
    assert keys(items(3), limit=2) == (["key3", "key2"], "key2")
    assert keys(items(2), limit=2) == (["key2", "key1"], None)


def test_a_page_ends_when_many_items_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing of it was wanted."""
    monkeypatch.setattr(pages, "_MOST_ITEMS_READ", 2)

    assert keys(items(3), wanted=False) == ([], "key2")
    assert keys(items(2), wanted=False) == ([], None)


def test_a_page_ends_when_enough_was_read() -> None:
    """What was found until then is shown, and the next page begins after what was read last, wanted or not."""
    assert keys(cut(2)) == (["key2", "key1"], "key1")
    assert keys(cut(2), wanted=False) == ([], "key1")


Stream = Sequence[DeliveryItem | pages.ReadUpTo]


def row_keys(*streams: Stream) -> tuple[list[list[str]], bool]:
    """Merge streams, newest first: what each row is of, and whether nothing was left."""
    found: list[list[str]] = []
    rows = pages.by_event(streams, newest_first=True)
    try:
        found.extend([f"{item.partition} {item.key}" for item in row] for row in rows)
    except pages.EnoughReadError:
        return found, False
    return found, True


def test_the_same_event_of_two_webhooks_is_two_rows() -> None:
    """In the order of their ids, the greatest first; a copy is of the row of its delivery."""
    backlog = [DeliveryItem("wh_1#backlog", "2#e##again")]
    logs = [[DeliveryItem("wh_1", "2#e"), DeliveryItem("wh_1", "1#e")], [DeliveryItem("wh_2", "2#e")]]

    assert row_keys(backlog, *logs) == (
        [["wh_2 2#e"], ["wh_1#backlog 2#e##again", "wh_1 2#e"], ["wh_1 1#e"]],
        True,
    )


def test_reading_ends_behind_a_whole_row() -> None:
    """Also where what ends first comes first among the partitions: the others still have the same event."""
    backlog: Stream = [DeliveryItem("wh_1#backlog", "2#e##again"), pages.ReadUpTo("2#e")]
    log = [DeliveryItem("wh_1", "2#e"), DeliveryItem("wh_1", "1#e")]

    assert row_keys(backlog, log) == ([["wh_1#backlog 2#e##again", "wh_1 2#e"]], False)


def test_what_lies_above_the_end_of_another_partition_is_shown() -> None:
    """Nothing of that can come between: the same event of another webhook is still known."""
    log = [DeliveryItem("wh_1", "3#e"), DeliveryItem("wh_1", "2#e"), DeliveryItem("wh_1", "1#e")]
    other: Stream = [DeliveryItem("wh_2", "2#e"), pages.ReadUpTo("2#e")]

    assert row_keys(log, other) == ([["wh_1 3#e"], ["wh_2 2#e"], ["wh_1 2#e"]], False)
