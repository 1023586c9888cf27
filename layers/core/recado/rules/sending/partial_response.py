"""The receiver says which events it did not take, in the form that AWS's own consumers use (`batchItemFailures`).

No outcome loses an event: what cannot be understood fails the whole POST, and all of its events are sent again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from recado.rules.event import strict_json
from recado.rules.event.event import Event
from recado.rules.sending.attempt import DECIDING_ANSWER_BYTES, AttemptResult, Failure, FailureClass, Response
from recado.rules.sending.outgoing import OutgoingRequest, without

Refused = Mapping[str, str | None]
"""The keys of the events that were not taken, each with the receiver's own word, where there is one."""

MOST_CHARACTERS = 500
"""How long the receiver's word about an event is at most."""

_FAILURES, _IDENTIFIER, _MESSAGE = "batchItemFailures", "itemIdentifier", "message"
_SHOWN_OF_AN_ID = 128
_NONE_TAKEN = "The receiver answered that it took none of the events."


class _OddAnswerError(ValueError):
    """An answer that does not say what was taken; the message is the rest of the sentence "The answer …"."""


def judged(
    request: OutgoingRequest, result: AttemptResult, events: Sequence[Event], secrets: Iterable[str]
) -> tuple[AttemptResult, Refused]:
    """What came of a POST of these events by the body of its answer, and which of them were not taken.

    That is none where the body does not decide, and where the POST failed. `secrets` are hidden in its words.
    """
    if not request.answer_decides or not result.delivered or result.response is None:
        return result, {}
    hidden = tuple(secrets)
    try:
        refused = _refused(result.response, events, hidden)
    except _OddAnswerError as odd:
        failure = Failure(FailureClass.PROTOCOL, f"The answer {odd}.", result.status_code)
    else:
        if refused.keys() != {event.key for event in events}:
            return result, refused
        failure = Failure(FailureClass.SERVER_ERROR, _NONE_TAKEN, result.status_code)
    return replace(result, failure=failure), {}


def _refused(response: Response, events: Sequence[Event], secrets: Sequence[str]) -> Refused:
    keys: dict[str, set[str]] = {}
    for event in events:
        keys.setdefault(event.event_id, set()).add(event.key)
    refused: dict[str, str | None] = {}
    for item in _items(response):
        event_id, message = _item(item)
        if event_id not in keys:
            shown = _shown(event_id, secrets, _SHOWN_OF_AN_ID)
            raise _OddAnswerError(f'names "{shown}", which is no event of this POST')
        word = None if message is None else _shown(message, secrets, MOST_CHARACTERS) or None
        for key in keys[event_id]:
            refused[key] = refused.get(key) or word
    return refused


def _items(response: Response) -> Sequence[object]:
    """The entries of the list; nothing, null and an empty object have none, and mean that all was taken."""
    if response.truncated:
        raise _OddAnswerError(f"did not come whole, in time and within {DECIDING_ANSWER_BYTES // 1024} KB")
    try:
        text = response.body.decode("utf-8-sig")
        answer = strict_json.loads(text) if text.strip() else None
    except UnicodeDecodeError:
        raise _OddAnswerError("is not UTF-8") from None
    except strict_json.InvalidJsonError as error:
        raise _OddAnswerError(f"is not JSON that can be read: {str(error).removeprefix('not JSON: ')}") from None
    if answer is None or answer == {}:
        return ()
    if not isinstance(answer, dict) or _FAILURES not in answer:
        raise _OddAnswerError(f"is JSON, but no object with {_FAILURES}")
    items = answer[_FAILURES]
    if items is None:
        return ()
    if not isinstance(items, list):
        raise _OddAnswerError(f"has {_FAILURES}, but as no list")
    return items


def _item(item: object) -> tuple[str, str | None]:
    """The event id and the message of an entry; null is no message."""
    event_id = item.get(_IDENTIFIER) if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(event_id, str) or not event_id:
        raise _OddAnswerError(f"has an entry of {_FAILURES} without {_IDENTIFIER}, an event's id as text")
    message = item.get(_MESSAGE)
    if message is not None and not isinstance(message, str):
        raise _OddAnswerError(f"has an entry of {_FAILURES} whose {_MESSAGE} is no text")
    return event_id, message


def _shown(text: str, secrets: Sequence[str], most: int) -> str:
    """So many characters of the text at most, without those that control and without secrets.

    These are looked for before and after: they may hold such characters, and may be split by them.
    """
    kept = (" " if sign.isspace() else sign for sign in without(secrets, text) if sign.isspace() or sign.isprintable())
    shown = without(secrets, "".join(kept)).strip()
    return shown if len(shown) <= most else shown[: most - 1] + "…"
