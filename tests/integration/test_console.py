"""The console function: one page, under every path of the console."""

import pytest

from tests.support.functions import LambdaContext, load_function


@pytest.mark.parametrize("path", ["/console", "/console/", "/console/accounts/1010/webhooks"])
def test_every_path_answers_the_page(path: str) -> None:
    """Whatever address of the console is opened, the browser gets the page."""
    handler = load_function("console", {"POWERTOOLS_SERVICE_NAME": "recado"}).lambda_handler

    answer = handler({"version": "2.0", "rawPath": path}, LambdaContext())

    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert answer["body"].startswith("<!doctype html>")
    assert "Recado" in answer["body"]


def test_the_page_is_guarded_by_headers() -> None:
    """The page may not be framed, sniffed for another type, or load what its policy does not name."""
    answer = load_function("console", {}).lambda_handler({}, LambdaContext())

    headers = answer["headers"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
