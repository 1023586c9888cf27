"""Acts that change nothing that is stored: they are kept and told all the same."""

from collections.abc import Callable

from recado.ports.activity import ActivityStore
from recado.ports.sending import Clock, OurFaultError
from recado.rules.activity.activity import Activity, ActivityKind, Requester
from recado.use_cases.acts import Acts


class Noting:
    """Keeps and tells what was done.

    What cannot be kept is told, and not taken back from who has done it: `survived` gets the fault.
    """

    def __init__(
        self,
        activities: ActivityStore,
        acts: Acts,
        clock: Clock,
        survived: Callable[[OurFaultError], object],
    ) -> None:
        self._activities = activities
        self._acts = acts
        self._clock = clock
        self._survived = survived

    def __call__(self, account_id: str, webhook_id: str | None, kind: ActivityKind, requester: Requester) -> None:
        """Keep and tell that it was done just now; raises nothing of ours."""
        activity = Activity(self._acts.new_id(), account_id, webhook_id, kind, self._clock(), requester)
        try:
            self._activities.note(activity)
        except OurFaultError as fault:
            self._survived(fault)
        self._acts.tell(activity)
