"""The files of the console's bundle, its configuration and the API reference, as HTTP answers."""

import gzip
import json
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

from recado.console.headers import guarding
from recado.console.settings import ConsoleSettings

ROOT = "/console"
_CONFIG = f"{ROOT}/config.json"
_ASSETS = f"{ROOT}/assets/"
_PORTAL = f"{ROOT}/portal"
# The API reference, which asks nobody to sign in.
_REFERENCE = "/docs"
# What browsers ask for by themselves where a page names no icon, such as the sign-in page of a stack on one machine.
_ICON = "/favicon.ico"
_TEXT = "text/plain; charset=utf-8"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": _TEXT,
}
# A name of an asset holds a hash of its content, so the content under a name never changes.
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_A_DAY = "public, max-age=86400"
# Below this, the headers outweigh what compression saves.
_LEAST_COMPRESSED_BYTES = 512
_NOT_BUILT = (
    "The console is not part of this deployment: its bundle was not built. "
    "Run `make console` (npm ci and npm run build in console/), then deploy again."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a GET request."""

    status: HTTPStatus
    headers: dict[str, str]
    body: bytes


class Site:
    """The console as built into `bundle`: `index.html`, `reference.html` and `assets/`, for one deployment."""

    def __init__(self, bundle: Path, settings: ConsoleSettings) -> None:
        self._bundle = bundle
        self._settings = settings
        self._guarding = guarding(settings.token_url, settings.revocation_url)
        self._guarding_reference = guarding()
        self._guarding_portal = guarding(embedded_in=settings.portal.origins)
        self._compressed: dict[str, bytes] = {}

    def answer(self, path: str, accept_encoding: str = "") -> Answer:
        """Answer a path under /console: the configuration, an asset, or for every other path the page.

        The root leads there; /docs is the API reference. A path never becomes part of a file's name: assets are found
        by their names in the bundle as it is.
        """
        if path == "/":
            return Answer(HTTPStatus.FOUND, {**self._guarding, "Location": ROOT, "Cache-Control": _ASK_AGAIN}, b"")
        if path == _CONFIG:
            return self._found(path, self._config, "application/json", _ASK_AGAIN, accept_encoding)
        if path == _ICON:
            return self._asset(path, self._mark, _A_DAY, accept_encoding)
        if path.startswith(_ASSETS):
            return self._asset(path, self._assets.get(path.removeprefix(_ASSETS)), _FOR_EVER, accept_encoding)
        if path == _REFERENCE:
            return self._shown(path, self._reference, self._guarding_reference, accept_encoding)
        # Only the page is framed; what it loads goes by its own rules.
        guarding_page = self._guarding_portal if _is_portal(path) else self._guarding
        return self._shown(ROOT, self._page, guarding_page, accept_encoding)

    def _shown(self, key: str, page: bytes | None, guarding_page: dict[str, str], accept_encoding: str) -> Answer:
        if page is None:
            return self._told(HTTPStatus.SERVICE_UNAVAILABLE, _NOT_BUILT)
        answer = self._found(key, page, "text/html; charset=utf-8", _ASK_AGAIN, accept_encoding)
        return replace(answer, headers={**answer.headers, **guarding_page})

    def _asset(self, path: str, asset: Path | None, caching: str, accept_encoding: str) -> Answer:
        if asset is None:
            return self._told(HTTPStatus.NOT_FOUND, "There is no such file.")
        return self._found(path, asset.read_bytes(), _TYPES[asset.suffix], caching, accept_encoding)

    @property
    def _mark(self) -> Path | None:
        return next((asset for name, asset in self._assets.items() if name.startswith("mark-")), None)

    @cached_property
    def _assets(self) -> dict[str, Path]:
        return {file.name: file for file in self._bundle.glob("assets/*") if file.suffix in _TYPES}

    @cached_property
    def _page(self) -> bytes | None:
        return self._built("index.html")

    @cached_property
    def _reference(self) -> bytes | None:
        return self._built("reference.html")

    def _built(self, name: str) -> bytes | None:
        page = self._bundle / name
        return page.read_bytes() if page.is_file() else None

    @cached_property
    def _config(self) -> bytes:
        """What the browser, and the command line, need for signing in; nothing in it is secret."""
        settings = self._settings
        config = {
            "clientId": settings.client_id,
            "cliClientId": settings.cli_client_id,
            "issuer": settings.issuer,
            "authorizationUrl": settings.authorization_url,
            "tokenUrl": settings.token_url,
            "logoutUrl": settings.logout_url,
            "revocationUrl": settings.revocation_url,
            "scopes": list(settings.scopes),
            "groupsClaim": settings.groups_claim,
            "portal": {
                "name": settings.portal.name,
                "logo": settings.portal.logo,
                "colour": settings.portal.colour,
                "refreshUrl": settings.portal.refresh_url,
                "origins": list(settings.portal.origins),
            },
        }
        return json.dumps(config).encode()

    def _found(self, key: str, content: bytes, content_type: str, caching: str, accept_encoding: str) -> Answer:
        headers = {**self._guarding, "Content-Type": content_type, "Cache-Control": caching, "Vary": "Accept-Encoding"}
        if len(content) < _LEAST_COMPRESSED_BYTES or not accepts_gzip(accept_encoding):
            return Answer(HTTPStatus.OK, headers, content)
        if key not in self._compressed:
            self._compressed[key] = gzip.compress(content, mtime=0)
        return Answer(HTTPStatus.OK, {**headers, "Content-Encoding": "gzip"}, self._compressed[key])

    def _told(self, status: HTTPStatus, text: str) -> Answer:
        headers = {**self._guarding, "Content-Type": _TEXT, "Cache-Control": "no-store"}
        return Answer(status, headers, text.encode())


def _is_portal(path: str) -> bool:
    return path == _PORTAL or path.startswith(f"{_PORTAL}/")


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a client that sends this `Accept-Encoding` (RFC 9110, 12.5.3) takes gzip."""
    for coding in accept_encoding.lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
