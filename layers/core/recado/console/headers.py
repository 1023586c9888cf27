"""The headers that keep the console's pages to what they need."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit


def guarding(*token_urls: str, embedded_in: Sequence[str] = ()) -> dict[str, str]:
    """The headers of every answer; the page may speak with its own origin, and with those that give and take tokens.

    Pages of the origins `embedded_in` may embed it, if all that those are embedded in may, too; by default nobody.

    Everything is loaded from files of its own, so no inline script or style is allowed; the style sheet draws its
    symbols from `data:` URLs. The page's templates are the only code that may make HTML of text (Trusted Types), and
    they write static text only.
    """
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        " ".join(("connect-src 'self'", *_origins(token_urls))),
        "form-action 'none'",
        "base-uri 'none'",
        " ".join(("frame-ancestors", *(embedded_in or ("'none'",)))),
        "require-trusted-types-for 'script'",
        "trusted-types lit-html",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
    }


def _origins(urls: Iterable[str]) -> list[str]:
    parts = [urlsplit(url) for url in urls]
    return list(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts if part.netloc))
