"""DynamoDB as it is documented and as no emulator is: with limits for each partition, and calls that go wrong.

It stands where moto answers, below PynamoDB, botocore and botocore's repetitions, and lets moto do what it admits
(`limits`); so what is stored is moto's, and can be looked at.

**Trouble**, where a test says so: a call that is done and whose answer is lost, and a write that meets a transaction.
Every call of any AWS service takes 12 ms.
"""

import json
import threading
from collections import Counter
from contextlib import ExitStack
from typing import Any, Self
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from tests.faults.throttling.limits import Body, Limits
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.stored import Stored
from tests.faults.throttling.troubles import Trouble, Troubles

CALL_SECONDS = 0.012
READ_TIMEOUT_SECONDS = 5.0
"""How long it takes the clients of the tables to notice that an answer is lost."""


class ThrottlingDynamoDB(Limits[AWSResponse]):
    """Limits the calls to moto's DynamoDB while it is entered, on a simulated clock that it enters too.

    `tries` counts what arrives, a call that is repeated once for each time; `refused` what fails of it, and `left_out`
    items of batches that are answered as not processed. The `buckets` tell what has been spent where, and `stored` what
    there is, for nothing. `troubles` may be set at any time.
    """

    def __init__(self, time: SimulatedTime, *, seed: int = 0, region: str = "us-east-1") -> None:
        self.stored = Stored(region)
        super().__init__(self.stored, lambda: time.seconds, seed)
        self.time = time
        self.tries: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.troubles: Troubles = lambda _operation, _body: None
        self._one_at_a_time = threading.RLock()
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        answer = BotocoreStubber.__call__

        def limited(stubber: BotocoreStubber, event_name: str, request: Any, **options: Any) -> Any:
            if not stubber.enabled:
                return answer(stubber, event_name, request, **options)
            self.time.sleep(CALL_SECONDS)
            if not event_name.startswith("before-send.dynamodb."):
                return answer(stubber, event_name, request, **options)

            def pass_on(body: Body) -> AWSResponse:
                request.body = json.dumps(body).encode()
                response = answer(stubber, event_name, request, **options)
                assert response is not None
                return response

            return self._answer(event_name.rpartition(".")[2], json.loads(request.body), request.url, pass_on)

        self._entered.enter_context(self.time)
        self._entered.enter_context(patch.object(BotocoreStubber, "__call__", limited))
        self._entered.enter_context(self.stored.measured(self.admit_query))
        return self

    def __exit__(self, *_details: object) -> None:
        self._entered.close()

    def _answer(self, operation: str, body: Body, url: str, pass_on: Any) -> AWSResponse:
        with self._one_at_a_time:
            self.tries[operation] += 1
            trouble = self.troubles(operation, body)
            if trouble is Trouble.CONFLICT:
                response = self.in_conflict(operation, body)
            else:
                response = self.admitted(operation, body, pass_on)
            self.refused[operation] += response.status_code >= 400
        if trouble is Trouble.LOST:
            self.time.sleep(READ_TIMEOUT_SECONDS)
            raise ReadTimeoutError(endpoint_url=url, error="lost")
        return response

    def made(self, status: int, body: Body) -> AWSResponse:
        """Make an answer of HTTP."""
        content = MockRawResponse(json.dumps(body))
        headers = {"content-type": "application/x-amz-json-1.0"}
        return AWSResponse("https://dynamodb.us-east-1.amazonaws.com/", status, headers, content)  # type: ignore[arg-type]

    def with_more(self, answer: AWSResponse, more: Body) -> AWSResponse:
        """Make an answer that says more."""
        return self.made(answer.status_code, {**json.loads(answer.content), **more})
