"""The receiver on this machine: one POST at a time, and what became of it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

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
        # Read once: the authorities of a system are many.
        self._trust = httpx.create_ssl_context(verify=not target.is_local, trust_env=False)

    def post(self, request: LocalRequest) -> Answer:
        """Send, and say what came of it; never raises for what the receiver does."""
        try:
            return asyncio.run(self._posted(request))
        except TimeoutError:
            return Answer(failure=f"no answer from {self._target.place} within {self._seconds:g} s")
        except httpx.ConnectError as error:
            return Answer(failure=self._unreached(error))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return Answer(failure=f"{self._target.place} gave no valid answer: {error or type(error).__name__}")

    async def _posted(self, request: LocalRequest) -> Answer:
        """The answer of the first address that has one; the time is that of all of them."""
        deadline = asyncio.get_running_loop().time() + self._seconds
        for address in list(self._addresses):
            try:
                answer = await self._post_to(address, request, deadline)
            except httpx.ConnectError as error:
                refusal = error
                continue
            self._addresses.remove(address)
            self._addresses.insert(0, address)
            return answer
        raise refusal

    async def _post_to(self, address: str, request: LocalRequest, deadline: float) -> Answer:
        url = self._target.url
        began = time.monotonic()
        headers = {**request.headers, "Host": self._target.place, "Accept": "*/*"}
        extensions = {"sni_hostname": url.host} if url.scheme == "https" else {}
        outgoing = httpx.Request(
            "POST", url.copy_with(host=address), content=request.body, headers=headers, extensions=extensions
        )
        # A transport alone knows neither proxies nor cookies nor redirects, and is closed after each POST: a server
        # under development is started anew between two events, and knows no connection of before.
        async with httpx.AsyncHTTPTransport(verify=self._trust, trust_env=False) as transport:
            async with asyncio.timeout_at(deadline):
                response = await transport.handle_async_request(outgoing)
            try:
                body = await _beginning(response, deadline)
            finally:
                await response.aclose()
        return Answer(
            status=response.status_code,
            latency_ms=round((time.monotonic() - began) * 1000),
            body=_text(body, response),
            location=response.headers.get("location", ""),
        )

    def _unreached(self, error: httpx.ConnectError) -> str:
        tried = " and ".join(self._target.addresses)
        if self._target.url.scheme == "https" and "ssl" in str(error).lower():
            return f"{self._target.place} does not speak TLS as https asks for: {error}"
        return f"nothing listens on {self._target.place} ({tried})" if self._target.is_local else f"{tried}: {error}"


async def _beginning(response: httpx.Response, deadline: float) -> bytes:
    """The first bytes of an answer, which may have no end; what is late is cut, as Recado does."""
    body = bytearray()
    with suppress(TimeoutError):
        async with asyncio.timeout_at(deadline):
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) >= _MOST_BYTES:
                    break
    return bytes(body[:_MOST_BYTES])


def _text(body: bytes, response: httpx.Response) -> str:
    """As its charset says, and as UTF-8 where that is none that is known: `utf8mb4`."""
    try:
        return body.decode(response.charset_encoding or "utf-8", "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")
