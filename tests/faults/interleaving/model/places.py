"""Where items of the two tables are, in the model's words, and what is written of them, as plain tuples."""

from collections.abc import Iterable
from typing import Any

from pynamodb.expressions.update import AddAction, DeleteAction

from recado.adapters.dynamodb.tables import (
    ACTIVITY_KEY_PREFIX,
    ASIDE_SUFFIX,
    BACKLOG_SUFFIX,
    COPY_SUFFIX,
    JOB_KEY_PREFIX,
    ONCE_KEY_PREFIX,
)
from tests.faults.interleaving.model.lane_item import MOST_EVENTS, NUMBERS
from tests.unit.builders import NOW

ACCOUNT_ID, WEBHOOK_ID = "1010", "wh_1"
COPY = MOST_EVENTS
"""The bit of a copy is so many above that of its event."""

ORIGINALS = (1 << COPY) - 1

JOB_KEY = JOB_KEY_PREFIX + WEBHOOK_ID
BACKLOG = WEBHOOK_ID + BACKLOG_SUFFIX
ASIDE = WEBHOOK_ID + ASIDE_SUFFIX


def bit_of(key: str) -> int:
    """Return the bit of an item of the backlog, of one or of a copy."""
    number = NUMBERS[key.removesuffix(COPY_SUFFIX)]
    return 1 << (number + COPY if COPY_SUFFIX and key.endswith(COPY_SUFFIX) else number)


def job_id_of(name: str) -> str:
    """Return the id of a job: its number stands for the token, or that it is a process's own."""
    return f"job_{NOW:015d}_{name}"


def name_of(job_id: str) -> str:
    """Return what stands for the token of a job's id."""
    return job_id.rpartition("_")[2]


def conjunction(condition: Any) -> Any:
    """Return a condition as nested tuples: an operator, and attribute and values, or further conditions."""
    if condition is None:
        return None
    if condition.operator in ("AND", "OR"):
        return (condition.operator, *map(conjunction, condition.values))
    path, *values = condition.values
    name = path.path[0] if hasattr(path, "path") else f"size({path.values[0].path[0]})"
    return (condition.operator, name, *(_plain(value.value) for value in values))


def changes(actions: Iterable[Any]) -> tuple[tuple[str, Any], ...]:
    """Return what an update sets, and removes (None); what it adds to the set of jobs, and takes out of it."""
    found: list[tuple[str, Any]] = []
    for action in actions:
        name, values = action.values[0].path[0], [_plain(value.value) for value in action.values[1:]]
        if isinstance(action, AddAction | DeleteAction):
            prefix = "add" if isinstance(action, AddAction) else "delete"
            found.append((f"{prefix} {name}", values[0]))
        else:
            found.append((name, *(values or [None])))
    return tuple(found)


def _plain(value: dict[str, Any]) -> Any:
    [(kind, content)] = value.items()
    if kind == "N":
        return int(content)
    if kind == "SS":
        [job_id] = content
        return name_of(job_id)
    return content if kind in ("S", "BOOL") else (kind, repr(content))


def place_of(key: str) -> tuple[str, ...]:
    """Return where an item of the webhooks table is."""
    if key.startswith(JOB_KEY):
        return ("job", name_of(key))
    if key.startswith(ONCE_KEY_PREFIX):
        return ("once",)
    if key.startswith(ACTIVITY_KEY_PREFIX):
        return ("activity",)
    return ("webhook",) if key == WEBHOOK_ID else ("other",)
