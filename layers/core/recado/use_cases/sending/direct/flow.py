"""The accounts of a drain on their way: side by side, each with one dispatch at a time, within a bound of memory."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import chain

from recado.ports.sending import QueueMessage
from recado.rules.event.event import Event
from recado.use_cases.sending.direct.dispatch import Dispatched

WINDOW_MESSAGES = 1000
WINDOW_BYTES = 2 * 1024 * 1024
"""What is received before it is sent: enough for POSTs of a hundred events, and little of what is large."""

_MOST_WINDOWS = 4  # so many are in memory at once, whoever takes how long

Pairs = list[tuple[QueueMessage, Event]]
Answer = Dispatched | Exception


class Flow:
    """Hands each account's messages to `dispatch`, and, in the caller's thread, what came of them to `conclude`."""

    def __init__(
        self, dispatch: Callable[[Pairs], Answer], conclude: Callable[[Pairs, Answer], None], executor: Executor
    ) -> None:
        self._dispatch = dispatch
        self._conclude = conclude
        self._executor = executor
        self._under_way: dict[Future[Answer], tuple[str, Pairs]] = {}
        self._behind: defaultdict[str, Pairs] = defaultdict(list)

    def add(self, accounts: Mapping[str, Pairs]) -> list[QueueMessage]:
        """Send these; answers what there is no room for, behind others of accounts that are sent to for long.

        Those that have been sent to by now are concluded before, and make room. Where there is no other account there
        is room for all: it keeps nobody waiting but itself.
        """
        self._conclude_some(timeout=0)
        busy = {account_id for account_id, _ in self._under_way.values()}
        alone = len(busy | accounts.keys()) == 1
        no_room: list[QueueMessage] = []
        for account_id, pairs in accounts.items():
            if account_id not in busy:
                self._start(account_id, pairs)
                continue
            for pair in pairs:
                if not alone and _fill(self._behind[account_id], 1):
                    no_room.append(pair[0])
                else:
                    self._behind[account_id].append(pair)
        return no_room

    def make_room(self) -> None:
        """Wait until there is room for one more window."""
        while _fill([*chain(*(pairs for _, pairs in self._under_way.values()), *self._behind.values())], _MOST_WINDOWS):
            self._conclude_some()

    def finish(self) -> None:
        """Wait until everything has been sent."""
        while self._under_way:
            self._conclude_some()

    def _start(self, account_id: str, pairs: Pairs) -> None:
        self._under_way[self._executor.submit(self._dispatch, pairs)] = (account_id, pairs)

    def _conclude_some(self, timeout: float | None = None) -> None:
        done, _ = wait(self._under_way, timeout, return_when=FIRST_COMPLETED)
        for future in done:
            account_id, pairs = self._under_way.pop(future)
            self._conclude(pairs, future.result())
            behind = self._behind.pop(account_id, None)
            if behind:
                self._start(account_id, behind)


def _fill(pairs: Pairs, windows: int) -> bool:
    """Whether these fill so many windows."""
    size = sum(len(message.body) for message, _ in pairs)
    return len(pairs) >= windows * WINDOW_MESSAGES or size >= windows * WINDOW_BYTES
