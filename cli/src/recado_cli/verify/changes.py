"""What commonly happens to a body between the socket and whoever verifies it, undone."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote_to_bytes

_BOM = b"\xef\xbb\xbf"
# Recado writes the members of an envelope, of Standard Webhooks and of CloudEvents in these orders.
_ORDER = (
    *("accountId", "events", "specversion", "id", "source", "type", "subject", "time", "datacontenttype"),
    *("eventId", "eventName", "timestamp", "eventInfo", "eventinfo", "data"),
)


def undone(body: bytes) -> Iterator[tuple[str, bytes]]:
    """What the body may have been, with what was done to it since; each a sentence's end after "the body"."""
    seen = {body}
    for what, candidates in _CHANGES:
        for candidate in _shallow(candidates(body)):
            if candidate not in seen:
                seen.add(candidate)
                yield what, candidate


def is_as_written(body: bytes) -> bool:
    """Whether this is compact JSON in UTF-8, as Recado writes it: then it has most likely not been touched."""
    return body in _shallow(_compact(body))


def _shallow(candidates: Iterable[bytes]) -> Iterator[bytes]:
    """Those up to where JSON is nested more deeply than Python writes it."""
    try:
        yield from candidates
    except RecursionError:
        return


def _without_line_end(body: bytes) -> Iterator[bytes]:
    for end in (b"\r\n", b"\n", b"\r"):
        if body.endswith(end):
            yield body.removesuffix(end)
    yield body.rstrip(b"\r\n")
    yield body.strip()


def _with_line_end(body: bytes) -> Iterator[bytes]:
    yield from (body + b"\n", body + b"\r\n")


def _other_line_ends(body: bytes) -> Iterator[bytes]:
    plain = body.replace(b"\r\n", b"\n")
    yield from (plain, plain.replace(b"\n", b"\r\n"), plain.rstrip(b"\n"), plain.replace(b"\r", b""))


def _without_mark(body: bytes) -> Iterator[bytes]:
    if body.startswith(_BOM):
        yield from (body.removeprefix(_BOM), body.removeprefix(_BOM).rstrip(b"\r\n"))


def _with_mark(body: bytes) -> Iterator[bytes]:
    yield _BOM + body


def _from_other_charset(body: bytes) -> Iterator[bytes]:
    """It was written in another charset than the one it came in."""
    for charset in ("utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"):
        text = _text(body, charset)
        if text is not None:
            yield from (text.encode(), text.removeprefix("\ufeff").rstrip("\r\n").encode())


def _read_twice(body: bytes) -> Iterator[bytes]:
    """UTF-8 was read as another charset, and written as UTF-8: Ã¼ for ü."""
    text = _text(body, "utf-8")
    for charset in ("cp1252", "latin-1"):
        try:
            once = text.encode(charset) if text is not None else None
        except UnicodeEncodeError:
            continue
        if once is not None:
            yield from (once, once.rstrip(b"\r\n"))


def _rewritten(body: bytes) -> Iterator[bytes]:
    yield from _compact(body)
    for document in _documents(body):
        for ordered in (document, _in_order(document)):
            yield from _written(ordered, (",", ":"))
            yield from _written(ordered, (", ", ": "))


def _quoted(body: bytes) -> Iterator[bytes]:
    """The body stands as a text inside JSON."""
    for document in _documents(body):
        if isinstance(document, str):
            yield document.encode()


def _in_base64(body: bytes) -> Iterator[bytes]:
    try:
        yield base64.b64decode(body.strip(), validate=True)
    except binascii.Error:
        return


def _percent_encoded(body: bytes) -> Iterator[bytes]:
    yield from (unquote_to_bytes(body), unquote_to_bytes(body.replace(b"+", b" ")))


def _compact(body: bytes) -> Iterator[bytes]:
    for document in _documents(body):
        yield from _written(document, (",", ":"))


def _documents(body: bytes) -> Iterator[object]:
    text = _text(body, "utf-8-sig")
    if text is not None:
        try:
            yield json.loads(text)
        except (ValueError, RecursionError):
            return


def _written(document: object, separators: tuple[str, str]) -> Iterator[bytes]:
    for ascii_only in (False, True):
        try:
            yield json.dumps(document, ensure_ascii=ascii_only, separators=separators).encode()
        except UnicodeEncodeError:
            continue  # half of a surrogate pair, which UTF-8 cannot write


def _in_order(document: object) -> object:
    """With its members in the order in which Recado writes them, where somebody has sorted them."""
    if isinstance(document, list):
        return [_in_order(item) for item in document]
    if not isinstance(document, dict):
        return document
    known = [name for name in _ORDER if name in document]
    if len(known) < len(document):
        return document  # the publisher's own data: their order is theirs
    return {name: document[name] if name in ("data", "eventInfo") else _in_order(document[name]) for name in known}


def _text(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except UnicodeDecodeError:
        return None


_CHANGES: tuple[tuple[str, Callable[[bytes], Iterator[bytes]]], ...] = (
    ("has a line end that was not sent: an editor, echo or a shell has added it", _without_line_end),
    ("has lost the line end that it was sent with", _with_line_end),
    ("has other line ends than were sent (CRLF and LF)", _other_line_ends),
    ("begins with a byte order mark that was not sent", _without_mark),
    ("has lost the byte order mark that it was sent with", _with_mark),
    ("was parsed as JSON and written again, which changes its bytes: verify it before anything parses it", _rewritten),
    ("is in another charset than UTF-8, in which it was sent", _from_other_charset),
    ("was read in another charset than UTF-8 and written again (Ã¼ for ü)", _read_twice),
    ("stands as a text inside JSON, with quotes and escapes", _quoted),
    ("is still in base64: API Gateway and Lambda hand it on so with isBase64Encoded", _in_base64),
    ("is percent-encoded, as a form's field", _percent_encoded),
)
