"""How far one request reads along sort keys."""

from collections.abc import Iterator

import pytest

from recado.adapters.dynamodb import key_ranges
from recado.adapters.dynamodb.tables import DeliveryItem


def items(count: int) -> Iterator[DeliveryItem]:
    """Make items of ten bytes each, the newest first."""
    return iter(DeliveryItem("wh_1", f"key{number}", event=b"x" * 10) for number in range(count, 0, -1))


def keys(count: int, limit: int = 100, *, wanted: bool = True) -> tuple[list[str], str | None]:
    """Read a page of the keys of what is wanted: all of it, or nothing."""
    return key_ranges.page_of(items(count), lambda item: item.key if wanted else None, limit)


def test_a_page_ends_with_its_limit() -> None:
    """The next one begins after it; a full last page has no next one."""
    assert keys(3, limit=2) == (["key3", "key2"], "key2")
    assert keys(2, limit=2) == (["key2", "key1"], None)


def test_a_page_ends_when_many_items_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing of it was wanted."""
    monkeypatch.setattr(key_ranges, "_MOST_ITEMS_READ", 2)

    assert keys(3, wanted=False) == ([], "key2")
    assert keys(2, wanted=False) == ([], None)


@pytest.mark.parametrize(("most", "last"), [(20, "key2"), (21, "key1"), (10, "key3")])
def test_a_page_ends_when_many_bytes_were_read(monkeypatch: pytest.MonkeyPatch, most: int, last: str) -> None:
    """As soon as that many have been."""
    monkeypatch.setattr(key_ranges, "_MOST_BYTES_READ", most)

    page, next_before = keys(3)

    assert page[-1] == last
    assert next_before == (None if last == "key1" else last)
