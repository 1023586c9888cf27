"""Every call of AWS that is made: counted, and refused where a test says so."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, Self
from unittest.mock import patch

from botocore.exceptions import ClientError

from tests.support.aws.api_calls import MakeCall, around_calls

COUNT = "UpdateItem of a count of requests"
"""How tests name the write that comes before the work of every request that changes something, and after a reading."""
USED = "GetItem of what is used of a limit"
"""How tests name the look that comes before every reading."""

_running: ContextVar[str | None] = ContextVar("the function that runs", default=None)


@contextmanager
def running(function: str) -> Iterator[None]:
    """Let calls count as this function's (a logical id) meanwhile, also those of threads that it hands work to."""
    token = _running.set(function)
    try:
        yield
    finally:
        _running.reset(token)


@dataclass(frozen=True)
class Call:
    """One call of an AWS API, and the function that made it; None is the test itself."""

    service: str
    operation: str
    parameters: dict[str, Any]
    function: str | None = None

    @property
    def name(self) -> str:
        """The operation, or `COUNT` or `USED`."""
        key = self.parameters.get("Key", {}).get("webhook_id", {}).get("S", "")
        of_limit = {"UpdateItem": COUNT, "GetItem": USED} if key.startswith("limit#") else {}
        return of_limit.get(self.operation, self.operation)


class AwsCalls:
    """Sees the calls of all clients while it is entered, PynamoDB's among them, and passes them on.

    A call that the SDK repeats by itself is one call here. Tests mean calls by their `Call.name`.
    """

    def __init__(self) -> None:
        self.all: list[Call] = []
        self.seen: list[Call] = []
        self._refused: dict[str, str] = {}
        self._answers: dict[str, Any] = {}
        self._before: defaultdict[str, list[Callable[[], object]]] = defaultdict(list)
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        submit = ThreadPoolExecutor.submit

        def submitted(pool: ThreadPoolExecutor, work: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
            return submit(pool, copy_context().run, work, *args, **options)

        self._entered.enter_context(around_calls(self._observing))
        self._entered.enter_context(patch.object(ThreadPoolExecutor, "submit", submitted))
        return self

    def __exit__(self, *_details: object) -> None:
        self._entered.close()

    def _observing(self, make: MakeCall) -> MakeCall:
        def observed(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            call = Call(client.meta.service_model.service_name, operation, parameters, _running.get())
            self.all.append(call)
            self.seen.append(call)
            if self._before[call.name]:
                # In a context of its own, where nothing runs: what happens meanwhile is not the function's doing.
                Context().run(self._before[call.name].pop(0))
            if call.name in self._refused:
                raise ClientError({"Error": {"Code": self._refused[call.name], "Message": "as told"}}, operation)
            if call.name in self._answers:
                return self._answers[call.name]
            return make(client, operation, parameters)

        return observed

    def clear(self) -> None:
        """Count `seen` from here on; `all` goes back to the beginning."""
        self.seen.clear()

    def refuse(self, operation: str, code: str = "InternalServerError") -> None:
        """Let this operation fail from now on."""
        self._refused[operation] = code

    def allow(self, operation: str) -> None:
        """Pass this operation on again."""
        self._refused.pop(operation, None)
        self._answers.pop(operation, None)

    def answer(self, operation: str, answer: Any) -> None:
        """Answer this operation without passing it on, for what moto cannot do."""
        self._answers[operation] = answer

    def before(self, operation: str, *actions: Callable[[], object]) -> None:
        """Let something happen before the next call of this operation, and more before the ones after it."""
        self._before[operation] += actions

    def before_no_more(self) -> None:
        """Let nothing happen any more before calls that were not made."""
        self._before.clear()

    def of(self, operation: str) -> list[Call]:
        """Return the calls of one operation."""
        return [call for call in self.seen if call.name == operation]

    @property
    def counts(self) -> dict[str, int]:
        """The number of calls by `service.operation`."""
        return dict(Counter(f"{call.service}.{call.operation}" for call in self.seen))
