"""What proves to a receiver who sends, and whether it can be read in what the receiver answers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recado.rules.sending.answers.spellings import Needle


HIDDEN = "[hidden]"
"""What stands for a value that nobody is to see."""

_SHORTEST_TEXT = 4
_SHORTEST_VALUE = 8
_SHORTEST_PIECE = 16
_PIECES = re.compile(r"[\s,;=\"]+")
# What is asked for with these, answers name as well, and none of it proves anything.
_NO_SECRETS = {"accept", "accept-charset", "accept-language", "cache-control", "pragma"}
# What every server says anyway.
_TELLS_NOTHING = {
    f"{media_type}{charset}".encode()
    for media_type in ("application/json", "application/problem+json", "text/plain", "text/html", "text/xml")
    for charset in ("", "; charset=utf-8", ";charset=utf-8", "; charset=UTF-8", ";charset=UTF-8")
}


class Proofs:
    """The secrets of one request, each with what it is; that may be told, and the secret nowhere."""

    def __init__(self, secrets: Iterable[tuple[str, str | bytes]] = ()) -> None:
        self._secrets = tuple(secrets)
        self._needles: tuple[Needle, ...] | None = None

    def __repr__(self) -> str:
        return f"Proofs({HIDDEN})"

    def beside(self, secrets: Iterable[tuple[str, str | bytes]]) -> "Proofs":
        """These secrets and others."""
        return Proofs([*self._secrets, *secrets])

    def read_in(self, *texts: bytes, cut_off: bool = False) -> str | None:
        """Which of the secrets can be read in one of the texts, in whichever spelling; None where it is none.

        A text that is `cut_off` may end with the beginning of one.
        """
        telling = [text for text in texts if len(text) >= _SHORTEST_TEXT and text not in _TELLS_NOTHING]
        if not telling or not self._secrets:
            return None
        from recado.rules.sending.answers.spellings import found_in, needles  # noqa: PLC0415 - most answers say nothing

        if self._needles is None:
            unique = {needle.sought: needle for what, secret in self._secrets for needle in needles(what, secret)}
            self._needles = tuple(unique.values())
        return found_in(self._needles, telling, cut_off=cut_off)


NO_PROOFS = Proofs()


def sentence(what: str) -> str:
    """What stands for an answer in which this can be read."""
    return f"{HIDDEN} The answer holds {what}, so none of it is shown."


def of_custom_headers(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What of the headers that an admin has added may be a secret: values of some length, and long pieces of them.

    Short ones are words such as `prod` or a number, which stand in many an answer.
    """
    for name, value in headers.items():
        if name.lower() in _NO_SECRETS:
            continue
        what = f"the value of the header {name}"
        _, _, after_scheme = value.partition(" ")
        for whole in (value, after_scheme):
            if len(whole) >= _SHORTEST_VALUE:
                yield what, whole
        yield from ((what, piece) for piece in _PIECES.split(value) if len(piece) >= _SHORTEST_PIECE)
