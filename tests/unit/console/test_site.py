"""The console's files as answers to a browser."""

import gzip
import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from recado.console.settings import ConsoleSettings, PortalSettings
from recado.console.site import Site, accepts_gzip

SETTINGS = ConsoleSettings(
    client_id="client-1",
    cli_client_id="client-2",
    issuer="https://login.example.com",
    authorization_url="https://login.example.com/authorize",
    token_url="https://tokens.example.com/oauth2/token",
    logout_url="https://login.example.com/logout",
    revocation_url="https://login.example.com/oauth2/revoke",
    scopes=("openid", "recado/webhooks.read"),
    groups_claim="cognito:groups",
    portal=PortalSettings(
        name="Acme",
        logo="data:image/png;base64,iVBORw0KGgo=",
        colour="#0a7d4f",
        refresh_url="https://app.example.com/webhooks",
        origins=("https://app.example.com", "https://staging.example.com:8443"),
    ),
)
NO_PORTAL = PortalSettings("", "", "", "", ())
PAGE = "<!doctype html><title>Recado</title>" + " " * 600
REFERENCE = "<!doctype html><title>API reference</title>" + " " * 600
SCRIPT = "export const x = 1;\n" * 100
GZIP = "br;q=1.0, gzip;q=0.8, *;q=0.1"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A console that was built, beside a file that is none of its own."""
    bundle = tmp_path / "static"
    (bundle / "assets").mkdir(parents=True)
    (bundle / "index.html").write_text(PAGE)
    (bundle / "reference.html").write_text(REFERENCE)
    (bundle / "assets" / "console-AB12.js").write_text(SCRIPT)
    (bundle / "assets" / "mark-AB12.svg").write_text("<svg/>")
    (bundle / "assets" / "notes.bak").write_text("not of the bundle")
    (tmp_path / "app.py").write_text("secret = 1")
    yield Site(bundle, SETTINGS)


@pytest.mark.parametrize(
    "path", ["/console", "/console/", "/console/accounts/1010/webhooks", "/console/..%2fapp.py", "/console/assets"]
)
def test_every_other_path_answers_the_page(site: Site, path: str) -> None:
    """Whatever address of the console is opened, the browser gets the page, and asks for it again the next time."""
    answer = site.answer(path)

    assert (answer.status, answer.body.decode()) == (HTTPStatus.OK, PAGE)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_api_reference_is_a_page_of_its_own(site: Site) -> None:
    """It speaks with its own origin alone, as nobody signs in on it; whatever else is guarded is so there, too."""
    page, console = site.answer("/docs", GZIP), site.answer("/console", GZIP)

    assert (page.status, gzip.decompress(page.body).decode()) == (HTTPStatus.OK, REFERENCE)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self';" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none';" in page.headers["Content-Security-Policy"]
    assert {name for name in page.headers if page.headers[name] != console.headers[name]} == {"Content-Security-Policy"}


def test_an_asset_is_kept_for_ever(site: Site) -> None:
    """A script comes with its type, and need not be asked for again: its name changes with its content."""
    answer = site.answer("/console/assets/console-AB12.js")

    assert (answer.status, answer.body.decode()) == (HTTPStatus.OK, SCRIPT)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_root_leads_to_the_console(site: Site) -> None:
    """Who opens the address alone is sent to the console, each time anew."""
    answer = site.answer("/")

    assert (answer.status, answer.headers["Location"]) == (HTTPStatus.FOUND, "/console")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_icon_is_there_for_pages_that_name_none(site: Site, tmp_path: Path) -> None:
    """What browsers ask for by themselves is the console's mark; where nothing was built it is missing."""
    answer = site.answer("/favicon.ico")

    assert (answer.status, answer.body) == (HTTPStatus.OK, b"<svg/>")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert Site(tmp_path / "nothing", SETTINGS).answer("/favicon.ico").status is HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "name",
    ["gone-CD34.js", "../index.html", "../../app.py", "..%2F..%2Fapp.py", "/etc/passwd", "", ".", "notes.bak", "a\0b"],
)
def test_what_is_no_asset_is_not_found(site: Site, name: str) -> None:
    """A name that is not of the bundle leads to no file, wherever it points."""
    answer = site.answer(f"/console/assets/{name}")

    assert (answer.status, answer.body) == (HTTPStatus.NOT_FOUND, b"There is no such file.")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_configuration_is_what_signing_in_needs(site: Site) -> None:
    """The browser is told where to sign in, and nothing more."""
    answer = site.answer("/console/config.json")

    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.body) == {
        "clientId": "client-1",
        "cliClientId": "client-2",
        "issuer": "https://login.example.com",
        "authorizationUrl": "https://login.example.com/authorize",
        "tokenUrl": "https://tokens.example.com/oauth2/token",
        "logoutUrl": "https://login.example.com/logout",
        "revocationUrl": "https://login.example.com/oauth2/revoke",
        "scopes": ["openid", "recado/webhooks.read"],
        "groupsClaim": "cognito:groups",
        "portal": {
            "name": "Acme",
            "logo": "data:image/png;base64,iVBORw0KGgo=",
            "colour": "#0a7d4f",
            "refreshUrl": "https://app.example.com/webhooks",
            "origins": ["https://app.example.com", "https://staging.example.com:8443"],
        },
    }


def test_a_browser_that_takes_gzip_gets_it(site: Site) -> None:
    """A file that is worth it comes compressed; a small one and another client's come as they are."""
    compressed = site.answer("/console/assets/console-AB12.js", GZIP)
    plain = site.answer("/console/assets/console-AB12.js", "br")
    small = site.answer("/console/assets/mark-AB12.svg", GZIP)

    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.body).decode() == SCRIPT
    assert {"Content-Encoding"}.isdisjoint(plain.headers) and plain.body.decode() == SCRIPT
    assert {"Content-Encoding"}.isdisjoint(small.headers) and small.body == b"<svg/>"
    assert {answer.headers["Vary"] for answer in (compressed, plain, small)} == {"Accept-Encoding"}


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip, deflate, br, zstd", True),
        ("GZIP", True),
        ("*", True),
        ("deflate, gzip;q=0.5", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("br", False),
    ],
)
def test_accept_encoding_is_read_as_it_is_meant(header: str, accepted: bool) -> None:
    """Gzip is sent to whoever says to take it, and to nobody else."""
    assert accepts_gzip(header) is accepted


def test_a_deployment_without_the_bundle_says_so(tmp_path: Path) -> None:
    """Whoever deployed without building the console reads what to do, instead of an empty page."""
    site = Site(tmp_path / "static", SETTINGS)

    answer = site.answer("/console")

    assert site.answer("/docs") == answer
    assert answer.status is HTTPStatus.SERVICE_UNAVAILABLE
    assert b"npm run build" in answer.body
    assert answer.headers["Cache-Control"] == "no-store"
    assert site.answer("/console/assets/console-AB12.js").status is HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "path",
    ["/console", "/console/config.json", "/console/assets/mark-AB12.svg", "/console/assets/x", "/", "/favicon.ico"],
)
def test_every_answer_is_guarded(site: Site, path: str) -> None:
    """Nothing may be framed, sniffed, or loaded from elsewhere; only where tokens are from may be spoken to besides."""
    headers = site.answer(path).headers
    directives = dict(directive.split(" ", 1) for directive in headers["Content-Security-Policy"].split("; "))

    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self' https://tokens.example.com https://login.example.com",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "lit-html",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/console/portal", "/console/portal/", "/console/portal/accounts/1010/webhooks"])
def test_the_portal_may_be_embedded_in_the_platforms_pages(site: Site, path: str) -> None:
    """And speaks with its own origin alone; whatever else is guarded is so there, too."""
    page, console = site.answer(path), site.answer("/console")

    policy = page.headers["Content-Security-Policy"]
    assert (page.status, page.body.decode()) == (HTTPStatus.OK, PAGE)
    assert "frame-ancestors https://app.example.com https://staging.example.com:8443;" in policy
    assert "connect-src 'self';" in policy
    assert {name for name in page.headers if page.headers[name] != console.headers[name]} == {"Content-Security-Policy"}


@pytest.mark.parametrize("path", ["/console/portals", "/console/accounts/portal", "/console/assets/mark-AB12.svg"])
def test_nothing_else_may(site: Site, path: str) -> None:
    """Whatever its address looks like."""
    assert "frame-ancestors 'none'" in site.answer(path).headers["Content-Security-Policy"]


def test_without_origins_nobody_embeds_the_portal(tmp_path: Path) -> None:
    """As it is deployed."""
    (tmp_path / "index.html").write_text(PAGE)
    settings = ConsoleSettings("", "", "", "", "", "", "", (), "cognito:groups", NO_PORTAL)

    policy = Site(tmp_path, settings).answer("/console/portal").headers["Content-Security-Policy"]

    assert "frame-ancestors 'none';" in policy


def test_without_a_token_endpoint_only_the_own_origin_is_spoken_to(tmp_path: Path) -> None:
    """A console that nobody can sign in to speaks with nobody else."""
    settings = ConsoleSettings("", "", "", "", "", "", "", (), "cognito:groups", NO_PORTAL)

    policy = Site(tmp_path, settings).answer("/console").headers["Content-Security-Policy"]

    assert "connect-src 'self';" in policy
