"""A webhook's receiver that asks Recado itself what it has missed: by the webhook's own secret, without a token."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import httpx

from recado_client.connection import Patient
from recado_client.generated import AuthenticatedClient

_PATH = "/receive/"


class Receiver:
    """An API and a webhook's signing secret; `client` is what `list_arrived` and `resend` take.

    The calls are in `recado_client.generated.api.receivers`. They raise what those of `Recado` do; a request of either
    kind may go twice, since the same `webhook-id` changes nothing more. Raises `ValueError` for a secret that is none.
    """

    def __init__(self, api_url: str, secret: str) -> None:
        self.client = AuthenticatedClient(_Signing(api_url, _key(secret)))

    def __enter__(self) -> Self:
        """Keep connections open until the end of the block."""
        self.client.http.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.client.http.__exit__(kind, error, traceback)


class _Signing(Patient):
    """Signs each request, for its time, by Standard Webhooks 1.0.0."""

    def __init__(self, api_url: str, key: bytes) -> None:
        super().__init__(api_url)
        self._key = key

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own, handed on
        """The answer, of status 399 at most; raises `Problem` or `httpx.HTTPError`."""
        request.headers["webhook-id"] = f"msg_{uuid.uuid4().hex}"
        return self.patiently(request, may_go_twice=True, **options)

    def prove(self, request: httpx.Request) -> None:
        """Sign the request's first line without the version, and behind a line feed the body of a POST."""
        timestamp = str(int(time.time()))
        content = f"{request.headers['webhook-id']}.{timestamp}.{_first_line(request)}".encode()
        if request.method == "POST":
            content += b"\n" + request.content
        digest = base64.b64encode(hmac.digest(self._key, content, hashlib.sha256)).decode()
        request.headers.update({"webhook-timestamp": timestamp, "webhook-signature": f"v1,{digest}"})


def _first_line(request: httpx.Request) -> str:
    """Method, path from `/receive/` on with its ids as plain text, and the query with nothing escaped in it."""
    path, _, query = request.url.raw_path.decode().partition("?")
    plain = unquote(path[path.rindex(_PATH) :])
    return f"{request.method} {plain}{'?' if query else ''}{unquote(query)}"


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.strip().removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ValueError("the secret must be whsec_ and base64")
    return key
