"""The keeper of answers, made when the first request with an `Idempotency-Key` comes: most have none."""

from collections.abc import Callable
from functools import cached_property

from recado.adapters.dynamodb.tables import SharedConnection
from recado.ports.repeating import Answer, KeptAnswers, TimeLeft
from recado.rules.activity.idempotency import KeyedRequest


class LazyAnswers:
    """Stands for `DynamoAnswers` until the first call; fills the port `KeptAnswers`."""

    def __init__(self, table_name: str, connection: SharedConnection) -> None:
        self._table_name = table_name
        self._connection = connection

    def once(self, request: KeyedRequest, time_left: TimeLeft, first: Callable[[], Answer]) -> Answer:
        """As `DynamoAnswers` does it."""
        return self._answers.once(request, time_left, first)

    @cached_property
    def _answers(self) -> KeptAnswers:
        from recado.adapters.dynamodb.accounts.kept_answers import DynamoAnswers  # noqa: PLC0415 - for few requests only

        return DynamoAnswers(self._table_name, self._connection)
