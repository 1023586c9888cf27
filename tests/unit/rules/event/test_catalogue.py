"""Catalogues as they are written."""

from typing import Any

import pytest

from recado.rules.event.catalogue import Category, Deprecation, InvalidCatalogueError, read_catalogue

MINIMAL = {"name": "order.paid", "category": "REAL_TIME", "description": {"en": "Paid."}, "sample": {"orderId": "o-1"}}


def file_of(*entries: Any) -> dict[str, object]:
    """Return a file of these event types."""
    return {"eventTypes": list(entries)}


def changed(**fields: Any) -> dict[str, Any]:
    """Return the smallest event type, changed."""
    return {**MINIMAL, **fields}


def test_an_event_type_is_read_whole() -> None:
    """Every field, in the order of the files."""
    full = changed(
        name="cart:left-1",
        category="NON_REAL_TIME",
        group={"en": "Carts", "pt": "Carrinhos"},
        schema={"type": "object"},
        schemaVersion="2",
        deprecated={"since": "2026-01-31", "successor": "order.paid"},
    )
    catalogue = read_catalogue([file_of(full), file_of(MINIMAL)])

    assert catalogue.names == ("cart:left-1", "order.paid")
    entry = catalogue["cart:left-1"]
    assert (entry.category, entry.schema, entry.schema_version) == (Category.NON_REAL_TIME, {"type": "object"}, "2")
    assert entry.group["pt"] == "Carrinhos"
    assert entry.deprecated == Deprecation("2026-01-31", "order.paid")
    assert [each.name for each in catalogue.of(Category.REAL_TIME)] == ["order.paid"]
    assert catalogue.get("order.gone") is None


@pytest.mark.parametrize(
    ("documents", "place", "reason"),
    [
        ([[]], "", "eventTypes"),
        ([{"eventTypes": [], "more": 1}], "", "nothing else"),
        ([], "eventTypes", "at least one"),
        ([file_of()], "eventTypes", "at least one"),
        ([file_of(5)], "eventTypes[0]", "an object"),
        ([file_of(MINIMAL, MINIMAL)], "eventTypes[1].name", "there is 'order.paid'"),
        ([file_of(MINIMAL), file_of(changed(name="Order.Paid"))], "eventTypes[0].name", "more than case"),
        ([file_of(changed(name="a b"))], "eventTypes[0].name", "1 to 128"),
        ([file_of(changed(name="recado.digest"))], "eventTypes[0].name", "Recado's own"),
        ([file_of(changed(name="RECADO.x"))], "eventTypes[0].name", "must not begin with 'recado.'"),
        ([file_of(changed(name="a" * 129))], "eventTypes[0].name", "1 to 128"),
        ([file_of(changed(category="SOON"))], "eventTypes[0].category", "REAL_TIME or NON_REAL_TIME"),
        ([file_of(changed(category=None))], "eventTypes[0].category", "REAL_TIME or NON_REAL_TIME"),
        ([file_of(changed(colour="red"))], "eventTypes[0].colour", "unknown"),
        ([file_of({"name": "a"})], "eventTypes[0].category", "missing"),
        ([file_of(changed(description="Paid."))], "eventTypes[0].description", "by language"),
        ([file_of(changed(group={}))], "eventTypes[0].group", "by language"),
        ([file_of(changed(sample=[1]))], "eventTypes[0].sample", "an object"),
        ([file_of(changed(schema="string"))], "eventTypes[0].schema", "JSON Schema"),
        ([file_of(changed(schemaVersion="1"))], "eventTypes[0].schemaVersion", "beside a schema"),
        ([file_of(changed(deprecated=True))], "eventTypes[0].deprecated", "since"),
        ([file_of(changed(deprecated={"since": "20260131"}))], "eventTypes[0].deprecated.since", "a day"),
        ([file_of(changed(deprecated={"since": "2026-02-30"}))], "eventTypes[0].deprecated.since", "a day"),
        (
            [file_of(changed(deprecated={"since": "2026-01-31", "successor": "order.gone"}))],
            "order.paid.deprecated.successor",
            "no other event type",
        ),
    ],
)
def test_what_is_no_catalogue_is_refused(documents: list[Any], place: str, reason: str) -> None:
    """With the place and what is accepted."""
    with pytest.raises(InvalidCatalogueError, match=reason) as refused:
        read_catalogue(documents)
    assert refused.value.place == place
