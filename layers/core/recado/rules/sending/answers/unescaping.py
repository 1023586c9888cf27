"""One layer of escapes taken off a text: what JSON and its like, URLs and HTML write in place of a character."""

import codecs
import re
from collections.abc import Callable

_MOST_ROUNDS = 8
MOST_ESCAPES = 8_000
"""So many escapes are undone in one search, in all its layers: more than any 16 KB that are written once hold."""

# Each begins with what it escapes with, which is found fast.
_BACKSLASHES, _ONE_OF_TWO = rb"\\", b"\x01"
_CONTROLS = ((rb"\n", b"\n"), (rb"\r", b"\r"), (rb"\t", b"\t"), (rb"\/", b"/"), (rb"\"", b'"'), (rb"\'", b"'"))
_UTF16 = re.compile(rb"\\u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*")
_UTF16_OF_URLS = re.compile(rb"%u[0-9a-fA-F]{4}(?:%u[0-9a-fA-F]{4})*")
_POINT = re.compile(rb"\\(?:u\{0*([0-9a-fA-F]{1,6})\}|U00([0-9a-fA-F]{6}))")
_BYTES = re.compile(rb"\\x[0-9a-fA-F]{2}(?:\\x[0-9a-fA-F]{2})*")
_OCTAL = re.compile(rb"\\[0-3][0-7]{2}(?:\\[0-3][0-7]{2})*")
_BYTES_OF_URLS = re.compile(rb"%[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*")
_ENTITY = re.compile(rb"&(?:#0*[0-9]{1,7}|#[xX]0*[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_ZEROS = re.compile(rb"(?<=#)0+(?=[0-9])|(?<=#[xX])0+(?=[0-9a-fA-F])")
_NUMBERS = re.compile(rb"\d{1,3}(?:[,\s+]+-?\d{1,3}){3,}")
_INTEGER = re.compile(rb"-?\d+")
_LARGEST_POINT = 0x10FFFF
_ALONE = "recado.half_alone"


class TooManyEscapesError(ValueError):
    """The text holds more escapes, or more layers of them, than are undone."""


class Unescaping:
    """Takes escapes off the texts of one search; bounded in all of them together, since each costs time."""

    def __init__(self) -> None:
        self._left = MOST_ESCAPES

    def layers(self, text: bytes) -> list[bytes]:
        """The text as it is, and after each layer of escapes that it has, down to none; `TooManyEscapesError`."""
        found = [text]
        for _ in range(_MOST_ROUNDS):
            inner = self._once(found[-1])
            if inner == found[-1]:
                return found
            found.append(inner)
        raise TooManyEscapesError

    def apart(self, text: bytes, depth: int = 3) -> set[bytes]:
        """The text after each order of so many layers, one kind of escape at a time.

        For secrets that look like escapes themselves: taken off all together, one kind would undo what the other wrote.
        """
        inner = {undone(text) for undone in (self._of_json, self._of_urls, self._of_html)} - {text}
        return inner.union(*(self.apart(each, depth - 1) for each in inner)) if depth else set()

    def numbers(self, text: bytes) -> bytes:
        """The bytes that are listed as numbers in the text, as `[112, -61, 115, 115]`; nothing where there are none."""
        # With what stands before the first: its sign.
        lists = [text[max(0, each.start() - 1) : each.end()] for each in _NUMBERS.finditer(text)]
        values = [int(number) for each in lists for number in _INTEGER.findall(each)]
        return bytes(value % 256 for value in values if -128 <= value < 256)  # noqa: PLR2004 - what a byte is

    def _once(self, text: bytes) -> bytes:
        return self._of_html(self._of_urls(self._of_json(text)))

    def _of_json(self, text: bytes) -> bytes:
        if b"\\" not in text:
            return text
        # An escaped backslash begins no escape; it is one from the next layer on.
        text = text.replace(_BACKSLASHES, _ONE_OF_TWO)
        for escaped, plain in _CONTROLS:
            text = text.replace(escaped, plain)
        text = self._undone(_POINT, _of_point, text)
        text = self._undone(_UTF16, _of_utf16, text)
        text = self._undone(_OCTAL, _of_octal, text)
        return self._undone(_BYTES, _of_bytes, text).replace(_ONE_OF_TWO, b"\\")

    def _of_urls(self, text: bytes) -> bytes:
        if b"%" not in text:
            return text
        text = self._undone(_UTF16_OF_URLS, _of_utf16, text)
        return self._undone(_BYTES_OF_URLS, _of_bytes, text)

    def _of_html(self, text: bytes) -> bytes:
        return self._undone(_ENTITY, _of_entity, text) if b"&" in text else text

    def _undone(self, pattern: re.Pattern[bytes], plain: Callable[[re.Match[bytes]], bytes], text: bytes) -> bytes:
        text, undone = pattern.subn(plain, text, count=self._left + 1)
        self._left -= undone
        if self._left < 0:
            raise TooManyEscapesError
        return text


def _of_utf16(match: re.Match[bytes]) -> bytes:
    # As a whole, so that halves of a character find each other; one alone stays for the other to come.
    units = bytes.fromhex(match[0].translate(None, rb"\%u").decode())
    return units.decode("utf-16-be", "surrogatepass").encode(errors=_ALONE)


def _half_alone(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    half = ord(error.object[error.start])
    return b"\\u%04x" % half, error.start + 1


codecs.register_error(_ALONE, _half_alone)


def _of_point(match: re.Match[bytes]) -> bytes:
    point = int(match[1] or match[2], 16)
    return chr(point).encode(errors="replace") if point <= _LARGEST_POINT else match[0]


def _of_bytes(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match[0].translate(None, rb"\%x").decode())


def _of_octal(match: re.Match[bytes]) -> bytes:
    return bytes(int(digits, 8) for digits in match[0].split(b"\\")[1:])


def _of_entity(match: re.Match[bytes]) -> bytes:
    import html  # noqa: PLC0415 - a table of 2,000 names, seldom needed

    # Python reads no number of more than 4,300 digits, zeros in front of it included.
    return html.unescape(_ZEROS.sub(b"", match[0]).decode()).encode(errors="replace")
