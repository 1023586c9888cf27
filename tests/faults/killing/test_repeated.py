"""The API dies between every write and its answer, and the request comes again: with a key it has had one effect."""

from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any

import pytest

from local.listener import HEALTHY
from tests.faults.infrastructure import Infrastructure
from tests.faults.killing.kill_world import World
from tests.faults.killing.killing import Kill
from tests.faults.killing.repeated import (
    ROUTES,
    Route,
    acts,
    change,
    event_of,
)
from tests.faults.killing.stage import EVERY, LONG, Stage
from tests.support.deep import deep_but

_KEY = "key-of-the-caller"
# What changes; the deep run has the others.
_QUICK = [route for route in ROUTES if route.begin is change]
_MOST_TRIES = 5
_ITS_TIME_SECONDS = 31
"""So long the first one has; until then a repetition with its key is told to come again."""


def until_answered(infrastructure: Infrastructure, event: dict[str, Any]) -> dict[str, Any]:
    """Make a request, again where the function dies, or says that the first one is under way; return the answer."""
    for _ in range(_MOST_TRIES):
        outcome = infrastructure.make(event)
        if outcome.killed:
            continue
        answer: dict[str, Any] = outcome.answer
        if "Retry-After" not in answer["headers"]:
            return answer
        infrastructure.system.clock.advance(_ITS_TIME_SECONDS)
    raise AssertionError(f"no answer after {_MOST_TRIES} tries")


def ask(stage: Stage, route: Route, key: str | None, kill: Kill | None, *, late: bool) -> tuple[World, list[str]]:
    """Let a world begin and ask, die where it is told, and ask again: at once, or when everything has settled.

    Return the world, and what the first request has called.
    """
    stage.faulty.answers.clear()
    stage.faulty.usual_answer = HEALTHY
    infrastructure = Infrastructure(stage.system, stage.workers, kills={} if kill is None else {0: kill})
    infrastructure.latency_ms = 10
    world = World(stage.system, infrastructure, stage.healthy, stage.faulty, stage.next_account())
    event = event_of(world, route.begin(world), key)
    first = infrastructure.make(event)
    assert first.killed is (kill is not None)
    if late:
        infrastructure.settle(world.webhooks, entirely=False)
    again = until_answered(infrastructure, event)
    infrastructure.settle(world.webhooks, entirely=False)
    assert again["statusCode"] < HTTPStatus.MULTIPLE_CHOICES or again["statusCode"] in route.later, again["body"]
    if key is not None and route.takes_key:
        third = until_answered(infrastructure, event)
        assert third["headers"]["Idempotent-Replayed"] == "true"
        assert [third["body"], third["statusCode"]] == [again["body"], again["statusCode"]]
        if not first.killed:
            assert third["body"] == first.answer["body"]
    infrastructure.settle(world.webhooks, entirely=False)
    return world, first.calls


def kills_of(calls: list[str]) -> Iterator[Kill]:
    """Before the first call, and after each."""
    yield Kill(0, answered=False)
    for position in range(len(calls)):
        yield Kill(position, answered=True)


@pytest.mark.parametrize("key", deep_but([_KEY], [None, _KEY]), ids=["without a key", "with a key"])
@pytest.mark.parametrize("route", deep_but(_QUICK, ROUTES), ids=lambda route: route.name)
def test_a_request_that_comes_again_after_a_death(stage: Stage, route: Route, key: str | None) -> None:
    """With a key it has had one effect, wherever the first one died; without one as many as its route promises.

    Nothing that waited is lost, and nothing that was withdrawn arrives.
    """
    allowed = (1,) if key is not None and route.takes_key else route.effects
    world, calls = ask(stage, route, key, None, late=False)
    made = acts(world)[route.kind]
    assert made in allowed
    route.check(world, made)
    first = ROUTES.index(route) % EVERY
    for number, kill in enumerate(islice(kills_of(calls), first, None, EVERY)):
        for late in (False, True) if LONG else (number % 2 == 1,):
            world, _ = ask(stage, route, key, kill, late=late and not route.only_at_once)
            made = acts(world)[route.kind]
            assert made in allowed, f"{made} effects after {kill}"
            route.check(world, made)
