"""Beside a receiver that is slow or hangs the others get what is theirs, and a dead one starves nobody."""

import json
import os
from typing import Any

import pytest

from recado.use_cases.sending.queued import sweep
from tests.faults.neighbours.simulated_world import BatchQueue, Receivers, SimulatedWorld
from tests.faults.simulation import Deadline, Simulation
from tests.support.deep import deep_but
from tests.unit.builders import NAME, NOW, envelope_text, event, failing, owned, pending, webhook

SLOW_URL = "https://slow.example/"
TROUBLES: dict[str, float | None] = {"204 after 4.9 s": 4.9, "never answers": None}
ACCOUNTS = 50
EVENTS, LARGE = 500, 250_000
_SCALE = 1 if os.environ.get("FAULTS") == "long" else 10


@pytest.fixture
def simulation(monkeypatch: pytest.MonkeyPatch) -> Simulation:
    """Give the clock and the threads."""
    made = Simulation(NOW)
    for module in ("dispatch", "flow"):
        monkeypatch.setattr(f"recado.use_cases.sending.direct.{module}.wait", made.wait)
    return made


def url(account: int) -> str:
    """Return where the webhook of an account is."""
    return SLOW_URL if account == 0 else f"https://{account}.example/"


def world_of(simulation: Simulation, slow: float | None) -> SimulatedWorld:
    """Build fifty accounts with a webhook each, and one whose receiver is in trouble."""
    webhooks = [webhook(f"wh_{n}", account_id=str(n), target_url=url(n)) for n in range(ACCOUNTS + 1)]
    return SimulatedWorld(simulation, Receivers(simulation, {SLOW_URL: slow}), *webhooks)


@pytest.mark.parametrize("slow", TROUBLES.values(), ids=TROUBLES)
def test_a_slow_receiver_holds_few_invocations(
    simulation: Simulation, slow: float | None, record_property: Any
) -> None:
    """At fifty events a second: as many as come until it is found to be slow, two after ten seconds at most."""
    world = world_of(simulation, slow)
    late: list[float] = []

    def invoke(account: int, number: int) -> None:
        began = simulation.now_ms
        with world.holding(str(account)):
            one = event(f"{account}-{number}", accountId=account, timestamp=NOW + number)
            world.dispatch(simulation)([one], Deadline(simulation, 25))
        if account:
            late.append((simulation.now_ms - began) / 1000)

    for number in range(20 * 50):
        simulation.at(NOW + number * 20, invoke, 0, number)
    for number in range(ACCOUNTS * 4):
        simulation.at(NOW + number * 100, invoke, 1 + number % ACCOUNTS, number)
    simulation.at(NOW, world.answer_wake_ups, NOW + 30_000)
    simulation.run()

    most = max(count for (account, _), count in world.most_held.items() if account == "0")
    later = max(count for (account, second), count in world.most_held.items() if account == "0" and second >= 10)
    record_property("held", f"{most} at once, {later} after ten seconds; neighbours at most {max(late):.2f} s")
    assert most <= 50 * 2 + 3  # it is noticed a moment later
    assert later <= 2
    assert max(late) < 0.2


def drained(simulation: Simulation, slow: float | None) -> tuple[float, SimulatedWorld]:
    """Drain a queue in which the events of all accounts stand between each other; tell the others' last POST."""
    world = world_of(simulation, slow)
    large = {"text": "x" * LARGE}
    bodies = []
    for number in range(EVENTS):
        for account in (0, 1 + number % ACCOUNTS):
            changes: dict[str, Any] = {"accountId": account, "eventId": f"{account}-{number}", "timestamp": NOW}
            bodies.append(envelope_text(**changes, **({} if account else {"data": large})))
    assert json.loads(bodies[0])["detail-type"] == NAME
    drain = world.drain(BatchQueue(simulation, bodies))
    simulation.at(NOW, world.answer_wake_ups, NOW + 240_000)
    report = simulation.at(NOW, drain, Deadline(simulation, 235))
    simulation.run()
    assert not report.result().faults
    assert all(world.sender.posts[url(account)] for account in range(1, ACCOUNTS + 1))
    return max(at - NOW for to, at in world.sender.last_at.items() if to != SLOW_URL) / 1000, world


@pytest.mark.parametrize("slow", TROUBLES.values(), ids=TROUBLES)
def test_a_slow_receiver_delays_no_other_in_a_drain(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch, slow: float | None, record_property: Any
) -> None:
    """The others' last POST comes at most half as late again as where that receiver is as quick as they are."""
    with_it, world = drained(simulation, slow)
    other = Simulation(NOW)
    for module in ("dispatch", "flow"):
        monkeypatch.setattr(f"recado.use_cases.sending.direct.{module}.wait", other.wait)
    without, _ = drained(other, 0.05)

    record_property(
        "drain",
        f"{with_it:.2f} s, {without:.2f} s without: {with_it / without:.2f}; {world.sender.posts[SLOW_URL]} POSTs",
    )
    assert with_it <= 1.5 * without


def starved(simulation: Simulation, senders: int, most_visible: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let so many senders have too many dead receivers for six hours; count the webhooks that got one POST or none."""
    monkeypatch.setattr(sweep, "MOST_VISIBLE", most_visible)
    count, until = 6_000 // _SCALE, NOW + 6 * 60 * 60 * 1000
    lane = owned(NOW, "first")
    hooks = [
        webhook(f"wh_{n}", target_url=f"https://{n}.example/", health=failing(failing_since=NOW), lane=lane)
        for n in range(count)
    ]
    world = SimulatedWorld(
        simulation, Receivers(simulation, dict.fromkeys((w.target_url for w in hooks), None)), *hooks
    )
    for one in hooks:
        world.deliveries.add_pending(pending(event("e1", timestamp=NOW), one.webhook_id))
        world.wake_ups.send(one, 0)

    def sweep_on_schedule() -> None:
        while simulation.now_ms < until:
            simulation.sleep(5 * 60)
            world.sweep()()

    for _ in range(senders):
        simulation.at(NOW, world.answer_wake_ups, until)
    simulation.at(NOW, sweep_on_schedule)
    simulation.run()
    return sum(world.sender.posts[one.target_url] <= 1 for one in hooks)


@pytest.mark.parametrize("senders", deep_but([10], [10, 20, 40] if _SCALE == 1 else [10, 40]))
def test_too_few_senders_starve_no_webhook(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch, senders: int, record_property: Any
) -> None:
    """Of 102 that six thousand dead receivers need; a sweep that did not count what is visible would starve many."""
    with_rule = starved(simulation, senders // _SCALE, 100 // _SCALE, monkeypatch)
    without = starved(Simulation(NOW), senders // _SCALE, 1_000_000, monkeypatch)

    record_property("starved", f"{with_rule} of {6_000 // _SCALE}; {without} without the rule")
    assert with_rule == 0
    assert without > 0
