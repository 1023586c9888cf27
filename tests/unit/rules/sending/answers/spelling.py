"""Writes a secret in a random spelling, and reads it back: each writer has a reader that is not ours."""

import base64
import binascii
import html
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.entities import html5
from urllib.parse import unquote_to_bytes

from hypothesis import strategies as st

Chance = random.Random
Write = Callable[[bytes, Chance], bytes]
Read = Callable[[bytes], bytes]

_NAMES: dict[str, list[str]] = {}
for _name, _sign in html5.items():
    if _name.endswith(";"):
        _NAMES.setdefault(_sign, []).append(_name)
_SHORT = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!*'()/:@?,;=$")
_CHARSETS = ("utf-8", "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1", "cp1251", "cp932", "gb18030")


def _json(text: bytes, chance: Chance) -> bytes:
    """As JSON allows: any subset of the characters, in digits of either case."""
    share = chance.choice((0.0, 0.1, 0.5, 1.0))
    written = []
    for sign in text.decode():
        if sign in '"\\' or sign < " " or chance.random() < share:
            units = sign.encode("utf-16-be")
            codes = [units[at : at + 2].hex() for at in range(0, len(units), 2)]
            long = "".join("\\u" + chance.choice((code, code.upper())) for code in codes)
            written.append(chance.choice((long, _SHORT.get(sign, long))))
        else:
            written.append("\\/" if sign == "/" and chance.random() < 0.5 else sign)
    return "".join(written).encode()


def _octal(text: bytes, chance: Chance) -> bytes:
    """As C and PostgreSQL write bytes: those that are not printable, and any others."""
    share = chance.choice((0.0, 0.5, 1.0))
    plain = frozenset(range(32, 127)) - {ord("\\")}
    return b"".join(bytes([byte]) if byte in plain and chance.random() >= share else b"\\%03o" % byte for byte in text)


def _percent(text: bytes, chance: Chance) -> bytes:
    share = chance.choice((0.0, 0.1, 0.5, 1.0))
    spaces = chance.choice((b"+", b"%20"))
    return b"".join(
        spaces
        if byte == 32
        else bytes([byte])
        if byte in _UNRESERVED and chance.random() >= share
        else chance.choice((b"%%%02x", b"%%%02X")) % byte
        for byte in text
    )


def _html(text: bytes, chance: Chance) -> bytes:
    share = chance.choice((0.0, 0.1, 0.5, 1.0))
    written = []
    for sign in text.decode():
        if sign in "&<>\"'" or ord(sign) > 127 or chance.random() < share:
            zeros = "0" * chance.choice((0, 0, 1, 5))
            numbers = [f"&#{zeros}{ord(sign)};", f"&#x{zeros}{ord(sign):x};", f"&#X{zeros}{ord(sign):X};"]
            # HTML has other meanings for the numbers of control characters.
            named = [f"&{name}" for name in _NAMES.get(sign, [])]
            written.append(
                chance.choice(named if named and (chance.random() < 0.5 or ord(sign) in range(160)) else numbers)
            )
        else:
            written.append(sign)
    return "".join(written).encode()


def _base64(text: bytes, chance: Chance) -> bytes:
    """In either alphabet, with and without padding, on several lines."""
    written = chance.choice((base64.b64encode, base64.urlsafe_b64encode))(text)
    if chance.random() < 0.5:
        written = written.rstrip(b"=")
    if chance.random() < 0.3:
        width, end = chance.choice((8, 64, 76)), chance.choice((b"\n", b"\r\n"))
        written = end.join(written[at : at + width] for at in range(0, len(written), width))
    return written


def _hex(text: bytes, chance: Chance) -> bytes:
    written = (
        binascii.hexlify(text, chance.choice((":", "-", " "))) if chance.random() < 0.3 else binascii.hexlify(text)
    )
    return bytes(chance.choice((sign, sign ^ 32)) if sign > 96 else sign for sign in written)


def _numbers(text: bytes, chance: Chance) -> bytes:
    return json.dumps(list(text), separators=chance.choice(((",", ":"), (", ", ": ")))).encode()


def _read_base64(written: bytes) -> bytes:
    signs = re.sub(rb"\s", b"", written).translate(bytes.maketrans(b"-_", b"+/"))
    return base64.b64decode(signs + b"=" * (-len(signs) % 4))


def _read_octal(written: bytes) -> bytes:
    return re.sub(rb"\\([0-3][0-7]{2})", lambda match: bytes([int(match[1], 8)]), written)


def _read_html(written: bytes) -> bytes:
    return html.unescape(written.decode()).encode()


WRITERS: dict[str, tuple[Write, Read]] = {
    "plain": (lambda text, _: text, lambda written: written),
    "JSON": (_json, lambda written: str(json.loads(b'"%b"' % written)).encode()),
    "octal": (_octal, _read_octal),
    "percent": (_percent, lambda written: unquote_to_bytes(written.replace(b"+", b" "))),
    "HTML": (_html, _read_html),
    "Base64": (_base64, _read_base64),
    "hex": (_hex, lambda written: bytes.fromhex(re.sub(r"[^0-9a-fA-F]", "", written.decode()))),
    "numbers": (_numbers, lambda written: bytes(json.loads(written))),
}


@dataclass(frozen=True)
class Spelled:
    """A secret as it was written, and how, from the inside to the outside."""

    secret: str
    written: bytes
    ways: tuple[str, ...]
    charset: str

    def read_back(self) -> str:
        """What somebody can make of it who knows how it was written."""
        content = self.written
        for way in reversed(self.ways):
            content = WRITERS[way][1](content)
        return content.decode(self.charset, "ignore")


def spelled(secret: str, chance: Chance, ways: tuple[str, ...]) -> Spelled:
    """The secret written in these ways, one after the other; within Base64 or digits it may be in another charset."""
    charset, written = "utf-8", secret.encode()
    if ways[0] in {"Base64", "hex", "numbers"}:
        fits = [one for one in _CHARSETS if secret.encode(one, "ignore").decode(one) == secret]
        charset = chance.choice(fits)
        written = secret.encode(charset)
    for way in ways:
        if way == "Base64" and charset == "utf-8" and (ways[0] not in {"Base64", "numbers"} or ways == ("Base64",)):
            # Somewhere inside something longer.
            written = b"z" * chance.randrange(9) + written + b"~" * chance.randrange(9)
        written = WRITERS[way][0](written, chance)
    return Spelled(secret, written, ways, charset)


SIGNS = st.one_of(
    st.sampled_from("/\\\"'&<>%+ ?~=#;:,äßéñЖ日本👋0aZ_-"),
    st.characters(min_codepoint=33, max_codepoint=126),
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")),
)
PASSWORDS = st.text(SIGNS, min_size=4, max_size=24)
WAYS = st.lists(st.sampled_from(sorted(WRITERS)), min_size=1, max_size=2).map(tuple)
# Not Hypothesis's own, of which each draw is kept: there are hundreds of them in one example.
CHANCES = st.integers(0, 2**32).map(random.Random)
