"""What the batch dispatcher does on an operator's command: drain now, or put dead letters back."""

from __future__ import annotations

import json
from typing import Any

from recado_cli.exits import Exit, Stop
from recado_cli.operating.stack import Stack, refusals_told

_DISPATCHER = "BatchDispatcherFunction"
_LONGEST_ERROR = 500


def drained(stack: Stack) -> dict[str, Any]:
    """What a drain reports: `received`, `deadLetters`, `handedBack`, `drainsStarted`. Raises `Stop`."""
    return _invoked(stack, {})


def redriven(stack: Stack) -> dict[str, Any]:
    """What a redrive reports: `moved`, `unreadable`. Raises `Stop`."""
    return _invoked(stack, {"redriveDeadLetters": True})


def drain_told(report: dict[str, Any]) -> str:
    """A drain's report in words."""
    received, dead, back = (report.get(name, 0) for name in ("received", "deadLetters", "handedBack"))
    if not received:
        return "the batch queue was empty"
    parts = [f"{received} events taken from the batch queue and sent to their webhooks"]
    parts += [f"{dead} of them now dead letters"] if dead else []
    parts += [f"{back} of them handed back to the queue"] if back else []
    return "; ".join(parts)


def redrive_told(report: dict[str, Any]) -> str:
    """A redrive's report in words."""
    moved, stay = report.get("moved", 0), report.get("unreadable", 0)
    return f"{moved} put back into the batch queue; {stay} stay, because they cannot be read"


def _invoked(stack: Stack, event: dict[str, Any]) -> dict[str, Any]:
    with refusals_told():
        answer = stack.client("lambda").invoke(
            FunctionName=stack.named(_DISPATCHER), Payload=json.dumps(event).encode()
        )
        report = json.loads(answer["Payload"].read() or b"{}")
    if "FunctionError" in answer or not isinstance(report, dict):
        said = report.get("errorMessage", report) if isinstance(report, dict) else report
        raise Stop(f"{_DISPATCHER} failed: {str(said)[:_LONGEST_ERROR]}", Exit.FAILED, "its log says more")
    return report
