"""One origin for API, console and sign-in: a thin reverse proxy before the emulator.

The emulator serves an API below a path of its own, and takes over paths such as `/health` and
`/logout` when the API is addressed by host.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import click
import httpx
from hypercorn.asyncio import serve
from hypercorn.config import Config
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import request_response

from local.deploying.gaps import API_ID
from local.settings import HOST

# An API answers within 30 s; the front waits a little longer, so that the API's own answer wins.
_SECONDS = 35.0
_SIGN_IN_PATHS = ("/oauth2/", "/.well-known/")
_SIGN_IN_PAGES = {"/login", "/logout"}
# These belong to one connection (RFC 9110, 7.6.1).
_REVOCATION = "/oauth2/revoke"
_HOP_BY_HOP = {
    b"connection",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}


def target_path(path: str) -> str:
    """Where a path of the one origin lies in the emulator."""
    if path in _SIGN_IN_PAGES or path.startswith(_SIGN_IN_PATHS):
        return path
    return f"/_aws/execute-api/{API_ID}/$default{path}"


def application(aws_endpoint_url: str) -> Starlette:
    """The proxy as an ASGI application."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        async with httpx.AsyncClient(trust_env=False, timeout=_SECONDS, limits=limits) as http:
            app.state.http = http
            yield

    async def forward(request: Request) -> Response:
        http: httpx.AsyncClient = request.app.state.http
        body = await request.body()
        revokes = request.method == "POST" and request.url.path == _REVOCATION
        onward = _revocation(body, aws_endpoint_url) if revokes else _onward(request, body, aws_endpoint_url)
        try:
            answer = await http.send(onward, stream=True)
        except httpx.HTTPError as error:
            return JSONResponse({"message": f"the emulator does not answer: {error!r}"}, status_code=502)
        response = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
        response.raw_headers = _end_to_end(answer.headers.raw)
        return response

    app = Starlette(lifespan=lifespan)
    # No route: its pattern would leave out paths that hold a line break.
    app.router.default = request_response(forward)
    return app


def _onward(request: Request, body: bytes, aws_endpoint_url: str) -> httpx.Request:
    raw_path: bytes = target_path(request.scope["raw_path"].decode("ascii")).encode("ascii")
    if query := request.scope["query_string"]:
        raw_path += b"?" + query
    url = httpx.URL(aws_endpoint_url).copy_with(raw_path=raw_path)
    # Made by hand: a client would add header fields of its own to what the caller sent.
    return httpx.Request(request.method, url, headers=_end_to_end(request.headers.raw), content=body)


def _revocation(body: bytes, aws_endpoint_url: str) -> httpx.Request:
    """A gap: the emulator revokes tokens by the API of Cognito alone, not at the address for browsers (RFC 7009)."""
    form = parse_qs(body.decode("latin-1"))
    asked = {"Token": form.get("token", [""])[0], "ClientId": form.get("client_id", [""])[0]}
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AWSCognitoIdentityProviderService.RevokeToken",
    }
    return httpx.Request("POST", aws_endpoint_url, headers=headers, json=asked)


def _end_to_end(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower(), value) for name, value in headers if name.lower() not in _HOP_BY_HOP]


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--aws-endpoint-url", required=True)
def main(port: int, aws_endpoint_url: str) -> None:
    """Serve the one origin until told to end."""
    config = Config()
    config.bind = [f"{HOST}:{port}"]
    config.graceful_timeout = 1.0
    # The emulator sends both already.
    config.include_date_header = config.include_server_header = False
    asyncio.run(serve(application(aws_endpoint_url), config))  # type: ignore[arg-type]  # hypercorn types ASGI its own way


if __name__ == "__main__":
    main()
