"""A target as it goes out: the bytes of the request line and of `Host` are those of the URL that is shown.

Whatever could not go out as it stands, or is no URL by RFC 3986, is refused; nothing is respelt.
"""

import re
from typing import NamedTuple
from urllib.parse import quote

# RFC 3986 sections 3.3 and 3.4: pchar, "/" and "?". What a "%" may be is looked at by itself.
_FOREIGN = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}")
# "%2e" is a dot to most readers (https://url.spec.whatwg.org), and RFC 3986 section 6.2.2.2 calls the two equal.
_DOT_SEGMENT = re.compile(r"/((?:\.|%2[Ee]){1,2})(?![^/])")
_ORIGIN = re.compile(r"[^/]*//[^/?#]*")


class Wire(NamedTuple):
    """The two parts of a URL in ASCII as they are sent: `Host`, and what the request line asks for."""

    authority: str
    request_target: str


def on_the_wire(url: str) -> Wire:
    """What is sent of this URL, byte for byte; where nothing follows the host it is "/", as HTTP asks for."""
    origin = _ORIGIN.match(url)
    end = origin.end() if origin else 0
    return Wire(url[:end].partition("//")[2], url[end:] or "/")


def problem_of_spelling(path_and_query: str) -> str | None:
    """Why what follows the host could not go out as it stands, with the character and what to write instead."""
    foreign = _FOREIGN.search(path_and_query)
    if foreign:
        return _problem_of(foreign[0])
    bare = _BARE_PERCENT.search(path_and_query)
    if bare:
        return f"must not hold {bare[0]}, a % without two hexadecimal digits behind it: write %25 instead of the %"
    path, asks, _query = path_and_query.partition("?")
    if asks and not path:
        return "must hold a path before its query: write /? instead of ?"
    dots = _DOT_SEGMENT.search(path)
    if dots:
        return f"must not hold the path segment {dots[1]}: write the path that it leads to"
    return None


def problem_of_origin(character: str) -> str:
    """Why this character cannot stand before the path, with what to write instead."""
    if not character.isprintable():
        return _unseen(character)
    instead = "write / instead" if character == "\\" else "leave it out"
    return f"must not hold {_shown(character)} before its path: {instead}"


def _problem_of(character: str) -> str:
    if not character.isprintable():
        return _unseen(character)
    return f"must not hold {_shown(character)} in its path or query: write {quote(character, safe='')} instead"


def _unseen(character: str) -> str:
    return f"must not hold the control or invisible character U+{ord(character):04X}: leave it out"


def _shown(character: str) -> str:
    return "a space" if character == " " else character
