"""What DynamoDB does to writes now and then: their answer is lost, or a transaction of another is under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.endpoint import Endpoint
from botocore.exceptions import ClientError, ReadTimeoutError

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


@contextmanager
def lost_answers(count: int, *, when: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Let the answers of the next `count` writes be lost after they were made; the SDK repeats what was not answered.

    Where `when` says no, an answer arrives.
    """
    send = Endpoint._get_response  # type: ignore[attr-defined]  # private, and below what the SDK repeats
    left = count

    def losing(endpoint: Any, request: Any, operation: Any, context: Any) -> Any:
        nonlocal left
        answer = send(endpoint, request, operation, context)
        if operation.name in WRITES and left > 0 and answer[1] is None and when():
            left -= 1
            return None, ReadTimeoutError(endpoint_url=request.url, error="lost")
        return answer

    with patch.object(Endpoint, "_get_response", losing), patch("botocore.endpoint.time.sleep"):
        yield


class TransactionsUnderWay:
    """While it is entered, the next `coming` writes meet a transaction of another, and are refused; `met` counts.

    `tokens` are those of all transactions that were asked for.
    """

    def __init__(self) -> None:
        self.coming = 0
        self.met = 0
        self.tokens: list[str] = []
        make_api_call = BaseClient._make_api_call  # type: ignore[attr-defined]  # private, and the one place all pass

        def meeting(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            if operation == "TransactWriteItems":
                self.tokens.append(parameters["ClientRequestToken"])
            if operation in WRITES and self.coming:
                self.coming -= 1
                self.met += 1
                if operation == "TransactWriteItems":
                    # The first part is well, as in DynamoDB's answers.
                    raise self.canceled("None", "TransactionConflict")
                raise ClientError(
                    {"Error": {"Code": "TransactionConflictException", "Message": "another is under way"}}, operation
                )
            return make_api_call(client, operation, parameters)

        self._patch = patch.object(BaseClient, "_make_api_call", meeting)

    def __enter__(self) -> Self:
        self._patch.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._patch.stop()

    @staticmethod
    def canceled(*reasons: str) -> ClientError:
        """Return the error of a transaction whose parts failed for these reasons."""
        answer: Any = {
            "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
            "CancellationReasons": [{"Code": reason} for reason in reasons],
        }
        return ClientError(answer, "TransactWriteItems")
