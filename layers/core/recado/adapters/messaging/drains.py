"""More drains at once: the batch dispatcher invokes itself."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from recado.adapters.faults import as_our_fault

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class LambdaDrains:
    """Starts further drains; each is invoked with this event."""

    def __init__(self, client: "LambdaClient", function_name: str, event: Mapping[str, object]) -> None:
        self._client = client
        self._function_name = function_name
        self._event = event

    @as_our_fault("starting a drain")
    def start(self, count: int) -> None:
        """Start that many asynchronous invocations; each drains without starting others."""
        for _ in range(count):
            self._client.invoke(
                FunctionName=self._function_name, InvocationType="Event", Payload=json.dumps(self._event).encode()
            )
