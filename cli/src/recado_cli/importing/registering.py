"""Carries a plan out, one webhook after another: each is registered whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus

import httpx

from recado_cli.calls import ask, entered, new_key
from recado_cli.exits import Exit, Stop, stop_of, unreachable
from recado_cli.importing.planning import State, Step
from recado_cli.output import Document
from recado_client import Problem, Recado
from recado_client.generated.api.webhooks import change_webhook, create_webhook, read_webhook

_OF_THE_WEBHOOK = (400, 409, 422)
"""Refusals that say something about this webhook, and nothing about the next one."""


def carried_out(steps: Sequence[Step], connection: Callable[[str], Recado]) -> Iterator[Step]:
    """What became of each step, as it does; raises `Stop` where going on is of no use.

    What was done before that is done, and is met as existing by the next import.
    """
    for step in steps:
        try:
            yield _done(step, connection)
        except Problem as problem:
            stop = stop_of(problem)
            if problem.status not in _OF_THE_WEBHOOK or stop.code is not Exit.FAILED:
                raise _again(stop) from problem
            yield replace(step, state=State.REFUSED, refusals=(stop.message,))
        except httpx.HTTPError as error:
            raise _again(unreachable(error, "the API")) from error


def _done(step: Step, connection: Callable[[str], Recado]) -> Step:
    account = step.wanted.account
    if step.state is State.NEW:
        return replace(step, state=State.REGISTERED, webhook=_registered(step, connection(account)))
    if step.state is State.OFF:
        # As it was listed: what somebody has changed since is for them to switch on.
        path, version = (account, step.webhook["webhookId"]), f'"{step.webhook["version"]}"'
        answer = ask(change_webhook, connection(account), *path, body=entered({"active": True}), if_match=version)
        return replace(step, state=State.SWITCHED_ON, webhook=answer.document)
    return step


def _registered(step: Step, recado: Recado) -> Document:
    """The webhook, which is there: an answer that is kept for its key may be of one that was removed since."""
    account, body = step.wanted.account, entered(step.wanted.body)
    webhook = ask(create_webhook, recado, account, body=body, idempotency_key=step.wanted.key).document
    try:
        return ask(read_webhook, recado, account, webhook["webhookId"]).document
    except Problem as problem:
        if problem.status != HTTPStatus.NOT_FOUND:
            raise
    return ask(create_webhook, recado, account, body=body, idempotency_key=new_key()).document


def _again(stop: Stop) -> Stop:
    stop.hint = " ".join(filter(None, (stop.hint, "The same import again goes on where this one has stopped.")))
    return stop
