"""Acts that change nothing that is stored: they are kept and told all the same."""

from collections.abc import Callable

from recado.ports import ActivityStore, Clock, OurFaultError, TellActivity
from recado.rules.activity.activity import Activity, ActivityKind, Requester


class Noting:
    """Keeps and tells what was done.

    What cannot be kept is told, and not taken back from who has done it: `survived` gets the fault.
    """

    def __init__(
        self,
        activities: ActivityStore,
        tell: TellActivity,
        clock: Clock,
        token: Callable[[], str],
        survived: Callable[[OurFaultError], object],
    ) -> None:
        self._activities = activities
        self._tell = tell
        self._clock = clock
        self._token = token
        self._survived = survived

    def __call__(self, account_id: str, webhook_id: str | None, kind: ActivityKind, requester: Requester) -> None:
        """Keep and tell that it was done just now; raises nothing of ours."""
        activity = Activity(self._token(), account_id, webhook_id, kind, self._clock(), requester)
        try:
            self._activities.note(activity)
        except OurFaultError as fault:
            self._survived(fault)
        self._tell(activity)
