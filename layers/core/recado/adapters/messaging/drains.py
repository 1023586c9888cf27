"""More drains at once: the batch dispatcher invokes itself."""

import json
from typing import TYPE_CHECKING

from recado.adapters.faults import as_our_fault
from recado.use_cases.sending.direct.drain import EXTRA_DRAIN

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class LambdaDrains:
    """Starts further drains."""

    def __init__(self, client: "LambdaClient", function_name: str) -> None:
        self._client = client
        self._function_name = function_name

    @as_our_fault("starting a drain")
    def start(self, count: int) -> None:
        """Start that many asynchronous invocations; each drains without starting others."""
        for _ in range(count):
            self._client.invoke(
                FunctionName=self._function_name, InvocationType="Event", Payload=json.dumps(EXTRA_DRAIN).encode()
            )
