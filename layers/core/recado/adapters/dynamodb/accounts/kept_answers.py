"""Answers kept for a day, in a table of Powertools' idempotency utility, each sealed.

That a request is made once is not their doing: its change sees to that, in its own transaction. They make the same
request get the same answer (docs/adr/0027-twice-is-once.md). Imported only for a request that has a key.
"""

from collections.abc import Callable

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.idempotency.serialization.custom_dict import CustomDictSerializer

from recado.adapters.dynamodb.accounts.activity_store import KEY_SECONDS
from recado.adapters.dynamodb.tables import SharedConnection
from recado.adapters.faults import as_our_fault
from recado.adapters.secrets.answer_seal import AnswerSeal
from recado.ports.activity import KeyReusedError
from recado.ports.repeating import Answer, StillUnderWayError, TimeLeft
from recado.ports.sending import OurFaultError
from recado.rules.activity.idempotency import KeyedRequest


class DynamoAnswers:
    """Keeps answers; fills the port `KeptAnswers`."""

    @as_our_fault("preparing to keep answers")
    def __init__(self, table_name: str, connection: SharedConnection) -> None:
        self._layer = DynamoDBPersistenceLayer(
            table_name,
            boto3_client=connection.client,  # type: ignore[arg-type]  # a client of botocore's is one of boto3's
        )

    def once(self, request: KeyedRequest, time_left: TimeLeft, first: Callable[[], Answer]) -> Answer:
        """One write before and one after `first`; a repetition is one write, which is refused and brings the answer."""

        def answered(**_what_the_utility_goes_by: object) -> Answer:
            return first()

        seal, once = AnswerSeal(request), request.once
        repeatable = idempotent_function(
            answered,
            data_keyword_argument="once",
            persistence_store=self._layer,
            config=_config(time_left),
            output_serializer=CustomDictSerializer(to_dict=seal.seal, from_dict=seal.open),
            key_prefix="answer",
        )
        try:
            answer: Answer = repeatable(once={"token": once.token, "request": once.request})
        except IdempotencyAlreadyInProgressError:
            raise StillUnderWayError from None
        except IdempotencyValidationError:
            raise KeyReusedError from None
        except (IdempotencyPersistenceLayerError, IdempotencyInconsistentStateError) as error:
            raise OurFaultError(f"keeping an answer: {error}") from error
        return answer


def _config(time_left: TimeLeft) -> IdempotencyConfig:
    config = IdempotencyConfig(
        event_key_jmespath="token",
        payload_validation_jmespath="request",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=KEY_SECONDS,
        hash_function="sha256",
    )
    # Once the first request's time is over, it is under way no more, whatever became of it.
    config.register_lambda_context(time_left)  # type: ignore[arg-type]  # all that it asks is the time
    return config
