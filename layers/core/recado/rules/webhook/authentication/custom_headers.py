"""The headers that an admin may add to a webhook's POSTs."""

import re
from collections.abc import Mapping

MAX_HEADERS = 10
MAX_NAME_LENGTH = 100
_MAX_VALUE_LENGTH = 1024
_MAX_BYTES = 8 * 1024

# RFC 9110 section 5.6.2 (token), and visible ASCII with inner spaces as a value.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[!-~](?:[ !-~]*[!-~])?")
_NO_LETTER_OR_DIGIT = re.compile(r"[^0-9a-z]")

# What we, HTTP, proxies, AWS or a server's idea of who asks for what use.
_RESERVED = {
    "accept-encoding",
    "age",
    "alt-svc",
    "authorization",
    "cf-connecting-ip",
    "connection",
    "cookie",
    "cookie2",
    "date",
    "early-data",
    "expect",
    "fastly-client-ip",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "origin",
    "priority",
    "range",
    "referer",
    "server",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "true-client-ip",
    "upgrade",
    "user-agent",
    "via",
    "warning",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-host",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-real-ip",
    "x-rewrite-url",
}
_RESERVED_PREFIXES = (
    "access-control-",
    "content-",
    "if-",
    "proxy-",
    "recado-",
    "sec-",
    "svix-",
    "webhook-",
    "x-amz",
    "x-envoy-",
    "x-forwarded",
    "x-original-",
)


def problems_of_headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The fields that are wrong, as the API names them, and what is accepted of each; none where all is well."""
    if len(headers) > MAX_HEADERS:
        return [("headers", f"must be at most {MAX_HEADERS}")]
    problems = [
        (f"headers.{name[:MAX_NAME_LENGTH]}", problem)
        for name, value in headers.items()
        if (problem := problem_of_name(name) or _problem_of_value(value)) is not None
    ]
    if len({_as_variable(name) for name in headers}) < len(headers):
        twice = "must not name a header twice (neither case nor signs but letters and digits matter)"
        problems.append(("headers", twice))
    if sum(len(f"{name}: {value}\r\n") for name, value in headers.items()) > _MAX_BYTES:
        problems.append(("headers", f"must be at most {_MAX_BYTES} bytes in all"))
    return problems


def is_value(value: str, most: int) -> bool:
    """Whether a header may have this value, of so many characters at most."""
    return len(value) <= most and _VALUE.fullmatch(value) is not None


def same_header(one: str, other: str) -> bool:
    """Whether two names are one to a receiver: neither case nor signs but letters and digits matter."""
    return _as_variable(one) == _as_variable(other)


def problem_of_name(name: str) -> str | None:
    """What is accepted as the name of a header of one's own, where this is none; None where all is well."""
    if len(name) > MAX_NAME_LENGTH or not _NAME.fullmatch(name):
        return f"must be an HTTP header name of at most {MAX_NAME_LENGTH} letters, digits or '-'"
    variable = _as_variable(name)
    if variable in _RESERVED or variable.startswith(_RESERVED_PREFIXES):
        return "is reserved: use a name of your own, such as X-Source"
    return None


def _problem_of_value(value: str) -> str | None:
    if not is_value(value, _MAX_VALUE_LENGTH):
        return f"must have a value of 1 to {_MAX_VALUE_LENGTH} visible ASCII characters"
    return None


def _as_variable(name: str) -> str:
    """The name as servers see it that hand headers on as variables: without case, and all other signs alike.

    So `Content_Type` is `Content-Type` to many a receiver (RFC 3875 section 4.1.18).
    """
    return _NO_LETTER_OR_DIGIT.sub("-", name.lower())
