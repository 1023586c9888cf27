"""How a stack stands: the stack itself, its functions and its alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recado_cli.operating.batches import in_batches
from recado_cli.operating.stack import Stack, refusals_told

_ALARMS_AT_ONCE = 100


@dataclass(frozen=True)
class Standing:
    """The stack's state and last change, and the same of one of its functions."""

    name: str
    state: str
    changed_at: str
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """As `--json` shows it."""
        fields = {"name": self.name, "state": self.state, "changedAt": self.changed_at, "detail": self.detail}
        return {name: value for name, value in fields.items() if value}


def of_stack(stack: Stack) -> Standing:
    """The stack itself; raises `Stop` where there is none of that name."""
    with refusals_told():
        told = stack.client("cloudformation").describe_stacks(StackName=stack.name)["Stacks"][0]
    changed = told.get("LastUpdatedTime") or told.get("CreationTime")
    return Standing(stack.name, told["StackStatus"], _iso(changed), told.get("StackStatusReason", ""))


def of_functions(stack: Stack) -> list[Standing]:
    """Each function: whether it can be called, and whether its last update went well."""
    return [_function(stack, name, physical) for name, physical in stack.of_kind("AWS::Lambda::Function").items()]


def of_alarms(stack: Stack) -> list[Standing]:
    """Each alarm, those that are raised first."""
    names = {physical: logical for logical, physical in stack.of_kind("AWS::CloudWatch::Alarm").items()}
    found = []
    for some in in_batches(list(names), _ALARMS_AT_ONCE):
        with refusals_told():
            answer = stack.client("cloudwatch").describe_alarms(AlarmNames=list(some), MaxRecords=_ALARMS_AT_ONCE)
        found += [_alarm(names[one["AlarmName"]], one) for one in answer["MetricAlarms"] if one["AlarmName"] in names]
    return sorted(found, key=lambda one: (one.state != "ALARM", one.name))


def _function(stack: Stack, name: str, physical: str) -> Standing:
    with refusals_told():
        told = stack.client("lambda").get_function_configuration(FunctionName=physical)
    update = told.get("LastUpdateStatus", "Successful")
    detail = told.get("StateReason", "") or ("" if update == "Successful" else f"last update: {update}")
    return Standing(name, told.get("State", ""), str(told.get("LastModified", "")), detail)


def _alarm(name: str, told: dict[str, Any]) -> Standing:
    is_raised = told["StateValue"] == "ALARM"
    detail = told.get("AlarmDescription", "") if is_raised else ""
    return Standing(name, told["StateValue"], _iso(told.get("StateUpdatedTimestamp")), detail)


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")
