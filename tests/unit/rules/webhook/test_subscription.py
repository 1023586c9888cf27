"""What a webhook's event names mean."""

import pytest

from recado.rules.event.catalogue import Catalogue, Category, EventType
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.subscription import covers, event_names, removed

CATALOGUE = Catalogue(
    EventType(name, Category.REAL_TIME, {"en": "It happens."}, {}) for name in ("order.paid", "order.sent", "cart")
)


@pytest.mark.parametrize(
    ("names", "wanted", "others"),
    [
        (["order.paid"], ["order.paid"], ["order.sent", "Order.paid", "order.paid.late", "order"]),
        (["*"], ["order.paid", "cart", "later.on"], []),
        (
            ["order.*"],
            ["order.paid", "order.line.added", "order."],
            ["order", "orders.paid", "Order.paid", "an.order.x"],
        ),
        (["order.*", "cart"], ["order.sent", "cart"], ["cart.abandoned"]),
        ([], [], ["order.paid"]),
    ],
)
def test_names_stand_for_themselves_for_a_group_or_for_all(
    names: list[str], wanted: list[str], others: list[str]
) -> None:
    """A name is compared exactly; `order.*` is whatever begins with `order.`, and `*` everything."""
    assert [name for name in wanted + others if covers(names, name)] == wanted


def test_a_group_may_be_of_names_that_are_not_there_yet() -> None:
    """It is accepted, each once, in the order entered."""
    assert event_names(["refund.*", "cart", "refund.*"], [], CATALOGUE) == ("refund.*", "cart")
    assert event_names(["*", "*"], [], CATALOGUE) == ("*",)


def test_a_name_that_has_left_the_catalogue_may_stay() -> None:
    """Only what has it keeps it; it is known as removed."""
    current = ["order.gone", "cart", "*", "old.*"]

    assert event_names(["order.gone", "cart"], current, CATALOGUE) == ("order.gone", "cart")
    assert removed(current, CATALOGUE) == ("order.gone",)
    with pytest.raises(InvalidRegistrationError, match=r"eventNames\[0\]"):
        event_names(["order.gone"], ["cart"], CATALOGUE)


@pytest.mark.parametrize("name", ["recado.digest", "recado.*", "Recado.digest"])
def test_recados_own_events_are_no_matter_of_names(name: str) -> None:
    """A digest is a setting; a name that a webhook has, from before, may stay."""
    with pytest.raises(InvalidRegistrationError, match=r"eventNames\[1\].*delivery.digest asks for digests"):
        event_names(["cart", name], ["cart"], CATALOGUE)
    assert event_names([name], [name], CATALOGUE) == (name,)
