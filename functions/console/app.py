"""Serves the console's page."""

from typing import Any

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Recado</title>
<h1>Recado</h1>
<p>This stack sends webhooks: it takes events from EventBridge and POSTs them to the addresses that each account has
registered. Webhooks are managed over the HTTP API, described in <a href="/openapi.json">/openapi.json</a>.</p>
</html>
"""

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def lambda_handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer every path under /console with the page."""
    return {"statusCode": 200, "headers": _HEADERS, "body": _PAGE}
