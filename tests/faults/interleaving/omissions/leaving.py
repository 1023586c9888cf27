"""What it is to leave something out of the code, and see what comes of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from recado.use_cases.sending.direct import dispatch as dispatch_module

Leaving = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Omission:
    """What is left out, the scenario that misses it, and what it finds."""

    scenario: str
    problem: str
    leaving: Leaving = nullcontext
    conditions: tuple[str, ...] = ()


def both(*leavings: Leaving) -> Leaving:
    """Return what leaves out several things at once, of which each does for the others."""

    @contextmanager
    def leaving() -> Iterator[None]:
        with ExitStack() as stack:
            for one in leavings:
                stack.enter_context(one())
            yield

    return leaving


def without(owner: Any, name: str, instead: Any) -> Leaving:
    """Return what puts something else in the place of a part of the code."""
    return lambda: patch.object(owner, name, instead)


_sending = dispatch_module._sending


def only_what_is_new(*arguments: Any) -> Any:
    """Stand in for a dispatcher's `_sending`."""
    one = _sending(*arguments)
    one.already_pending = False
    return one


def backlog_alone(self: Any, webhook: Any) -> bool:
    """Stand in for a sweep's look."""
    return next(self._ports.deliveries.backlog(webhook.webhook_id, 1), None) is not None


LATE = "nobody comes but a sweep, and nothing has gone wrong"
LEFT_OUT_BY_A_JOB = "what a job was to send was left out"
ASKED_AND_NOT_TRIED = "what is set aside was asked for, and is not tried"
