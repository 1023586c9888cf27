"""What of a receiver's answer may be kept and shown: receivers tell what they were sent, and to whoever reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from recado.rules.sending.answers.proofs import HIDDEN, Proofs, sentence
from recado.rules.sending.attempt import Response
from recado.rules.sending.outgoing import OutgoingRequest

_LONGEST_SPELLING = 8 * 1024
_WIDEST_CHARACTER = 4
_REPLACED = "\ufffd".encode()
_UPPER_HALF = bytes(range(128, 256))
_EBCDIC = ("cp037", "cp500")  # letters and digits are alike in all of its pages, and in the upper half


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of an answer: headers by their names in lower case, and its body as text.

    A body in which a secret can be read, or that is no text, has a sentence in brackets in its place. `truncated` means
    that there was more of it.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    truncated: bool = False


def shown_answer(
    request: OutgoingRequest, response: Response, most_bytes: int, *, names: tuple[str, ...] | None = None
) -> Answer:
    """An answer to this request without anything secret, its text cut to so many bytes of UTF-8.

    `names` are the headers that count, in lower case; None is all of them. Those that came several times are one line.
    """
    counting = [header for header in response.headers if names is None or header[0].lower() in names]
    headers = _without_secrets(request.proofs, counting, known=names or ())
    if not response.body:
        return Answer(headers, truncated=response.truncated)
    from recado.rules.sending.answers.answer_text import text_of  # noqa: PLC0415 - most answers say nothing

    text, is_text = text_of(response, headers.get("content-type", ""))
    if not is_text:
        return Answer(headers, text)
    body = text.encode()
    # What lies far behind the cut costs time, and is shown to nobody; a secret that begins before it is still whole.
    looked_into = most_bytes + _LONGEST_SPELLING
    texts = [body[:looked_into], *_other_readings(response.body, body, looked_into)]
    read = request.proofs.read_in(*texts, cut_off=response.truncated or len(body) > looked_into)
    if read is not None:
        return Answer(headers, sentence(read))
    kept = body[:most_bytes].decode(errors="ignore")
    return Answer(headers, kept, truncated=response.truncated or len(kept) < len(text))


def _other_readings(raw: bytes, shown: bytes, most: int) -> Iterator[bytes]:
    """What came, where it is not what is shown: people read a text also with a sign missing, or restore its bytes."""
    if raw != shown:
        part = raw[: most * _WIDEST_CHARACTER]
        yield part
        if _REPLACED in shown:
            yield part.decode("latin-1").encode()
        if 2 * len(part.translate(None, _UPPER_HALF)) < len(part):
            yield from (part.decode(codec).encode() for codec in _EBCDIC)


def _without_secrets(proofs: Proofs, headers: Sequence[tuple[str, str]], *, known: Sequence[str]) -> dict[str, str]:
    """The headers by their names in lower case, those that came several times in one line (RFC 9110 section 5.3)."""
    # In a name the case of its letters may be what it says.
    names: dict[str, str] = {}
    lines: dict[str, str] = {}
    for name, value in sorted(headers, key=lambda header: header[0].lower()):
        key = name.lower()
        names[key] = f"{names[key]}, {name}" if key in names else name
        lines[key] = f"{lines[key]}, {value}" if key in lines else value
    texts = [*(name for key, name in names.items() if key not in known), *lines.values()]
    if proofs.read_in(*chain.from_iterable(map(_bytes_of, texts))) is None:
        return lines
    secret = {text for text in texts if proofs.read_in(*_bytes_of(text)) is not None}
    return {HIDDEN if names[key] in secret else key: HIDDEN if line in secret else line for key, line in lines.items()}


def _bytes_of(text: str) -> Iterator[bytes]:
    """A header as it is shown, and as it came: one byte for each character."""
    yield text.encode(errors="replace")
    if not text.isascii():
        yield text.encode("latin-1", "replace")
