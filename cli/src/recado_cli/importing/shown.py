"""How an import looks: a line a webhook, and on stderr why one is refused and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from rich.text import Text

from recado_cli.importing.planning import State, Step
from recado_cli.output import Document, Output

_COLUMNS = ("ACCOUNT", "SOURCE", "NAME", "RESULT", "WEBHOOK", "EVENTS", "URL")
_PLANNED = {State.NEW: "would be registered", State.OFF: "would be switched on"}
_STYLES = {State.REFUSED: "red", State.REGISTERED: "green", State.SWITCHED_ON: "green"}


def show(output: Output, steps: Sequence[Step], *, planned_only: bool = False) -> None:
    """A row for each webhook; with `--json` a value a line. Nothing secret is in it."""
    if output.as_json:
        for step in steps:
            output.line(_document(step, planned_only=planned_only))
        return
    output.table(
        _COLUMNS,
        [
            (
                step.wanted.account,
                step.wanted.found.source_id,
                step.wanted.body.get("name"),
                Text(_result(step, planned_only=planned_only), style=_STYLES.get(step.state, "")),
                step.webhook.get("webhookId"),
                " ".join(step.wanted.body["eventNames"]),
                _url(step),
            )
            for step in steps
        ],
    )


def tell(output: Output, steps: Sequence[Step], receivers: str = "") -> None:
    """Say line by line what cannot be taken over, and what is left out; and what receivers have to know."""
    for step in steps:
        name = step.wanted.found.source_id or step.wanted.body.get("name", "")
        for reason in step.refusals:
            output.say(f"{name}: refused: {reason}", style="red")
        if step.state is not State.REFUSED:
            for note in step.wanted.notes:
                output.say(f"{name}: {note}")
    if receivers and any(step.state is not State.REFUSED for step in steps):
        output.say(receivers)


def _document(step: Step, *, planned_only: bool) -> Document:
    return {
        "accountId": step.wanted.account,
        "sourceId": step.wanted.found.source_id,
        "name": step.wanted.body.get("name"),
        "result": _result(step, planned_only=planned_only),
        "webhookId": step.webhook.get("webhookId"),
        "active": step.webhook.get("active", step.wanted.body["active"]),
        "eventNames": step.wanted.body["eventNames"],
        "targetUrl": _url(step),
        "authentication": step.wanted.body["authentication"].get("type"),
        "refusals": list(step.refusals),
        "notes": list(step.wanted.notes),
    }


def _result(step: Step, *, planned_only: bool) -> str:
    return _PLANNED.get(step.state, step.state.value) if planned_only else step.state.value


def _url(step: Step) -> str:
    """The target without what may be secret in it: a user, a password, a query."""
    try:
        parts = urlsplit(str(step.wanted.body.get("targetUrl", "")))
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", ""))
    except ValueError:
        return ""
