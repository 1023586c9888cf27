"""`Idempotency-Key`: a request that comes again with the same key and the same bytes gets the same answer."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger

from recado.http_api.shared import access
from recado.http_api.shared.limits import kind_of
from recado.http_api.shared.problems import KEY_HEADER, InvalidRequestError
from recado.ports.repeating import Answer, KeptAnswers, TimeLeft
from recado.ports.sending import OurFaultError
from recado.rules.activity.idempotency import KeyedRequest, is_key
from recado.rules.limit import LimitKind

_TAKES_NONE = "is refused: test sends, previews and portal sessions take no key"
REPLAYED_HEADER = "Idempotent-Replayed"

# In characters of JSON. Sealed, and in Base64, it has to fit into an item of DynamoDB, 400 KB. Only a delivery with an
# event near the largest is longer; its repetition is answered with the delivery as it is by then.
_LONGEST_KEPT = 290_000

Event = dict[str, Any]


def takes_key(method: str, template: str) -> bool:
    """Whether a request by this route may have a key: a POST of an account that changes something."""
    kept = kind_of(method, template) not in (LimitKind.TEST_SEND, LimitKind.READ)
    # What a session's opening answers is a secret, of which no copy is kept.
    return _looks_at_key(method, template) and kept and not template.endswith("/portal-sessions")


class Repeating:
    """Answers a request, or gives the answer that was kept."""

    def __init__(self, answers: KeptAnswers, logger: Logger) -> None:
        self._answers = answers
        self._logger = logger

    def __call__(self, event: Event, time_left: TimeLeft, resolve: Callable[[Event], Answer]) -> Answer:
        """The answer of `resolve` (the router), of now or of before; the event's body must be plain text.

        Raises `InvalidRequestError` for a key that is none, and what `KeptAnswers.once` raises.
        """
        keyed = _keyed(event)
        if keyed is None:
            return resolve(event)
        given: list[Answer] = []

        def first() -> Answer:
            given.append(resolve(access.with_once(event, keyed.once)))
            if not _is_kept(given[0]):
                raise _NotKeptError
            return given[0]

        try:
            kept = self._answers.once(keyed, time_left, first)
        except _NotKeptError:
            return given[0]
        except OurFaultError as fault:
            if not given:
                raise
            # It stands, kept or not: the request was answered, and its change knows that it was made.
            self._logger.error("an answer is not kept", exc_info=fault)
            return given[0]
        return given[0] if given else {**kept, "headers": {**kept["headers"], REPLAYED_HEADER: "true"}}


class _NotKeptError(Exception):
    """What was answered is not kept and frees the key: of a refusal, the corrected request may have the same."""


def _is_kept(answer: Answer) -> bool:
    return answer["statusCode"] < HTTPStatus.MULTIPLE_CHOICES and len(json.dumps(answer)) <= _LONGEST_KEPT


def _keyed(event: Event) -> KeyedRequest | None:
    """The request with its key; None where it has none, or none that is looked at."""
    method, template = access.route_of(event)
    key = _header(event)
    account_id = access.account_of(event)
    if key is None or account_id is None or not _looks_at_key(method, template):
        return None
    if not takes_key(method, template):
        raise InvalidRequestError(KEY_HEADER, _TAKES_NONE, HTTPStatus.BAD_REQUEST)
    if not is_key(key):
        raise InvalidRequestError(KEY_HEADER, "must be 1 to 255 visible ASCII characters", HTTPStatus.BAD_REQUEST)
    body: str = event.get("body") or ""
    # What has come as a lone surrogate is refused as no JSON, by the route.
    return KeyedRequest(account_id, method, access.path_of(event), key, body.encode(errors="surrogatepass"))


def _looks_at_key(method: str, template: str) -> bool:
    return method == "POST" and template.startswith("/accounts/{accountId}/")


def _header(event: Mapping[str, Any]) -> str | None:
    headers: Mapping[str, str] = event.get("headers") or {}
    return next((value for name, value in headers.items() if name.lower() == KEY_HEADER.lower()), None)
