"""The receiver says which events it did not take, in the form that AWS's own consumers use (`batchItemFailures`).

No outcome loses an event: what cannot be understood fails the whole POST, and all of its events are sent again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from recado.rules.event import strict_json
from recado.rules.event.event import Event
from recado.rules.sending.answers.proofs import Proofs, sentence
from recado.rules.sending.attempt import DECIDING_ANSWER_BYTES, AttemptResult, Failure, FailureClass, Response
from recado.rules.sending.outgoing import OutgoingRequest

Refused = Mapping[str, str | None]
"""The keys of the events that were not taken, each with the receiver's own word, where there is one."""

MOST_CHARACTERS = 500
"""How long the receiver's word about an event is at most."""

_FAILURES, _IDENTIFIER, _MESSAGE = "batchItemFailures", "itemIdentifier", "message"
_SHOWN_OF_AN_ID = 128
_NONE_TAKEN = "The receiver answered that it took none of the events."


class _OddAnswerError(ValueError):
    """An answer that does not say what was taken; the message is the rest of the sentence "The answer …"."""


def judged(request: OutgoingRequest, result: AttemptResult, events: Sequence[Event]) -> tuple[AttemptResult, Refused]:
    """What came of a POST of these events by the body of its answer, and which of them were not taken.

    That is none where the body does not decide, and where the POST failed. The receiver's words are shown without
    secrets of the request.
    """
    if not request.answer_decides or not result.delivered or result.response is None:
        return result, {}
    try:
        refused = _refused(request.proofs, result.response, events)
    except _OddAnswerError as odd:
        failure = Failure(FailureClass.PROTOCOL, f"The answer {odd}.", result.status_code)
    else:
        if refused.keys() != {event.key for event in events}:
            return result, refused
        failure = Failure(FailureClass.SERVER_ERROR, _NONE_TAKEN, result.status_code)
    return replace(result, failure=failure), {}


def _refused(proofs: Proofs, response: Response, events: Sequence[Event]) -> Refused:
    keys: dict[str, set[str]] = {}
    for event in events:
        keys.setdefault(event.event_id, set()).add(event.key)
    said: dict[str, str | None] = {}
    for item in _items(response):
        event_id, message = _item(item)
        if event_id not in keys:
            (shown,) = _shown(proofs, [event_id], _SHOWN_OF_AN_ID).values()
            raise _OddAnswerError(f'names "{shown}", which is no event of this POST')
        for key in keys[event_id]:
            said[key] = said.get(key) or (message if message and _in_one_line(message) else None)
    shown_as = _shown(proofs, [message for message in said.values() if message], MOST_CHARACTERS)
    return {key: shown_as[message] if message else None for key, message in said.items()}


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


def _shown(proofs: Proofs, texts: Iterable[str], most: int) -> dict[str, str]:
    """So many characters of each text at most, without those that control; none of it where a secret is in any of them.

    Secrets are looked for before and after: they may hold such characters, and may be split by them.
    """
    lines = {text: _in_one_line(text) for text in texts}
    read = proofs.read_in("\n".join(dict.fromkeys([*lines, *lines.values()])).encode())
    if read is not None:
        return dict.fromkeys(lines, sentence(read))
    return {text: line if len(line) <= most else line[: most - 1] + "…" for text, line in lines.items()}


def _in_one_line(text: str) -> str:
    return "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or sign.isprintable()).strip()
