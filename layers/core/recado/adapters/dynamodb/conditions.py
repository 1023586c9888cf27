"""Conditional writes: a refused condition is an answer, everything else that goes wrong an error."""

from collections.abc import Callable

from pynamodb.exceptions import DeleteError, PutError, UpdateError

_CONDITION_FAILED = "ConditionalCheckFailedException"


def accepted(write: Callable[[], object]) -> bool:
    """Make a write that carries a condition; False where the condition does not hold, and nothing was written."""
    try:
        write()
    except (DeleteError, PutError, UpdateError) as error:
        if error.cause_response_code != _CONDITION_FAILED:
            raise
        return False
    return True
