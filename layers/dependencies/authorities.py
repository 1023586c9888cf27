"""Makes of certifi's authorities what is read faster, when the layer is built: `authorities.py <folder of certifi>`.

`authorities/` beside certifi's file holds each certificate under the hash of its subject, as `openssl rehash` names
them: OpenSSL reads there only what a chain ends at, instead of all before the first connection.
"""

import hashlib
import re
import ssl
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----\n.+?\n-----END CERTIFICATE-----\n", re.DOTALL)
_SEQUENCE, _SET, _UTF8, _VERSION = 0x30, 0x31, 0x0C, 0xA0
_LONG = 0x80  # from here on a length says how long the length is that follows
# The kinds of text that OpenSSL compares by what they say: their tags, and their encodings (T61 as Latin-1).
_TEXTS = {
    0x0C: "utf-8",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}

Value = tuple[int, bytes]
"""A DER value: its tag, and what it holds."""


def write(folder: Path) -> None:
    """Write the folder beside the file."""
    certificates = _PEM.findall((folder / "cacert.pem").read_text("ascii"))
    (folder / "authorities").mkdir(exist_ok=True)
    for name, pem in hashed(certificates).items():
        (folder / "authorities" / name).write_text(pem, "ascii")


def hashed(certificates: Iterable[str]) -> dict[str, str]:
    """Certificates in PEM by the names of their files."""
    names, seen = dict[str, str](), Counter[str]()
    for pem in certificates:
        name = hash_of(subject_of(ssl.PEM_cert_to_DER_cert(pem)))
        names[f"{name}.{seen[name]}"] = pem
        seen[name] += 1
    return names


def subject_of(certificate: bytes) -> bytes:
    """What the subject of a certificate in DER holds (RFC 5280, 4.1)."""
    [(_, whole)] = values(certificate)
    (_, signed), *_ = values(whole)
    fields = [content for tag, content in values(signed) if tag != _VERSION]
    _serial, _signature, _issuer, _validity, subject, *_ = fields
    return subject


def hash_of(subject: bytes) -> str:
    """The name of a subject's files: what `openssl x509 -subject_hash` says of it (X509_NAME_hash)."""
    canonical = b"".join(
        encoded(_SET, b"".join(encoded(_SEQUENCE, _canonical(each)) for _, each in values(part)))
        for _, part in values(subject)
    )
    digest = hashlib.sha1(canonical, usedforsecurity=False).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}"


def _canonical(attribute: bytes) -> bytes:
    """Kind and text, of which case and blanks do not count; those of ASCII alone."""
    (kind_tag, kind), (tag, content) = values(attribute)
    if tag in _TEXTS:
        text = re.sub("[\\t-\\r ]+", " ", content.decode(_TEXTS[tag])).strip(" ")
        tag, content = _UTF8, re.sub("[A-Z]+", lambda capitals: capitals[0].lower(), text).encode()
    return encoded(kind_tag, kind) + encoded(tag, content)


def values(der: bytes) -> Iterator[Value]:
    """The DER values that stand one behind the other."""
    while der:
        tag, size, start = der[0], der[1], 2
        if size >= _LONG:
            start += size - _LONG
            size = int.from_bytes(der[2:start])
        yield tag, der[start : start + size]
        der = der[start + size :]


def encoded(tag: int, content: bytes) -> bytes:
    """A value in DER."""
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, _LONG + len(length))) + length + content


if __name__ == "__main__":
    write(Path(sys.argv[1]))
