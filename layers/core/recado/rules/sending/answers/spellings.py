"""Whether a secret can be read in a text, however it is spelled there: escaped, encoded, in another charset.

Spellings are without number, so it is the text that is brought back to what it says, layer by layer, and then searched.
What is found, what is not, and why it is done so: docs/adr/0030-nothing-secret-comes-back.md.
"""

import binascii
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from recado.rules.sending.answers.unescaping import TooManyEscapesError, Unescaping

SHORTEST_SECRET = 4
"""What is shorter, in characters, is in many a text by chance: nobody can tell whether it is meant."""

UNSEARCHABLE = "so many escapes that nobody can tell what it says"
"""What is found in a text that cannot be searched."""

_DEPTH = 2
_AT_THE_END = 12  # of a text that was cut off, so much may be left of an escape

# Neither case nor what a text is wrapped, quoted or escaped with, and no zero bytes, which wide characters have.
_UNMEANT = bytes([*range(33), 127]) + rb"\+'" + b'"'
# Nor signs that are not seen: the blank that does not break, the hyphen that only may, what has no width.
_UNSEEN = tuple(sign.encode() for sign in "\u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LOWER = bytes(range(256)).lower()

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_WRAPPING = b" \t\r\n\\'" + b'"'
# The alphabet of URLs is the same; what is in neither is as good as any sign.
_AS_BASE64 = bytes.maketrans(b"-_", b"+/").translate(bytes(byte if byte in _BASE64 else 65 for byte in range(256)))
_HEX = b"0123456789abcdefABCDEF"
_AS_HEX = bytes(byte if byte in _HEX else 48 for byte in range(256))
_SEPARATORS = b" \t\r\n\\:,-;+._/|#$"
_HEX_OR_NOT = bytes(104 if byte in _HEX else 46 for byte in range(256))
_LEAST_HEX = b"h" * 2 * SHORTEST_SECRET

_OF_MAIL = re.compile(rb"=(?:[0-9A-Fa-f]{2}|\r?\n)")
# Charsets that write other letters in signs of ASCII, and what they begin these with.
_SHIFTING = ((b"+", "utf-7"), (b"\x1b$", "iso2022-jp"), (b"~{", "hz"))

_ESCAPING = (b"\\", b"%", b"&")

# What is encoded once more is text, and an escape longer than what it stands for.
_LEAST_TEXT = b"t" * (SHORTEST_SECRET + 1)
_ASCII = bytes([0, 9, 10, 13, *range(32, 127)])
_PLAIN_TEXT = bytes(116 if byte in _ASCII else 46 for byte in range(256))
_ANY_TEXT = bytes(116 if byte in _ASCII or byte in range(128, 245) else 46 for byte in range(256))

_CHARSETS = (
    *("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "latin-1", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254"),
    *("iso8859-2", "iso8859-5", "iso8859-7", "iso8859-15", "koi8-r", "cp437", "cp850", "mac-roman"),
    *("cp932", "euc-jp", "gb18030", "big5", "cp949"),
)


@dataclass(frozen=True, slots=True)
class Needle:
    """One text or key that is looked for; `what` it is may be told."""

    what: str
    sought: bytes = field(repr=False)
    is_folded: bool = True
    is_ascii: bool = True
    looks_escaped: bool = False


def needles(what: str, secret: str | bytes) -> Iterator[Needle]:
    """What a text is searched for to find this secret; nothing where it is too short."""
    if len(secret) < SHORTEST_SECRET:
        return
    spelled = {secret} if isinstance(secret, bytes) else set(_in_charsets(secret))
    # What looks like an escape in the secret itself is undone in the text, too.
    forms = spelled | {layer for one in spelled for layer in _layers(one)}
    looks_escaped = len(forms) > len(spelled)
    for form in forms:
        folded, is_ascii = _folded(form), isinstance(secret, bytes) or form.isascii()
        looks_escaped |= len(folded) < SHORTEST_SECRET and any(sign in form for sign in _ESCAPING)
        if len(folded) >= SHORTEST_SECRET:
            yield Needle(what, folded, True, is_ascii, looks_escaped)
        elif len(form) >= SHORTEST_SECRET:
            # Of signs that mean little elsewhere, such as "++++++", nothing is left: they are looked for as they are.
            for sought in {form, form.replace(b" ", b"+")}:
                yield Needle(what, sought.translate(_LOWER), False, is_ascii, looks_escaped)


def found_in(looked_for: Iterable[Needle], texts: Iterable[bytes], *, cut_off: bool = False) -> str | None:
    """What can be read in one of the texts, None where it is nothing of it.

    Where the text is `cut_off`, the beginning of a secret at its end counts, from four characters on.
    """
    search = _Search(tuple(looked_for), cut_off=cut_off)
    try:
        return next((found for text in texts if (found := search.of(text, _DEPTH)) is not None), None)
    except TooManyEscapesError:
        return UNSEARCHABLE


class _Search:
    """One search, through the layers of a text and of what is encoded in it."""

    def __init__(self, looked_for: tuple[Needle, ...], *, cut_off: bool) -> None:
        self._needles = looked_for
        self._cut_off = cut_off
        self._unescaping = Unescaping()
        self._apart = any(needle.looks_escaped for needle in looked_for)
        self._all_folded = all(needle.is_folded for needle in looked_for)
        self._kinds = _PLAIN_TEXT if all(needle.is_ascii for needle in looked_for) else _ANY_TEXT

    def of(self, text: bytes, depth: int) -> str | None:
        """What is found in a text, and in what is encoded in it, so many times over."""
        layers = self._unescaping.layers(text)
        for layer in chain(layers, self._unescaping.apart(text) if self._apart else ()):
            found = self._in(layer)
            if found is not None:
                return found
        if depth == 0 or len(layers[-1]) < len(_LEAST_TEXT):
            return None
        for decoded in self._decoded_of(layers, outermost=depth == _DEPTH):
            found = self._in(decoded) or self.of(self._texts_of(decoded), depth - 1)
            if found is not None:
                return found
        return None

    def _decoded_of(self, layers: Sequence[bytes], *, outermost: bool) -> Iterator[bytes]:
        yield from self._decoded(layers[-1])
        if outermost:
            for layer in {layers[0], layers[-1]}:
                yield from _from_mail(layer)
            if len(layers) > 1:
                # In `\\x70617373` only the first two digits are an escape.
                yield from _from_hex(layers[0])

    def _decoded(self, text: bytes) -> Iterator[bytes]:
        yield from _from_base64(text)
        yield from _from_hex(text)
        yield self._unescaping.numbers(text)

    def _texts_of(self, decoded: bytes) -> bytes:
        """What of it can be text: beside what was encoded is what never meant anything."""
        kinds = decoded.translate(self._kinds)
        texts, start = [], kinds.find(_LEAST_TEXT)
        while start >= 0:
            end = kinds.find(b".", start)
            texts.append(decoded[start : end if end >= 0 else None])
            start = kinds.find(_LEAST_TEXT, end) if end >= 0 else -1
        return b"\x7f".join(texts)

    def _in(self, text: bytes) -> str | None:
        folded = _folded(text)
        lower = folded if self._all_folded else text.translate(_LOWER)
        for needle in self._needles:
            place = folded if needle.is_folded else lower
            if needle.sought in place or (self._cut_off and _begins_at_the_end(needle.sought, place)):
                return needle.what
        return None


def _from_base64(text: bytes) -> Iterator[bytes]:
    """What each run of Base64 in the text stands for, wherever it begins: so all of the text, from four places on.

    Beside it is what the rest of the text would stand for, which is nothing.
    """
    signs = text.translate(_AS_BASE64, _WRAPPING)
    for start in range(4):
        part = signs[start:]
        yield binascii.a2b_base64(part + b"A" * (-len(part) % 4))


def _from_hex(text: bytes) -> Iterator[bytes]:
    """The same of hexadecimal digits, with or without separators; nothing where there are too few in a row."""
    digits = text.replace(b"0x", b"").translate(None, _SEPARATORS)
    if _LEAST_HEX in digits.translate(_HEX_OR_NOT):
        digits = digits.translate(_AS_HEX)
        for start in range(2):
            yield binascii.unhexlify(digits[start : len(digits) - (len(digits) - start) % 2])


def _from_mail(text: bytes) -> Iterator[bytes]:
    """What stands in the text in quoted-printable, where headers have `_` for a blank, or in a shifting charset."""
    if _OF_MAIL.search(text):
        yield binascii.a2b_qp(text)
        if b"_" in text:
            yield binascii.a2b_qp(text, header=True)
    for sign, charset in _SHIFTING:
        if sign in text:
            yield text.decode(charset, "ignore").encode(errors="ignore")


def _begins_at_the_end(needle: bytes, text: bytes) -> bool:
    tail = text[-(len(needle) + _AT_THE_END) :]
    start = tail.find(needle[:SHORTEST_SECRET])
    while start >= 0:
        if needle.startswith(tail[start : max(start + SHORTEST_SECRET, len(tail) - _AT_THE_END)]):
            return True
        start = tail.find(needle[:SHORTEST_SECRET], start + 1)
    return False


def _folded(text: bytes) -> bytes:
    if not text.isascii():
        for sign in _UNSEEN:
            text = text.replace(sign, b"")
    return text.translate(_LOWER, _UNMEANT)


def _layers(text: bytes) -> list[bytes]:
    if not any(sign in text for sign in _ESCAPING):
        return [text]
    try:
        return Unescaping().layers(text)
    except TooManyEscapesError:
        return [text]


def _in_charsets(secret: str) -> Iterator[bytes]:
    yield secret.encode()
    if secret.isascii() and len(_folded(secret.encode())) >= SHORTEST_SECRET:
        return
    for text in {secret, unicodedata.normalize("NFC", secret), unicodedata.normalize("NFD", secret)}:
        yield text.encode()
        # UTF-8 that was taken for another charset, and written as UTF-8 again; which happens twice, too.
        for charset in ("latin-1", "cp1252"):
            once = text.encode().decode(charset, "ignore").encode()
            yield from (once, once.decode(charset, "ignore").encode())
        for charset in _CHARSETS:
            try:
                yield text.encode(charset)
            except UnicodeEncodeError:
                continue
