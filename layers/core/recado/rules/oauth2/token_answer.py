"""What a token server answers, as RFC 6749 section 5 has it or otherwise: a token that a header may hold, or why not.

oauthlib's own reader takes a page of HTML for a form, a list for a fault of ours and a line break for part of a token
(docs/adr/0034-tokens.md), so answers are read here.
"""

import json
import math
import re
from dataclasses import dataclass, field, replace

from recado.rules.sending.attempt import (
    ATTEMPT_SECONDS,
    DECIDING_ANSWER_BYTES,
    AttemptResult,
    Failure,
    FailureClass,
    Response,
)
from recado.rules.sending.outgoing import OutgoingRequest

LONGEST_KEPT_MS = 24 * 60 * 60 * 1000
"""However long a token is said to live, it is asked for anew after a day: some servers say milliseconds, or dates."""

_MOST_TOKEN_CHARACTERS = 16 * 1024
_MOST_SAID = 300
_MARGIN_MS = math.ceil(ATTEMPT_SECONDS * 1000)  # no token ends within an attempt that begins with it
_TOKEN = re.compile(r"[!-~]+")
_NUMBER = re.compile(r"\s*([0-9]{1,20}(?:\.[0-9]{1,20})?)\s*", re.ASCII)
# RFC 6750 says Bearer in any case; gateways of one kind say BearerToken, and mean it.
_BEARER = ("bearer", "bearertoken")
_TOKENS = ("access_token", "id_token", "refresh_token")

_IN_OTHER_WORDS = (
    ("he receiver", "he token server"),
    ("The target URL", "The token URL"),
    ("The TLS handshake", "The TLS handshake with the token server"),
)

_Members = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Token:
    """A token that a header may hold, and until when it may be kept, in milliseconds since 1970.

    None means for one attempt: how long it lives cannot be read, or is no longer than that.
    """

    text: str = field(repr=False)
    kept_until: int | None = None


class _OddAnswerError(ValueError):
    """An answer without a token that can be used; its message goes on with "… answered with status 200"."""


def read_answer(request: OutgoingRequest, result: AttemptResult) -> Token | Failure:
    """The token of an answer to this request; or the failure, whose detail says what was answered, with no secret."""
    try:
        members = _members(result.response)
    except _OddAnswerError as odd:
        members, problem = (), str(odd)
    else:
        problem = ""
    said = _said(request, members)
    if result.failure is not None:
        detail = _of_the_token_server(result.failure.detail)
        return Failure(FailureClass.OAUTH2, f"{detail.removesuffix('.')}: {said}." if said else detail)
    try:
        if problem or said:
            raise _OddAnswerError(problem or f", but with an error: {said}")
        _check_kind(request, members)
        return Token(_text(members), _kept_until(_member(members, "expires_in"), result.started_ms))
    except _OddAnswerError as odd:
        return Failure(FailureClass.OAUTH2, f"The token server answered with status {result.status_code}{odd}.")


def _of_the_token_server(detail: str) -> str:
    """The detail of an attempt, said of whom it was made at."""
    for of_the_receiver, of_the_server in _IN_OTHER_WORDS:
        detail = detail.replace(of_the_receiver, of_the_server)
    return detail


def _members(response: Response | None) -> _Members:
    """The members of the object that was answered, in their order; two may have one name."""
    if response is None or not response.body.strip():
        raise _OddAnswerError(", but with an empty body")
    if response.truncated:
        raise _OddAnswerError(
            f", but its body did not come whole, in time and within {DECIDING_ANSWER_BYTES // 1024} KB"
        )
    try:
        answer = json.loads(
            response.body.decode("utf-8-sig"),
            object_pairs_hook=tuple,
            parse_int=_whole,
            parse_constant=lambda _name: None,
        )
    except (ValueError, RecursionError):
        raise _OddAnswerError(", but its body is not JSON") from None
    if not isinstance(answer, tuple):
        raise _OddAnswerError(", but its body is JSON without an object")
    return answer


def _whole(digits: str) -> float:
    # Python refuses thousands of digits; as a lifetime they are for ever.
    return float(digits)


def _member(members: _Members, name: str) -> object:
    """The value of a name, None where there is none.

    Objects and lists are not compared: what Python can read may be too deep for that.
    """
    values = [value for key, value in members if key == name]
    if len(values) > 1 and any(isinstance(value, (tuple, list)) or value != values[0] for value in values):
        raise _OddAnswerError(f", but with several values of {name}")
    return values[0] if values else None


def _text(members: _Members) -> str:
    token = _member(members, "access_token")
    if token in (None, ""):
        raise _OddAnswerError(", but without an access_token")
    if not isinstance(token, str):
        raise _OddAnswerError(", but with an access_token that is no text")
    if not _TOKEN.fullmatch(token):
        raise _OddAnswerError(", but its access_token holds a space, a line break or another sign that no header may")
    if len(token) > _MOST_TOKEN_CHARACTERS:
        raise _OddAnswerError(f", but with an access_token of over {_MOST_TOKEN_CHARACTERS // 1024} KB")
    return token


def _check_kind(request: OutgoingRequest, members: _Members) -> None:
    """Raise `_OddAnswerError` where the token is not a bearer's; a server that does not say so means that."""
    kind = _member(members, "token_type")
    if kind not in (None, "") and (not isinstance(kind, str) or kind.strip().lower() not in _BEARER):
        shown = _shown(request, members, kind if isinstance(kind, str) else "no text")
        raise _OddAnswerError(f", but with a token_type that is not Bearer: {shown}")


def _kept_until(lifetime: object, asked_at_ms: int) -> int | None:
    """Until when a token may be kept that was asked for then, and is to live for so many seconds."""
    written = _NUMBER.fullmatch(lifetime) if isinstance(lifetime, str) else None
    seconds = float(written[1]) if written else lifetime
    if not isinstance(seconds, float):
        return None
    kept_ms = min(seconds * 1000, LONGEST_KEPT_MS) - _MARGIN_MS
    return asked_at_ms + math.floor(kept_ms) if kept_ms > 0 else None


def _said(request: OutgoingRequest, members: _Members) -> str:
    """The error that was answered (RFC 6749 section 5.2), shortened, and hidden where a secret can be read in it."""
    each = [value for name in ("error", "error_description") for key, value in members if key == name]
    texts = [text for text in each if isinstance(text, str) and text.strip()]
    return _shown(request, members, ": ".join(texts)).removesuffix(".") if texts else ""


def _shown(request: OutgoingRequest, members: _Members, text: str) -> str:
    tokens = [("a token", value) for key, value in members if key in _TOKENS and isinstance(value, str)]
    shown = replace(request, proofs=request.proofs.beside(tokens)).hiding(text)
    return shown if len(shown) <= _MOST_SAID else shown[: _MOST_SAID - 1] + "…"
