"""Every call that botocore makes: counted, and refused where a test says so."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.exceptions import ClientError


@dataclass(frozen=True)
class Call:
    """One call of an AWS API."""

    service: str
    operation: str
    parameters: dict[str, Any]


class AwsCalls:
    """Sees the calls of all clients while it is entered, PynamoDB's among them, and passes them on.

    A call that the SDK repeats by itself is one call here.
    """

    def __init__(self) -> None:
        self.seen: list[Call] = []
        self._refused: dict[str, str] = {}
        self._answers: dict[str, Any] = {}
        self._before: defaultdict[str, list[Callable[[], object]]] = defaultdict(list)
        make_api_call = BaseClient._make_api_call  # type: ignore[attr-defined]  # private, and the one place all pass

        def observed(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            self.seen.append(Call(client.meta.service_model.service_name, operation, parameters))
            if self._before[operation]:
                self._before[operation].pop(0)()
            if operation in self._refused:
                raise ClientError({"Error": {"Code": self._refused[operation], "Message": "as told"}}, operation)
            if operation in self._answers:
                return self._answers[operation]
            return make_api_call(client, operation, parameters)

        self._patch = patch.object(BaseClient, "_make_api_call", observed)

    def __enter__(self) -> Self:
        self._patch.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._patch.stop()

    def clear(self) -> None:
        """Count from here on."""
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

    def of(self, operation: str) -> list[Call]:
        """Return the calls of one operation."""
        return [call for call in self.seen if call.operation == operation]

    @property
    def counts(self) -> dict[str, int]:
        """The number of calls by `service.operation`."""
        return dict(Counter(f"{call.service}.{call.operation}" for call in self.seen))
