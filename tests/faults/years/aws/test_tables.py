"""The tables in memory answer as the emulator does, call by call."""

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from tests.faults.years.aws.invocations import DELIVERIES, WEBHOOKS
from tests.faults.years.aws.tables import Answer
from tests.faults.years.campaign import Campaign, Scale
from tests.support.system import System

CALLS = 500
_COMPARED = ("Item", "Items", "Count", "Attributes", "Responses")


class Emulator:
    """The emulator's tables, as a call of the simulation finds them."""

    def __init__(self, system: System) -> None:
        self._client: Any = boto3.client("dynamodb")
        names = {WEBHOOKS: "WebhooksTable", DELIVERIES: "DeliveriesTable"}
        self._names = {name: system.stack.physical_id(logical) for name, logical in names.items()}

    def answer(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is comparable of its answer, by the names of the simulation."""
        try:
            answer = self._client._make_api_call(operation, self._renamed(body))
        except ClientError as error:
            return failure(error.response["Error"]["Code"], error.response.get("CancellationReasons", []))
        if "Responses" in answer:
            answer["Responses"] = {name: answer["Responses"].get(of, []) for name, of in self._names.items()}
        return comparable(answer)

    def _renamed(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                self._names.get(name, name): self._names[one] if name == "TableName" else self._renamed(one)
                for name, one in value.items()
            }
        return [self._renamed(one) for one in value] if isinstance(value, list) else value


def failure(code: str, reasons: list[Any]) -> dict[str, Any]:
    """Return what is comparable of an error."""
    return {"code": code, "reasons": [reason["Code"] for reason in reasons]}


def comparable(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is comparable of an answer.

    Batches promise no order. A page that is full has a last key, also where nothing is left; the emulator's has none.
    """
    found = {name: answer[name] for name in _COMPARED if answer.get(name)}
    if "Responses" in found:
        found["Responses"] = {name: sorted(items, key=repr) for name, items in found["Responses"].items() if items}
    return {name: value for name, value in found.items() if value}


def test_the_tables_answer_as_the_emulator_does(system: System) -> None:
    """What the stores ask in a simulation without faults is answered alike by both, from registering to removing."""
    emulator = Emulator(system)
    campaign = Campaign(7, Scale(accounts=1, webhooks=3, days=2, admin_every_hours=1), fault_names=frozenset())
    tables = campaign.world.tables
    tables.index_is_late_ms = lambda: 0
    mine, compared = tables.answer, list[str]()

    def both(operation: str, body: Mapping[str, Any]) -> Answer:
        theirs = emulator.answer(operation, body)
        answer = mine(operation, body)
        if answer.status_code < 400:
            own = comparable(answer.body)
        else:
            own = failure(answer.body["__type"].rpartition("#")[2], answer.body.get("CancellationReasons", []))
        if own != theirs:
            campaign.world.ledger.problem("", f"{operation} {body}:\n{own}\n{theirs}")
        compared.append(operation)
        return answer

    tables.answer = both  # type: ignore[method-assign]

    report = campaign.run(0.001)

    assert not report.problems, report.problems[0].what
    assert len(compared) >= CALLS
    assert set(compared) == {
        *("GetItem", "BatchGetItem", "Query", "UpdateItem", "BatchWriteItem", "TransactWriteItems"),
    }
