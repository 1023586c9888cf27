"""The headers of a POST, from whatever somebody has them in."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping

ACCEPTED = (
    "lines `name: value`, a whole HTTP message, the output of curl -v or a curl command with -H, or JSON: an object, "
    "a list of names and values, or an event of API Gateway or a Lambda function URL"
)

Headers = dict[str, list[str]]
"""The values by lower-case name."""

_CURL_MARK = re.compile(r"^[<>*] ?")
_REQUEST_LINE = re.compile(r"^[A-Z]+ \S+ HTTP/\d(\.\d)?$")
# The names of CGI, WSGI and PHP: HTTP_WEBHOOK_ID.
_OF_ENVIRONMENT = re.compile(r"^HTTP_[A-Z0-9_]+$")


class HeadersError(ValueError):
    """The text holds no headers in a form that is known."""


def read_headers(text: str) -> Headers:
    """The headers that a text holds; raises `HeadersError`."""
    text = text.removeprefix("\ufeff").strip("\r\n")
    found: Headers = {}
    for name, value in _pairs(text):
        found.setdefault(_name(name), []).append(value.strip())
    if not found:
        raise HeadersError(f"no header was found; accepted are {ACCEPTED}")
    return found


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    if text.lstrip()[:1] in ("{", "["):
        return list(_of_json(text))
    if re.match(r"\s*(\$ *)?curl\b", text):
        return list(_of_command(text))
    return list(_of_lines(text))


def _name(name: str) -> str:
    name = name.strip()
    if _OF_ENVIRONMENT.fullmatch(name):
        name = name.removeprefix("HTTP_").replace("_", "-")
    return name.lower()


def _of_json(text: str) -> Iterator[tuple[str, str]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise HeadersError(f"it begins like JSON, but is none: {error}") from None
    if isinstance(document, dict):
        document = document.get("headers") or document.get("multiValueHeaders") or document
    if isinstance(document, dict):
        for name, value in document.items():
            yield from _values(name, value)
    elif isinstance(document, list) and all(isinstance(item, str) for item in document):
        # Names and values in turn, as Node's `rawHeaders`.
        yield from zip(document[::2], document[1::2], strict=False)
    elif isinstance(document, list):
        for item in document:
            yield from _of_item(item)


def _of_item(item: object) -> Iterator[tuple[str, str]]:
    """One of a list: `["name", "value"]`, or `{"name": …, "value": …}` as HAR files and debuggers have it."""
    if isinstance(item, list) and len(item) == 2:  # noqa: PLR2004 - a pair
        yield from _values(item[0], item[1])
    elif isinstance(item, Mapping):
        yield from _values(item.get("name", item.get("key")), item.get("value"))


def _values(name: object, value: object) -> Iterator[tuple[str, str]]:
    values = value if isinstance(value, list) else [value]
    for one in values:
        if isinstance(name, str) and isinstance(one, str | int) and not isinstance(one, bool):
            yield name, str(one)


def _of_command(text: str) -> Iterator[tuple[str, str]]:
    try:
        words = shlex.split(text.replace("\\\r\n", " ").replace("\\\n", " "))
    except ValueError as error:
        raise HeadersError(f"the curl command cannot be read: {error}") from None
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word in ("-H", "--header"):
            yield from _of_line(following)
        elif word.startswith("--header="):
            yield from _of_line(word.removeprefix("--header="))
        elif word.startswith("-H") and ":" in word:
            yield from _of_line(word.removeprefix("-H"))


def _of_lines(text: str) -> Iterator[tuple[str, str]]:
    is_curl = any(line.startswith("> ") for line in text.splitlines())
    for line in text.splitlines():
        if is_curl and not line.startswith(">"):
            continue  # what curl says itself, and what was answered
        bare = _CURL_MARK.sub("", line) if is_curl else line
        if not bare.strip():
            return  # the body of a whole message begins
        if not _REQUEST_LINE.fullmatch(bare.strip()):
            yield from _of_line(bare)


def _of_line(line: str) -> Iterator[tuple[str, str]]:
    name, colon, value = line.partition(":")
    if colon and name.strip() and " " not in name.strip():
        yield name, value
