"""What DynamoDB does to writes now and then: their answer is lost, or a transaction of another is under way."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self
from unittest.mock import patch

from botocore.exceptions import ClientError, ReadTimeoutError

from recado.adapters.aws_client import AwsClient
from tests.support.aws.api_calls import MakeCall, around_calls

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


@contextmanager
def lost_answers(count: int, *, when: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Let the answers of the next `count` writes be lost after they were made; the SDK repeats what was not answered.

    Where `when` says no, an answer arrives.
    """
    once = AwsClient._once  # private, and below what is repeated
    left = count

    def losing(client: Any, operation: str, body: bytes) -> Any:
        nonlocal left
        try:
            return once(client, operation, body)
        finally:
            if operation in WRITES and left > 0 and when():
                left -= 1
                raise ReadTimeoutError(endpoint_url=client.meta.endpoint_url, error="lost")

    with patch.object(AwsClient, "_once", losing), patch("recado.adapters.aws_client._pause"):
        yield


class TransactionsUnderWay:
    """While it is entered, the next `coming` writes meet a transaction of another, and are refused; `met` counts.

    `tokens` are those of all transactions that were asked for.
    """

    def __init__(self) -> None:
        self.coming = 0
        self.met = 0
        self.tokens: list[str] = []
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        self._entered.enter_context(around_calls(self._meeting))
        return self

    def __exit__(self, *_details: object) -> None:
        self._entered.close()

    def _meeting(self, make: MakeCall) -> MakeCall:
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
            return make(client, operation, parameters)

        return meeting

    @staticmethod
    def canceled(*reasons: str) -> ClientError:
        """Return the error of a transaction whose parts failed for these reasons."""
        answer: Any = {
            "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
            "CancellationReasons": [{"Code": reason} for reason in reasons],
        }
        return ClientError(answer, "TransactWriteItems")
