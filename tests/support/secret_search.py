"""Where a secret has got to: searches texts and stored items for it, in every spelling that it may have there."""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_SIGNING_PREFIX = "whsec_"
# A shorter piece of Base64 or hex may be there by chance.
_LEAST_CODED_CHARACTERS = 8


@dataclass(frozen=True)
class Secret:
    """A text that must be nowhere, and what it is, which may be told."""

    name: str
    text: str = field(repr=False)


def spellings(secret: str) -> set[str]:
    """The secret as it is, in JSON, and in JSON within JSON; in hex; in Base64 wherever it may begin there.

    Of a signing secret it is the key that counts, as it is written and as the bytes that it stands for.
    """
    text = secret.removeprefix(_SIGNING_PREFIX)
    found = {text}
    for ensure_ascii in (True, False):
        once = json.dumps(text, ensure_ascii=ensure_ascii)[1:-1]
        found |= {once, json.dumps(once, ensure_ascii=ensure_ascii)[1:-1]}
    coded = set(_coded(text.encode(errors="surrogatepass")))
    if text != secret:
        key = base64.b64decode(text)
        coded |= {key.decode("latin-1"), base64.urlsafe_b64encode(key).decode(), *_coded(key)}
    return found | {piece for piece in coded if len(piece) >= _LEAST_CODED_CHARACTERS}


def _coded(content: bytes) -> Iterator[str]:
    written = binascii.hexlify(content).decode()
    yield from (written, written.upper())
    for shift in range(3):
        # The first and the last four signs hold bits of what stands beside the secret.
        yield base64.b64encode(b"x" * shift + content).decode()[4:-4]


class SecretSearch:
    """Looks for secrets; what it finds it tells by the secret's name."""

    def __init__(self, secrets: list[Secret]) -> None:
        texts = {secret.text: secret for secret in secrets}
        # A text that holds a secret holds whatever that one holds, too.
        shortest = [one for one in texts.values() if not any(text != one.text and text in one.text for text in texts)]
        self._spelt = [(spelling, one.name) for one in shortest for spelling in spellings(one.text)]

    def names_in(self, content: object) -> set[str]:
        """The names of the secrets in a text, in bytes, or anywhere within lists and objects of them."""
        text = "\n".join(_texts(content))
        return {name for spelling, name in self._spelt if spelling in text}


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, bytes | bytearray):
        yield content.decode("latin-1")
        yield content.decode(errors="replace")
    elif isinstance(content, dict):
        for key, member in content.items():
            yield from _texts(key)
            yield from _texts(member)
    elif isinstance(content, list | tuple | set):
        for member in content:
            yield from _texts(member)
    else:
        yield str(content)


def texts_under(key: str, content: Any) -> Iterator[str]:
    """Every text that is a member of this name, however deep in JSON."""
    if isinstance(content, dict):
        for name, member in content.items():
            if name == key and isinstance(member, str):
                yield member
            yield from texts_under(key, member)
    elif isinstance(content, list):
        for member in content:
            yield from texts_under(key, member)
