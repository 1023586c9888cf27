"""Conditional writes: a refused condition is an answer, everything else that goes wrong an error.

A write that meets a transaction of another is refused by DynamoDB, the transaction that comes second too, and no SDK
tries that again (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html). Here it is.
"""

import uuid
from collections.abc import Callable

from botocore.exceptions import ClientError
from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, PutError, PynamoDBException, TransactWriteError, UpdateError
from pynamodb.transactions import TransactWrite

_REFUSED = {"ConditionalCheckFailedException", "ConditionalCheckFailed"}
_MET_A_TRANSACTION = {"TransactionConflictException", "TransactionConflict"}
_TRIES = 8

Fill = Callable[[TransactWrite], object]
"""Puts writes, with their conditions, into a transaction."""


def accepted(write: Callable[[], object]) -> bool:
    """Make a write that carries a condition; False where the condition does not hold, and nothing was written.

    It is made again, seven times at most, where a transaction of another was under way.
    """
    try:
        _past_transactions(write)
    except (DeleteError, PutError, UpdateError, TransactWriteError) as error:
        if not _was_refused(error):
            raise
        return False
    return True


def accepted_together(connection: Connection, fill: Fill) -> bool:
    """Make the writes that `fill` puts into a transaction; False where a condition does not hold, as for one write.

    They carry a token, the same at each try, so that what was written and not answered is not written again.
    """
    token = str(uuid.uuid4())

    def write() -> None:
        with TransactWrite(connection=connection, client_request_token=token) as transaction:
            fill(transaction)

    return accepted(write)


def _past_transactions(write: Callable[[], object]) -> None:
    try:
        write()
    except PynamoDBException as error:
        if not _met_a_transaction(error):
            raise
    else:
        return
    # Imported here, because senders seldom meet anybody, and start sooner without it.
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential  # noqa: PLC0415

    Retrying(
        retry=retry_if_exception(_met_a_transaction),
        stop=stop_after_attempt(_TRIES - 1),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        reraise=True,
    )(write)


def _was_refused(error: BaseException) -> bool:
    return bool(_codes(error) & _REFUSED)


def _met_a_transaction(error: BaseException) -> bool:
    return bool(_codes(error) & _MET_A_TRANSACTION) and not _was_refused(error)


def _codes(error: BaseException) -> set[str | None]:
    """Why DynamoDB refused a write, and of a transaction each of its parts; nothing where it did not answer."""
    # PynamoDB's own property breaks on a time-out, whose error has a response too, which is None.
    cause = getattr(error, "cause", None)
    if not isinstance(cause, ClientError):
        return set()
    codes: set[str | None] = {cause.response["Error"]["Code"]}
    if isinstance(error, TransactWriteError):
        codes |= {reason.code for reason in error.cancellation_reasons if reason}
    return codes
