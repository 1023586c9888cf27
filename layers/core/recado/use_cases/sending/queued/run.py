"""The owner's run: it sends a webhook's backlog, oldest first, and nobody else does meanwhile.

Before each further POST the webhook is read again: the run ends where the webhook is off, gone or another's. When the
backlog reads empty and no job is unfinished it gives the webhook up, and then reads the backlog once more: whoever has
added to it in between either is seen by this second look, or sees that there is no owner.
"""

import math
from dataclasses import replace

from recado.ports.sending import Deadline, Opened, Sender
from recado.ports.tokens import NoTokenYetError
from recado.rules.delivery.delivery import CancelReason, Delivery
from recado.rules.delivery.job import Job, JobKind
from recado.rules.sending.attempt import MOST_IDS
from recado.rules.webhook.health import anew, has_failed_for_too_long
from recado.rules.webhook.lane import Turns, given_up, left, waiting
from recado.rules.webhook.webhook import HealthState, Status, Webhook
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.posting import post
from recado.use_cases.sending.queued.aside import Aside
from recado.use_cases.sending.queued.head import Bounds, Head, HeadReader
from recado.use_cases.sending.queued.hold import Hold
from recado.use_cases.sending.queued.outcomes import Outcomes
from recado.use_cases.sending.queued.pages import Pages, page_of, take_back
from recado.use_cases.sending.queued.parcel import Parcel, Source, Suspect, head_parcel
from recado.use_cases.sending.queued.progress import Ended, Progress

_SECONDS_FOR_AN_ATTEMPT = 20
_LONGEST_PAUSE_MS = 5_000
_TOKEN_WAIT_MS = 5_000


class Run:
    """One wake-up under its lease."""

    def __init__(
        self, ports: SendingPorts, pages: Pages, hold: Hold, *, sender: Sender, deadline: Deadline, progress: Progress
    ) -> None:
        self._ports = ports
        self._pages = pages
        self._hold = hold
        self._sender = sender
        self._deadline = deadline
        self._progress = progress
        self._heads = HeadReader(ports)
        self._aside = Aside(ports, hold, progress)
        self._outcomes = Outcomes(ports, hold, self._aside, self._is_accompanied, deadline=deadline, progress=progress)
        self._is_stale = False  # what was read of the webhook, before a POST or a pause
        self._has_turn = False
        self._turns = hold.webhook.lane.turns

    def __call__(self) -> Ended:
        """Send until nothing waits, a POST fails, time is nearly up, or the webhook is somebody else's."""
        while True:
            ended = self._step()
            if ended is not None:
                return ended

    def _step(self) -> Ended | None:
        """One POST, or what comes before it; None where the run goes on."""
        suspect = self._outcomes.suspect
        if self._deadline.remaining_seconds() < _SECONDS_FOR_AN_ATTEMPT:
            if suspect is not None and suspect.failing.health.stuck.alone:
                # Whoever comes back does not know that it has been waited for already.
                return self._outcomes.unaccompanied(suspect)
            return self._come_back_at(self._ports.clock())
        opened = self._opened()
        if opened is None:
            return Ended()
        if suspect is not None:
            return self._try_behind(opened, suspect)
        parcel = self._parcel(opened.webhook)
        if parcel is None:
            return None
        return self._send(opened, parcel) if parcel.batch else self._give_up()

    def _parcel(self, webhook: Webhook) -> Parcel | None:
        """What the next POST carries, nothing where nothing waits; None where something was to be done before that."""
        job = self._pages.next_job(webhook)
        if job is not None and job.withdraws:
            self._put_next(job)
            return None
        if webhook.status is not Status.ACTIVE:
            return Parcel(Source.HEAD, [])
        tries_aside = not self._turns.aside_gives_way and self._aside.comes_first(webhook)
        aside = self._aside.next(webhook) if tries_aside else None
        if aside is not None:
            return aside
        head = self._next_head(webhook, job)
        if head is None:
            return None
        if head.is_empty:
            return self._aside.next(webhook) or Parcel(Source.HEAD, [])
        self._end(head)
        return head_parcel(head) if head.batch else None

    def _opened(self) -> Opened | None:
        """The webhook as it is before the next POST, with its credentials; None where this run is to end."""
        while not self._is_stale or self._hold.renew():
            self._is_stale = False
            opened = self._ports.vault.open(self._hold.webhook)
            if opened is None or opened.webhook.secret_version == self._hold.webhook.secret_version:
                return opened
            # Its secret was changed since the webhook was read: all that was read of it may have changed.
            self._is_stale = True
        return None

    def _try_behind(self, opened: Opened, suspect: Suspect) -> Ended | None:
        """Before a head that has failed alone is waited for: try an event behind it, if one still is there."""
        behind = self._behind(suspect.head, suspect.bounds, drawn=suspect.failing.draws)
        if behind is None:
            return self._outcomes.unaccompanied(suspect)
        # One that was drawn lies among bad ones: nothing is larger until what leads is delivered.
        is_next = not suspect.failing.draws
        return self._send(opened, Parcel(Source.BEHIND, [behind], by_events=is_next, bounds=suspect.bounds))

    def _behind(self, head: Delivery, bounds: Bounds, *, drawn: bool) -> Delivery | None:
        """What may be tried in its place: nothing where order is asked for, so that nothing is set aside there."""
        webhook = self._hold.webhook
        return None if webhook.ordered else self._heads.behind(webhook, head, bounds, drawn=drawn)

    def _is_accompanied(self, head: Delivery, bounds: Bounds) -> bool:
        """Whether an event waits behind it; else a job that is there puts its next page beside it, for the next run."""
        if self._behind(head, bounds, drawn=False) is not None:
            return True
        job = self._pages.next_job(self._hold.webhook)
        if job is not None:
            self._put_next(job)
        return False

    def _next_head(self, webhook: Webhook, job: Job | None) -> Head | None:
        """What the next POST holds; None where a job's page has been put into the backlog instead.

        A job takes turns with what else waits, POST by POST, but where order is asked for. Until one that catches up is
        done, nothing behind its page is sent.
        """
        cut = self._hold.cut
        if job is None:
            return self._heads.read(webhook, cut)
        if job.kind is JobKind.CATCH_UP:
            return self._head_before_the_rest(webhook, job)
        page = page_of(job)
        copies = Head() if page is None else self._heads.read(webhook, cut, copies_of=page)
        if copies.is_empty:
            self._put_next(job)
            return None
        if webhook.ordered:
            return self._heads.read(webhook, cut)
        others = self._heads.read(webhook, cut, beside=page) if self._turns.copies_give_way else Head()
        return copies if others.is_empty else others

    def _head_before_the_rest(self, webhook: Webhook, job: Job) -> Head | None:
        head = Head() if job.position is None else self._heads.read(webhook, self._hold.cut, up_to=job.position)
        if not head.is_empty:
            return head
        self._put_next(job)
        return None

    def _put_next(self, job: Job) -> None:
        self._pages.put_next(self._hold.webhook, job, self._deadline)
        self._is_stale = True  # a page may take its time

    def _end(self, head: Head) -> None:
        """End what has waited for too long, and what the webhook does not want any more."""
        if head.expired:
            self._ports.deliveries.expire(head.expired, self._deadline)
            self._progress.expired += len(head.expired)
        for one in head.unwanted:
            take_back(self._ports, one, CancelReason.UNSUBSCRIBED, self._deadline)

    def _send(self, opened: Opened, parcel: Parcel) -> Ended | None:
        """POST the parcel, when it is time, and the webhook's turn; what comes of it may end the run."""
        webhook = opened.webhook
        if (webhook.lane.rest_until or 0) > self._ports.clock():
            return self._come_back_at(webhook.lane.rest_until or 0)
        if webhook.delivery.max_posts_per_minute is not None and not self._has_turn:
            return self._take_turn(webhook, webhook.delivery.max_posts_per_minute, parcel)
        try:
            posted = post(
                self._ports,
                self._sender,
                opened,
                [delivery.event for delivery in parcel.batch],
                deadline=self._deadline,
                requested_by=parcel.batch[0].requested_by,
                number=parcel.attempt_of(webhook),
                writing=parcel.writing,
            )
        except NoTokenYetError:
            suspect = self._outcomes.suspect
            if suspect is not None:
                return self._outcomes.unaccompanied(suspect)
            return self._come_back_at(self._ports.clock() + _TOKEN_WAIT_MS)
        self._is_stale, self._has_turn = True, False
        self._turns = self._turns_after(parcel)
        self._progress.attempts.append(posted.result)
        self._progress.carried.append(tuple(one.event.event_id for one in parcel.batch[:MOST_IDS]))
        return self._outcomes.of(parcel, posted)

    def _turns_after(self, parcel: Parcel) -> Turns:
        return self._turns.after_post(of_aside=parcel.source is Source.ASIDE, of_copies=parcel.batch[0].is_copy)

    def _take_turn(self, webhook: Webhook, posts_per_minute: int, parcel: Parcel) -> Ended | None:
        """Space the POSTs, whoever the owner is: before one leaves, the webhook says when the next may."""
        now = self._ports.clock()
        turn_at = max(webhook.lane.turn_at or 0, now)
        suspect = self._outcomes.suspect
        if suspect is None and turn_at - now > _LONGEST_PAUSE_MS:
            return self._come_back_at(turn_at)
        if suspect is not None and turn_at - now > self._deadline.remaining_seconds() * 1000:
            return self._outcomes.unaccompanied(suspect)
        if turn_at > now:
            self._ports.pause((turn_at - now) / 1000)
            self._is_stale = True
        next_at = turn_at + math.ceil(60_000 / posts_per_minute)
        lane = replace(webhook.lane, turn_at=next_at, turns=self._turns_after(parcel))
        if not self._hold.write(replace(webhook, lane=lane)):
            return Ended()
        self._has_turn = True
        return None

    def _give_up(self) -> Ended | None:
        """Nothing waits, or nothing of it is to be sent: own the webhook no longer, and look once more."""
        health, now = self._hold.webhook.health, self._ports.clock()
        if self._hold.webhook.status is not Status.ACTIVE:
            self._hold.save(health, lane=lambda lane: left(waiting(lane, now)))
            return Ended()
        if health.state is HealthState.FAILING:
            if has_failed_for_too_long(health, now):
                return self._outcomes.disable(health)
            health = anew(health)
        has_aside = self._hold.has_aside
        if not self._hold.save(health, lane=lambda lane: given_up(lane, now, has_aside=has_aside)):
            return Ended()
        webhook = self._hold.webhook
        if next(self._ports.deliveries.backlog(webhook.webhook_id, 1), None) is None:
            return Ended()
        return None if self._hold.claim_back() else Ended()

    def _come_back_at(self, at_ms: int) -> Ended:
        """Leave the rest to a later run of this owner."""
        if not self._hold.save(self._hold.webhook.health, lane=lambda lane: waiting(lane, at_ms)):
            return Ended()
        return Ended(max(0, math.ceil((at_ms - self._ports.clock()) / 1000)))
