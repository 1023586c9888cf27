"""Selections of deliveries as conditions that DynamoDB applies: it charges for what it leaves out, and sends none."""

from pynamodb.expressions.condition import Condition

from recado.adapters.dynamodb.tables import DeliveryItem
from recado.rules.delivery.selection import Selection


def selected(table: type[DeliveryItem], selection: Selection, requested_at: int | None = None) -> Condition | None:
    """The condition that an item has status, names, arrival and request that are selected; None where any will do."""
    conditions: list[Condition] = []
    if selection.status is not None:
        conditions.append(table.status == selection.status.value)
    if selection.event_names:
        conditions.append(table.event_name.is_in(*selection.event_names))
    if selection.arrived_from is not None:
        conditions.append(table.created_at >= selection.arrived_from)
    if selection.arrived_to is not None:
        conditions.append(table.created_at <= selection.arrived_to)
    if selection.skipped_from is not None:
        conditions.append(table.finished_at >= selection.skipped_from)
    if requested_at is not None:
        conditions.append(table.requested_at == requested_at)
    if not conditions:
        return None
    together, *others = conditions
    for one in others:
        together &= one
    return together
