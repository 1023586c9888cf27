"""PEM as tools write it (RFC 7468, and RFC 1421 before it): the blocks of a text, whatever stands around them."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9#. ]{1,40})-----")
# What editors and shells leave in a text: marks of byte order, spaces without width, and the zeros of UTF-16 that was
# read as UTF-8 (PowerShell writes it); line breaks as JSON writes them, and solidi as PHP does there.
_WITHOUT_WIDTH = re.compile("[\0\ufeff\u200b\u2060]")
_WRITTEN_BREAK = re.compile(r"\\r\\n|\\n|\\r")
_BINARY = re.compile("[\x01-\x08\x0e-\x1f\x7f\ufffd]")
_HEADER = re.compile(r"[A-Za-z0-9-]+:")
_SEQUENCE = 0x30
_LONG_FORM = 0x80
_PKCS12_VERSION = b"\x02\x01\x03"


class MalformedPemError(ValueError):
    """A text that is no PEM; the message says what it is."""


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between BEGIN and END: its name, its bytes, and whether they are encrypted in the old way."""

    label: str
    der: bytes = field(repr=False)
    encrypted: bool = False


def blocks(text: str) -> list[Block]:
    """The blocks of a text in their order; none of a text without any sign. Raises `MalformedPemError`."""
    text = _WRITTEN_BREAK.sub("\n", _WITHOUT_WIDTH.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    found = list(_blocks(text.replace("\\/", "/")))
    # What stands around blocks may be in any charset: names of keys in what `openssl pkcs12` writes often are.
    if not found and _BINARY.search(text):
        raise MalformedPemError(
            "this is a binary file (DER or PKCS#12): `openssl x509 -inform DER` or `openssl pkcs12 -nodes` makes it PEM"
        )
    if not found and text.strip():
        raise MalformedPemError(_without_blocks("".join(text.split())))
    return found


def first_value(der: bytes) -> bytes:
    """The first ASN.1 value of these bytes: OpenSSL's TRUSTED CERTIFICATE has settings behind the certificate."""
    if len(der) < 2 or der[1] < _LONG_FORM:  # noqa: PLR2004 - a tag and a length
        return der
    size = der[1] - _LONG_FORM
    return der[: 2 + size + int.from_bytes(der[2 : 2 + size])]


def _blocks(text: str) -> Iterator[Block]:
    position = 0
    while begin := _BEGIN.search(text, position):
        label, end = begin[1], f"-----END {begin[1]}-----"
        ends_at = text.find(end, begin.end())
        following = _BEGIN.search(text, begin.end())
        if ends_at < 0 or (following and following.start() < ends_at):
            raise MalformedPemError(f"its block {label} has no line END: it was cut off")
        yield _block(label, text[begin.end() : ends_at])
        position = ends_at + len(end)


def _block(label: str, body: str) -> Block:
    if "ENCRYPTED" in body and "Proc-Type" in body:
        return Block(label, b"", encrypted=True)
    lines = [line for line in body.split("\n") if not _HEADER.match(line.strip())]
    try:
        return Block(label, base64.b64decode("".join("".join(lines).split()), validate=True))
    except (binascii.Error, ValueError):
        raise MalformedPemError(f"its block {label} is damaged: between BEGIN and END is no base64") from None


def _without_blocks(signs: str) -> str:
    """What a text without blocks seems to be."""
    try:
        der = base64.b64decode(signs, validate=True)
    except (binascii.Error, ValueError):
        return "there is no line that begins with -----BEGIN"
    if der[:1] != bytes([_SEQUENCE]):
        return "there is no line that begins with -----BEGIN"
    if _PKCS12_VERSION in der[2:8]:
        return "this is a PKCS#12 file: `openssl pkcs12 -nodes` makes it PEM"
    return "the lines -----BEGIN and -----END are missing around it"
