"""What admins have asked for, by what is committed: acts, jobs, and what each keyed request has brought about."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from recado.rules.activity.activity import ActivityKind
from tests.faults.years.aws.expressions import Item, plain

_SLACK_MS = 10 * 60_000
"""A run that stood still may carry on with a job for some time that others have finished."""
_STARTS = {"REDELIVERY": ActivityKind.REDELIVERY_STARTED, "CANCELLATION": ActivityKind.CANCELLATION_STARTED}


@dataclass
class SeenJob:
    """A job as it is stored; `asked_at` is the product's time, all others are true ones."""

    job_id: str
    kind: str
    asked_at: int
    began_ms: int
    state: str = "RUNNING"
    moved_ms: int = 0
    ending_ms: int | None = None
    finished_ms: int | None = None

    @property
    def withdraws(self) -> bool:
        """Whether it takes something back, and is not done with it."""
        return self.finished_ms is None and (self.kind == "CANCELLATION" or self.state == "ENDING")

    def withdrew_at(self, moment_ms: int) -> bool:
        """Whether it took something back then, or nearly."""
        began = self.began_ms if self.kind == "CANCELLATION" else self.ending_ms
        if began is None or began > moment_ms:
            return False
        return self.finished_ms is None or moment_ms <= self.finished_ms + _SLACK_MS


@dataclass
class Asked:
    """What was asked of a webhook: its jobs, and which deliveries were cancelled one by one, and when."""

    jobs: dict[str, SeenJob] = field(default_factory=dict)
    cancelled: dict[str, int] = field(default_factory=dict)

    def job(self, sort: str, after: Item, now: int) -> SeenJob:
        """Note a job as it is stored now."""
        job_id = sort.rpartition("#")[2]
        item = {name: plain(after[name]) for name in ("kind", "created_at", "state") if name in after}
        job = self.jobs.setdefault(job_id, SeenJob(job_id, item["kind"], item["created_at"], now))
        job.state, job.moved_ms = item["state"], now
        if job.state == "ENDING":
            # One that had put all there takes it back, too.
            job.ending_ms, job.finished_ms = job.ending_ms or now, None
        if job.state in ("DONE", "ENDED"):
            job.finished_ms = job.finished_ms or now
        return job

    def ended(self, asked_at: int | None) -> int | None:
        """When the job was ended that asked then; None where no such one was."""
        ended = (job.finished_ms for job in self.jobs.values() if job.state == "ENDED" and job.asked_at == asked_at)
        return next(ended, None)

    def withdrew_at(self, moment_ms: int) -> bool:
        """Whether any job took something back then, or nearly."""
        return any(job.withdrew_at(moment_ms) for job in self.jobs.values())

    def forget(self, before_ms: int) -> None:
        """Forget jobs that were finished before that."""
        for job in [one for one in self.jobs.values() if (one.finished_ms or before_ms) < before_ms]:
            del self.jobs[job.job_id]


class Acts:
    """The acts that are kept, beside the changes that they are of; and the effects of keyed requests."""

    def __init__(self) -> None:
        self.kept: Counter[tuple[str, str]] = Counter()
        self.made: Counter[tuple[str, str]] = Counter()
        self.effects: Counter[str] = Counter()
        self._answers: dict[str, Any] = {}

    def keep(self, after: Item, marker: str | None) -> tuple[str, str, str | None]:
        """Note an act that is stored: of which webhook, of what kind, and about which delivery, by its key."""
        webhook_id, act = plain(after["of_webhook"]), json.loads(plain(after["activity"]))
        self.kept[webhook_id, act["kind"]] += 1
        if marker is not None:
            self.effects[marker] += 1
        return webhook_id, act["kind"], act["delivery"] and act["delivery"].replace("-", "#", 1)

    def job_began(self, webhook_id: str, job: SeenJob) -> None:
        """Note a new job: whoever starts it is kept, but for a catch-up, which belongs to switching on."""
        if job.kind in _STARTS:
            self.made[webhook_id, _STARTS[job.kind]] += 1

    def differing(self, webhook_id: str) -> str:
        """What was done and is not kept, or the other way round; empty where nothing is."""
        kinds = {kind for of, kind in (*self.kept, *self.made) if of == webhook_id} & _COMPARED
        both = [(kind, self.made[webhook_id, kind], self.kept[webhook_id, kind]) for kind in sorted(kinds)]
        return ", ".join(f"{kind}: {made} done, {kept} kept" for kind, made, kept in both if made != kept)

    def wrong_answer(self, marker: str, answer: object) -> str:
        """What is wrong with an answer to a keyed request, and with what it has brought about so far."""
        first = self._answers.setdefault(marker, answer)
        if first != answer:
            return f"{marker} was answered with {first}, and now with {answer}"
        return "" if self.effects[marker] == 1 else f"{marker} was answered, and has had {self.effects[marker]} effects"


_COMPARED = {
    ActivityKind.CREATED.value,
    ActivityKind.RETIRED.value,
    ActivityKind.SWITCHED_ON.value,
    ActivityKind.DISABLED.value,
    ActivityKind.REMOVED.value,
    ActivityKind.REDELIVERY_STARTED.value,
    ActivityKind.CANCELLATION_STARTED.value,
}
"""One act for each such change. A job that is ending can be ended once more."""
