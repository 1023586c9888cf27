"""The receiver on this machine: one POST at a time, and what became of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Self

import httpx

from recado_cli.listen.requests import LocalRequest
from recado_cli.listen.targets import Target

_MOST_BYTES = 4096
_SUCCESS = range(200, 300)


@dataclass(frozen=True)
class Answer:
    """What the receiver answered, or why it did not (`failure`)."""

    status: int = 0
    latency_ms: int = 0
    body: str = ""
    location: str = ""
    failure: str = ""

    @property
    def is_success(self) -> bool:
        """Whether Recado would count it as delivered."""
        return self.status in _SUCCESS


class Receiver:
    """Posts to a target, without proxies and without following redirects, as Recado does.

    `localhost` is tried in both address families, one that has answered first. A certificate of this machine's own is
    not checked: nothing leaves it.
    """

    def __init__(self, target: Target, timeout_seconds: float) -> None:
        self._target = target
        self._addresses = list(target.addresses)
        self._seconds = timeout_seconds
        self._client = httpx.Client(
            trust_env=False,
            follow_redirects=False,
            timeout=timeout_seconds,
            verify=not target.is_local,
            # A server under development is started anew between two events, and knows no connection of before.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._client.close()

    def post(self, request: LocalRequest) -> Answer:
        """Send, and say what came of it; never raises for what the receiver does."""
        for address in list(self._addresses):
            try:
                answer = self._post_to(address, request)
            except httpx.ConnectError as error:
                refusal = error
                continue
            except httpx.TimeoutException:
                return Answer(failure=f"no answer from {self._target.place} within {self._seconds:g} s")
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                return Answer(failure=f"{self._target.place} gave no valid answer: {error or type(error).__name__}")
            self._addresses.remove(address)
            self._addresses.insert(0, address)
            return answer
        return Answer(failure=self._unreached(refusal))

    def _post_to(self, address: str, request: LocalRequest) -> Answer:
        url = self._target.url
        headers = {**request.headers, "Host": self._target.place}
        extensions = {"sni_hostname": url.host} if url.scheme == "https" else {}
        began = time.monotonic()
        with self._client.stream(
            "POST", url.copy_with(host=address), content=request.body, headers=headers, extensions=extensions
        ) as response:
            body = self._beginning(response, began + self._seconds)
        return Answer(
            status=response.status_code,
            latency_ms=round((time.monotonic() - began) * 1000),
            body=body.decode(response.charset_encoding or "utf-8", "replace"),
            location=response.headers.get("location", ""),
        )

    def _beginning(self, response: httpx.Response, deadline: float) -> bytes:
        """The first bytes of an answer, which may have no end."""
        body = b""
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) >= _MOST_BYTES or time.monotonic() > deadline:
                break
        return body[:_MOST_BYTES]

    def _unreached(self, error: httpx.ConnectError) -> str:
        tried = " and ".join(self._target.addresses)
        if self._target.url.scheme == "https" and "ssl" in str(error).lower():
            return f"{self._target.place} does not speak TLS as https asks for: {error}"
        return f"nothing listens on {self._target.place} ({tried})" if self._target.is_local else f"{tried}: {error}"
