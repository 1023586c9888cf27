"""Who did what, and requests that have their effect once, in memory."""

from recado.ports.activity import ActivityPage, ActivityQuery, DoneBeforeError, KeyReusedError
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import RECADO, Activity, ActivityKind, FieldChange, Requester


class FakeActivities:
    """Keeps acts, and of those with an `Idempotency-Key` that they are done; fills `ActivityStore`."""

    def __init__(self) -> None:
        self.kept: list[Activity] = []
        self.fails = False

    def note(self, activity: Activity) -> None:
        """Keep the act, unless it fails."""
        if self.fails:
            raise OurFaultError
        self.kept.append(activity)

    def check(self, account_id: str, requester: Requester, now_ms: int) -> None:
        """Raise where a request of the same key is done."""
        assert now_ms > 0
        once = requester.once
        for act in self.kept:
            known = act.requester.once
            if once is None or known is None or (act.account_id, known.token) != (account_id, once.token):
                continue
            if known.request != once.request:
                raise KeyReusedError
            raise DoneBeforeError(act.webhook_id, act.job_id)

    def together(self, activity: Activity | None, *, holds: bool) -> bool:
        """Keep the act, if there is one, where the condition of the change holds that it is; whether that is made."""
        if activity is not None:
            self.check(activity.account_id, activity.requester, activity.at)
            if holds:
                self.note(activity)
        return holds

    def newest(self, query: ActivityQuery) -> ActivityPage:
        """Return all of an account, or of one webhook of it, on one page."""
        found = [act for act in self.kept if act.account_id == query.account_id]
        return ActivityPage([act for act in reversed(found) if query.webhook_id in (None, act.webhook_id)], None)

    @property
    def kinds(self) -> list[ActivityKind]:
        """Return what was done, in order."""
        return [act.kind for act in self.kept]


def disabled_by_recado(at_ms: int) -> Activity:
    """Build what is kept of the first webhook that is switched off as its receiver is gone, or has failed too long."""
    off = FieldChange("active", before=True, after=False)
    return Activity("act_1", "1010", "wh_1", ActivityKind.DISABLED, at_ms, RECADO, (off,))
