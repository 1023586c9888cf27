"""Headers in the forms in which people have them."""

import json

import pytest

from recado_cli.verify.headers import HeadersError, read_headers

WANTED = {"webhook-id": ["e-1"], "webhook-timestamp": ["1764400000"], "webhook-signature": ["v1,abc= v1,def="]}
PAIRS = {name: values[0] for name, values in WANTED.items()}
FORMS = {
    "lines": "Webhook-Id: e-1\nWebhook-Timestamp: 1764400000\nWebhook-Signature: v1,abc= v1,def=\n",
    "a whole message": "POST /hook HTTP/1.1\r\nwebhook-id: e-1\r\nwebhook-timestamp:1764400000\r\n"
    "webhook-signature:  v1,abc= v1,def=\r\n\r\nnot-a-header: of the body",
    "curl -v": "*   Trying 127.0.0.1:80...\n> POST /hook HTTP/1.1\n> webhook-id: e-1\n> webhook-timestamp: 1764400000\n"
    "> webhook-signature: v1,abc= v1,def=\n>\n< HTTP/1.1 200 OK\n< webhook-id: of-the-answer\n",
    "a curl command": "curl 'http://localhost/hook' \\\n -H 'webhook-id: e-1' \\\n --header 'webhook-timestamp: "
    '1764400000\' -H"webhook-signature: v1,abc= v1,def=" --data-raw \'{"a": "b: c"}\'',
    "a JSON object": json.dumps(PAIRS),
    "a JSON object of lists": json.dumps(WANTED),
    "a HAR list": json.dumps([{"name": name.title(), "value": value} for name, value in PAIRS.items()]),
    "a list of pairs": json.dumps([[name, value] for name, value in PAIRS.items()]),
    "Node's rawHeaders": json.dumps([part for pair in PAIRS.items() for part in pair]),
    "an event with lists of values": json.dumps({"body": "…", "headers": None, "multiValueHeaders": WANTED}),
    "an API Gateway event": json.dumps({"version": "2.0", "body": "…", "headers": PAIRS}),
    "names of CGI and PHP": json.dumps(
        {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in PAIRS.items()}
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_headers(form: str) -> None:
    """Each form in which headers are handed on is read, by lower-case names."""
    assert read_headers(FORMS[form]) == WANTED


def test_a_header_twice_keeps_both_values() -> None:
    """What came twice is not decided here."""
    assert read_headers("webhook-id: a\nwebhook-id: b") == {"webhook-id": ["a", "b"]}


@pytest.mark.parametrize("text", ["", "hello", "{not json", '{"a": null}', "[]"])
def test_what_holds_no_headers_is_refused_with_what_is_accepted(text: str) -> None:
    """A text without headers is not taken for an empty list of them."""
    with pytest.raises(HeadersError, match=r"name: value|is none"):
        read_headers(text)
