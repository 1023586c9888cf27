"""A world with a batch queue, and the drain that empties it."""

from concurrent.futures import Executor

from recado.use_cases.sending.direct.drain import Drain, DrainReport
from tests.support.catalogue import READER
from tests.unit.builders import NOW, envelope_text, webhook
from tests.unit.use_cases.fakes.journal import FixedDeadline, SameThread
from tests.unit.use_cases.fakes.sending_fakes import FakeBatchQueue, World


class Draining:
    """The world, its queue, and how many more drains were started."""

    def __init__(self, *bodies: str, max_drains: int = 5, executor: Executor | None = None) -> None:
        self.world = World(webhook(), webhook("wh_2", account_id="2020", target_url="https://other.example/"))
        self.queue = FakeBatchQueue(self.world.journal, *bodies)
        self.started: list[int] = []
        self.run = Drain(
            reader=READER,
            queue=self.queue,
            dispatch=self.world.dispatch(),
            dead_letters=self.world.dead_letters,
            start_drains=self._start,
            max_drains=max_drains,
            executor=executor or SameThread(),
            clock=self.world.clock,
        )

    def __call__(self, *seconds: float) -> DrainReport:
        """Drain with so many seconds left."""
        return self.run(FixedDeadline(*(seconds or (290.0,))))

    def _start(self, count: int) -> None:
        self.world.journal.note("start drains")
        self.started.append(count)


def bodies(count: int, account: int = 1010) -> list[str]:
    """Write messages with events of one account."""
    return [envelope_text(accountId=account, eventId=f"e{n}", timestamp=NOW + n) for n in range(count)]
