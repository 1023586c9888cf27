"""Changes of lanes as writes of a webhook's item: what is written, and on what condition."""

from typing import Any

from pynamodb.attributes import Attribute, UnicodeSetAttribute
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from recado.adapters.dynamodb.tables import WebhookItem
from recado.adapters.dynamodb.webhooks.webhook_items import OWNERSHIP, health_attributes, lane_attributes
from recado.adapters.dynamodb.webhooks.webhook_store import set_or_remove
from recado.ports.sending import Expect
from recado.rules.webhook.webhook import Webhook


def lane_change(
    table: type[WebhookItem], before: Webhook, after: Webhook, expected: Expect
) -> tuple[list[Action], Condition]:
    """What to write, and on what condition; only what differs, as some of it is changed by others meanwhile."""
    values = lane_attributes(after)
    known = {**lane_attributes(before), **health_attributes(before.health), **_standing(before)}
    values |= {**health_attributes(after.health), **_standing(after)}
    changed = {name: value for name, value in values.items() if name in OWNERSHIP or value != known[name]}
    condition = table.status == before.status.value
    if expected is not Expect.ANYTHING:
        condition &= _as_expected(table, before, expected)
    if (before.lane.slow_at, before.lane.quick) != (after.lane.slow_at, after.lane.quick):
        # A mark that was made meanwhile stays, and with it that nothing has been counted since.
        condition &= has(table.slow_at, before.lane.slow_at)
    return set_or_remove(table, changed), condition


def _standing(webhook: Webhook) -> dict[str, Any]:
    return {"status": webhook.status.value, "off_since": webhook.off_since}


def _as_expected(table: type[WebhookItem], before: Webhook, expected: Expect) -> Condition:
    lane = before.lane
    condition = has(table.owner, None if expected is Expect.UNOWNED else lane.owner)
    if expected is Expect.UNCHANGED:
        condition &= has(table.due_at, lane.next_at)
    if expected is Expect.LEASED:
        condition &= table.lease_holder == lane.lease_holder
    return condition


def number_of(attribute: UnicodeSetAttribute) -> Any:  # noqa: ANN401 - an operand of a condition, untyped in PynamoDB
    """How many members a set has, as an operand; of a set that is not there no comparison holds."""
    return size(attribute)  # type: ignore[no-untyped-call]


def has(attribute: Attribute[Any], value: str | int | None) -> Condition:
    """The condition that an attribute has this value; one that is missing equals nothing, not even NULL."""
    return attribute.does_not_exist() if value is None else attribute == value
