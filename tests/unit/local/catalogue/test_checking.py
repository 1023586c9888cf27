"""Catalogues that are wrong are refused, with file and line."""

import re
from pathlib import Path
from typing import Any

import pytest

from local.catalogue import reading
from local.catalogue.checking import checked, problems_of
from local.catalogue.reading import read_folder
from local.errors import LocalStackError
from recado.rules.event.event import MAX_EVENT_BYTES
from tests.support.catalogue import ROOT
from tests.unit.local.catalogue.folders import MINIMAL, changed, file_of, folder_of


def told(folder: Path) -> list[str]:
    """Return what is said of a folder."""
    return [str(problem) for problem in problems_of(read_folder(folder, "shop"))]


@pytest.mark.parametrize("folder", ["catalogue", "examples/catalogues/shop"])
def test_what_is_shipped_is_sound(folder: str) -> None:
    """The learning platform's catalogue and the shop's."""
    assert len(checked(ROOT / folder, folder)) > 0


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a": '{"eventTypes": [\n{,}]}'}, r"shop/a\.json:2: is not JSON: .* at column 2"),
        ({"a": '{"eventTypes":\n [],\n "eventTypes": []}'}, r"shop/a\.json:3: eventTypes: stands there twice"),
        ({"a": '{"eventTypes": [\n\n{"name": NaN}]}'}, r"shop/a\.json:3: eventTypes\[0\]\.name: .*finite"),
        ({"a": '{"eventTypes": ["\\ud800"]}'}, r"shop/a\.json:1: eventTypes\[0\]: a text holds a lone surrogate, .*"),
        ({"a": "[" * 101 + "]" * 101}, r"shop/a\.json:1: (\[0\])+: must not be nested deeper than 100 levels"),
        ({"a": "[" * 99_999 + "]" * 99_999}, r"shop/a\.json:1: must not be nested deeper than 100 levels"),
        ({"a": "9" * 5000}, r"shop/a\.json:1: must not hold a number of more than 4300 digits"),
        ({"a": []}, r'shop/a\.json:1: must be \{"eventTypes": \[…\]\}, and nothing else'),
        ({"a": file_of()}, r"shop:1: must hold at least one event type, in a file \*\.json"),
        ({"a": file_of(5)}, r"shop/a\.json:3: eventTypes\[0\]: must be an object"),
        ({"a": file_of(changed(colour="red"))}, r"shop/a\.json:12: eventTypes\[0\]\.colour: is unknown; there are .*"),
        ({"a": file_of(changed(category="SOON"))}, r"shop/a\.json:5: .*category: must be REAL_TIME or NON_REAL_TIME"),
        ({"a": file_of(changed(name="a b"))}, r"shop/a\.json:4: eventTypes\[0\]\.name: must be 1 to 128 letters, .*"),
        (
            {"a": file_of({"name": "a", "category": "REAL_TIME", "sample": {}})},
            r"shop/a\.json:3: .*description: is miss.*",
        ),
        (
            {"a": file_of(MINIMAL), "b": file_of(MINIMAL)},
            r"shop/b\.json:4: eventTypes\[0\]\.name: .*: there is 'order\.paid'; .* \(shop/a\.json:4\)",
        ),
        (
            {"a": file_of(MINIMAL, changed(name="Order.Paid"))},
            r"shop/a\.json:14: eventTypes\[1\]\.name: .* differ by more than case \(shop/a\.json:4\)",
        ),
        (
            {"a": file_of(changed(deprecated={"since": "soon"}))},
            r"shop/a\.json:13: eventTypes\[0\]\.deprecated\.since: must be a day such as 2026-01-31",
        ),
        (
            {"a": file_of(changed(deprecated={"since": "2026-01-31", "successor": "order.none"}))},
            r"shop/a\.json:14: .*successor: 'order\.none' is no other event type of the catalogue",
        ),
        (
            {"a": file_of(changed(schema={"properties": {"orderId": {"type": "strin"}}}))},
            r"shop/a\.json:15: eventTypes\[0\]\.schema\.properties\.orderId\.type: must be .*",
        ),
        (
            {"a": file_of(changed(schema={"pattern": "("}))},
            r"shop/a\.json:13: .*schema\.pattern: must be a regular exp.*",
        ),
        (
            {"a": file_of(changed(schema={"properties": {"orderId": {"type": "integer"}}}))},
            r"shop/a\.json:10: eventTypes\[0\]\.sample\.orderId: must be a whole number, says the schema",
        ),
        (
            {"a": file_of(changed(schema={"required": ["status"]}))},
            r"shop/a\.json:9: eventTypes\[0\]\.sample\.status: is required, says the schema",
        ),
        (
            {"a": file_of(changed(schema={"$ref": "../money.json"}))},
            r"shop/a\.json:13: .*schema\.\$ref: must lead to .*",
        ),
        (
            {"a": file_of(changed(schema={"$ref": "/etc/money.json"}))},
            r"shop/a\.json:13: .*schema\.\$ref: must lead .*",
        ),
        ({"a": file_of(changed(schema={"$ref": "https://x.example/a"}))}, r"shop/a\.json:13: .*\$ref: must lead to .*"),
        (
            {"a": file_of(changed(schema={"$ref": "#/$defs/none"}))},
            r"shop/a\.json:13: .*schema\.\$ref: must lead to .*",
        ),
        (
            {"a": file_of(changed(schema={"$ref": "schemas/money.json"})), "schemas_money": {"type": "money"}},
            r"shop/schemas/money\.json:2: type: must be .*",
        ),
        ({"a": file_of(MINIMAL), "schemas_money": []}, r"shop/schemas/money\.json:1: .*"),
        (
            {"a": file_of(changed(sample={"text": "x" * MAX_EVENT_BYTES}))},
            r"shop/a\.json:9: eventTypes\[0\]\.sample: makes the event larger than .*",
        ),
        ({"a": file_of(MINIMAL), "more/b": {}}, r"shop/more/b\.json:1: would not be read: .*"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, files: dict[str, Any], said: str) -> None:
    """One sentence says where it is and what is accepted, and nothing else is said."""
    (only,) = told(folder_of(tmp_path, **files))
    assert re.fullmatch(said, only), only


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Of all files, in their order; what is wrong twice in an entry, too."""
    folder = folder_of(
        tmp_path,
        a="nothing",
        b=file_of(changed(category="SOON", description={}), changed(name="order.sent", sample=[])),
        c=file_of(changed(name="order.sent", deprecated={"since": "2026-01-31", "successor": "order.paid"})),
        schemas_money={"type": "money"},
    )
    places = [re.sub(r"^shop/(\S+):\d+: (eventTypes\S*: |).*", r"\1 \2", each) for each in told(folder)]
    assert [place.strip(": ") for place in places] == [
        "a.json",
        "b.json eventTypes[0].category",
        "b.json eventTypes[0].description",
        "b.json eventTypes[1].sample",
        "c.json eventTypes[0].name",
        "schemas/money.json",
    ]


def test_a_command_ends_with_the_list(tmp_path: Path) -> None:
    """As its one message."""
    with pytest.raises(LocalStackError, match=r"the catalogue cannot be used:\n  shop/a\.json:5: .*category"):
        checked(folder_of(tmp_path, a=file_of(changed(category="SOON"))), "shop")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Instead of a trace of the program."""
    with pytest.raises(LocalStackError, match="shop: the catalogue cannot be read: No such file"):
        checked(tmp_path / "none", "shop")


def test_files_that_are_one_where_case_does_not_count_are_refused() -> None:
    """Which of the two is deployed would depend on the machine."""
    (only,) = reading._colliding("shop", ["Orders.json", "carts.json", "orders.json"])
    assert str(only) == "shop/orders.json:1: is one file with Orders.json where the case of names does not count"


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """Lambda reads UTF-8."""
    folder = folder_of(tmp_path, a=file_of(MINIMAL))
    (folder / "b.json").write_bytes('{"é": 1}'.encode("latin-1"))
    assert told(folder) == ["shop/b.json:1: must be UTF-8"]


def test_what_is_no_json_is_left_alone(tmp_path: Path) -> None:
    """A folder may say what it is in a file beside."""
    folder = folder_of(tmp_path, a=file_of(MINIMAL))
    (folder / "README.md").write_text("Ours.")
    (folder / ".hidden.json").write_text("{}")
    assert told(folder) == []


def test_schemas_may_lead_to_each_other(tmp_path: Path) -> None:
    """By the path from the folder, as from the file itself, and in circles."""
    amount = {"properties": {"parts": {"items": {"$ref": "money.json"}}, "currency": {"$ref": "schemas/currency.json"}}}
    folder = folder_of(
        tmp_path,
        a=file_of(changed(sample={"parts": [{"currency": "EUR"}]}, schema={"$ref": "schemas/money.json"})),
        schemas_money=amount,
        schemas_currency={"$defs": {"code": {"type": "string"}}, "$ref": "#/$defs/code"},
    )
    assert told(folder) == []


def test_more_than_a_bus_can_hold_is_refused(tmp_path: Path) -> None:
    """Names in no order that a prefix could help, until the rules are too many."""
    names = [f"n{number * 7919 % 100_003:05}{'x' * 110}" for number in range(3000)]
    entries = [changed(name=name, category=("REAL_TIME", "NON_REAL_TIME")[i % 2]) for i, name in enumerate(names)]
    (only,) = told(folder_of(tmp_path, a=file_of(*entries)))
    assert re.match(r"shop:1: takes \d{3} rules of EventBridge, of 2048 characters at most; there may be 140\.", only)
