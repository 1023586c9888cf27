"""Many invocations at once, step by step in an order that a seed decides, with deaths and failed POSTs among them.

A step is one call of a port. Each invocation runs in a thread of its own, and only one of them runs at a time. An
invocation may die at any step, and dies when its time is over: what it would do afterwards is not done, not even what
stands in a `finally`. Lambda repeats a dispatcher that died; a wake-up comes back.
"""

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from recado.ports import Deadline
from recado.rules.event.event import Event
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.sending.wake_up import WakeUp
from recado.rules.target.target_policy import TargetPolicy
from recado.rules.webhook.registration import Changes, changed
from recado.rules.webhook.webhook import Webhook
from tests.unit.builders import failed
from tests.unit.use_cases.fakes.journal import FixedDeadline, Journal
from tests.unit.use_cases.fakes.sending_fakes import FakeSender, FakeWakeUps, World

_DISPATCH_SECONDS, _REDELIVERY_SECONDS = 25, 100


class DiedError(BaseException):
    """The invocation is over: no handler of the code under test catches this."""


class Invocation:
    """One invocation after the other, in a thread; `step` lets it go as far as its next call of a port."""

    def __init__(self, work: Callable[["Invocation"], None]) -> None:
        self.over = False
        self.dead = False
        self.ends_at = 0
        self._work = work
        self._mine, self._theirs = threading.Semaphore(0), threading.Semaphore(0)
        threading.Thread(target=self._run, daemon=True).start()

    def step(self) -> None:
        """Go on until the next call."""
        self._mine.release()
        self._theirs.acquire()

    def pause(self) -> None:
        """Wait for the next step, from inside."""
        self._theirs.release()
        self._mine.acquire()

    def _run(self) -> None:
        current.invocation = self
        self._mine.acquire()
        try:
            self._work(self)
        finally:
            self.over = True
            self._theirs.release()


class _Current(threading.local):
    invocation: Invocation | None = None


current = _Current()


class SteppedJournal(Journal):
    """Every call of a port is a step, at which the invocation may die instead."""

    def __init__(self, world: "BusyWorld") -> None:
        super().__init__()
        self._world = world

    def note(self, call: str) -> None:
        """Wait for the turn, then go on or die."""
        invocation = current.invocation
        if invocation is not None:
            if not invocation.dead:
                invocation.pause()
            if invocation.dead or self._world.now > invocation.ends_at or self._world.dies():
                invocation.dead = True
                self._world.died = True
                raise DiedError
        super().note(call)


class FickleSender(FakeSender):
    """A receiver that refuses some POSTs, as the seed decides."""

    def __init__(self, journal: Journal, world: "BusyWorld") -> None:
        super().__init__(journal)
        self._world = world
        self.acknowledged: list[str] = []

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """Answer 202 or 500."""
        result = super().send(request, deadline)
        if self._world.refuses():
            return failed()
        self.acknowledged += [one["eventId"] for one in json.loads(request.body)["events"]]
        return result


@dataclass
class _Message:
    message_id: str
    webhook_id: str
    visible_at: int


class WakeUpQueue(FakeWakeUps):
    """The redelivery queue with its messages."""

    def __init__(self, journal: Journal, world: "BusyWorld") -> None:
        super().__init__(journal)
        self._world = world
        self.messages: list[_Message] = []

    def add(self, message_id: str) -> None:
        """Add a message that was sent before."""
        self.messages.append(_Message(message_id, "wh_1", self._world.now))

    def send(self, account_id: str, webhook_id: str, delay_seconds: int) -> str:
        """Add a message."""
        message_id = super().send(account_id, webhook_id, delay_seconds)
        self.messages.append(_Message(message_id, webhook_id, self._world.now + delay_seconds * 1000))
        return message_id


class BusyWorld(World):
    """A webhook that many invocations work at."""

    def __init__(self, seed: int, webhook: Webhook, *, deaths: int, refusals: int) -> None:
        super().__init__(webhook)
        self._random = random.Random(seed)
        self._deaths, self._refusals = deaths, refusals
        self._dispatching = 0
        self.died = False
        self.journal = SteppedJournal(self)
        for part in (self.webhooks, self.deliveries, self.vault, self.alerts):
            part._journal = self.journal
        self.sender: FickleSender = FickleSender(self.journal, self)
        self.wake_ups: WakeUpQueue = WakeUpQueue(self.journal, self)

    def dies(self) -> bool:
        """Whether somebody dies here."""
        if self._deaths and self._random.random() < 0.05:
            self._deaths -= 1
            return True
        return False

    def refuses(self) -> bool:
        """Whether the receiver fails here."""
        if self._refusals and self._random.random() < 0.5:
            self._refusals -= 1
            return True
        return False

    def run(self, *works: Callable[[Invocation], None]) -> None:
        """Do all work, step by step; now and then one gets far ahead of the others."""
        invocations = [Invocation(work) for work in works]
        favourite = invocations[0]
        while living := [invocation for invocation in invocations if not invocation.over]:
            if favourite.over or self._random.random() < 0.1:
                favourite = self._random.choice(living)
            (favourite if self._random.random() < 0.7 else self._random.choice(living)).step()

    def settle(self) -> None:
        """Let time pass and wake-ups come until there are none: nobody dies any more, nothing is refused."""
        self._deaths = self._refusals = 0
        for _ in range(100):
            if not self.wake_ups.messages:
                return
            self.now += 1_000_000
            self._receive(Invocation(lambda _invocation: None))
        raise AssertionError("wake-ups without end")

    def dispatcher(self, *events: Event) -> Callable[[Invocation], None]:
        """Dispatch these events; repeated until it has not died."""

        def work(invocation: Invocation) -> None:
            dispatch = self.dispatch()
            while True:
                invocation.dead, invocation.ends_at = False, self.now + _DISPATCH_SECONDS * 1000
                try:
                    dispatch(events, FixedDeadline(_DISPATCH_SECONDS))
                except DiedError:
                    continue
                self._dispatching -= 1
                return

        self._dispatching += 1
        return work

    def redelivery(self) -> Callable[[Invocation], None]:
        """Receive whichever wake-up is there, as long as anybody dispatches."""

        def work(invocation: Invocation) -> None:
            while self._dispatching:
                invocation.pause()
                if self.wake_ups.messages:
                    self._receive(invocation)

        return work

    def _receive(self, invocation: Invocation) -> None:
        message = self._random.choice(self.wake_ups.messages)
        self.wake_ups.messages.remove(message)
        self.now = max(self.now, message.visible_at)
        invocation.dead, invocation.ends_at = False, self.now + _REDELIVERY_SECONDS * 1000
        wake_up = WakeUp(message.message_id, message.message_id, "1010", message.webhook_id)
        try:
            [answer] = self.redeliverer()([wake_up], FixedDeadline(_REDELIVERY_SECONDS))
        except DiedError:
            message.visible_at = self.now + 720_000
        else:
            assert answer.fault is None
            if answer.back_in_seconds is None:
                return
            message.visible_at = self.now + answer.back_in_seconds * 1000
        self.wake_ups.messages.append(message)

    def switched(self, *changes: Changes) -> Callable[[Invocation], None]:
        """Make an admin's changes as the administration does: under the condition of what was read, then a wake-up."""

        def work(invocation: Invocation) -> None:
            invocation.ends_at = self.now + 10**9
            for change in changes:
                invocation.pause()
                current_webhook = self.webhook()
                self.webhooks.change(**_differences(current_webhook, change, self.now))
                if change.active:
                    invocation.pause()
                    self.wake_ups.add("admin")

        return work


def _differences(webhook: Webhook, change: Changes, now: int) -> dict[str, Any]:
    after = changed(webhook, change, TargetPolicy(), now)
    health = replace(after.health, version=webhook.health.version + 1)
    return {"status": after.status, "health": health, "version": webhook.version + 1}
