"""What each sender exports becomes webhooks as the API takes them, and what cannot be taken over is named."""

import json
from collections.abc import Callable

import pytest

from recado_cli.exits import Exit
from tests.unit.cli.conftest import Run
from tests.unit.cli.importing.conftest import EXPORTS, Stack

Export = Callable[..., str]
RAW = {"format": "RAW", "transform": "data"}


def test_svix_endpoints_come_with_secret_headers_pace_and_body(run: Run, stack: Stack, export: Export) -> None:
    """The body is what was published, as Svix sends it; they are off until the other sender is."""
    ran = run("import", export("svix.ndjson"), "--from", "svix")
    assert ran.code == Exit.DONE, ran.err
    first, second = stack.bodies
    endpoint = json.loads((EXPORTS / "svix.ndjson").read_text().splitlines()[0])
    assert first == {
        **RAW,
        "name": "CRM",
        "description": "imported from svix: ep_2tmcT9yLQvFzB8m1WkD3cX6rJhA",
        "targetUrl": "https://crm.example.com/hooks/orders?token=q7Yk2",
        "eventNames": ["order.created", "order.paid"],
        "authentication": {"type": "SIGNATURE", "secret": endpoint["secret"]["key"]},
        "headers": {"x-tenant": "acme"},
        "delivery": {"maxPostsPerMinute": 1200},
        "active": False,
    }
    assert (second["name"], second["eventNames"], second["active"]) == ("warehouse", ["*"], False)
    assert "Receivers with Svix's library need no change" in ran.err


def test_what_svix_has_and_recado_has_not_is_named_and_nothing_is_registered(
    run: Run, stack: Stack, export: Export
) -> None:
    """Channels, plain http, private keys, secrets and headers that are not in the file: a line each."""
    ran = run("import", export("svix_list.json"), "--from", "svix")
    assert (ran.code, stack.bodies) == (Exit.FAILED, [])
    for words in (
        "ep_2tmcT9yLQvFzB8m1WkD3cX6rJhA: refused: only events of the channels project_123 were sent (--without",
        "ep_2tmcV1pXwNf6oCg2dEiTzQ9uKsB: refused: its URL does not begin with https://",
        "ep_2tmcVsH5jRm8xAy3bWqLoF0eNtC: refused: it signs by a private key",
        "ep_2tmcWb4dUi7gPk9vSfXrMn2hJcD: refused: its signing secret is not in the file",
        "ep_2tmcWb4dUi7gPk9vSfXrMn2hJcD: refused: Svix does not show the value of authorization",
        "nothing is registered: 4 of 4 webhooks cannot be taken over",
    ):
        assert words in ran.err
    without = ["--without", "channels", "--without", "secret", "--without", "headers", "--skip"]
    ran = run("import", export("svix_list.json"), "--from", "svix", *without)
    assert (ran.code, len(stack.bodies)) == (Exit.FAILED, 3)
    assert "channels is left out" in ran.err
    assert "metadata is left out" in ran.err
    assert stack.bodies[1]["authentication"] == {"type": "SIGNATURE"}


def test_a_page_of_svix_that_is_not_the_last_is_refused(run: Run, stack: Stack, export: Export) -> None:
    """Half of the endpoints would be missed, in silence."""
    page = export("svix_list.json", **{'"done": true': '"done": false'})
    ran = run("import", page, "--from", "svix")
    assert (ran.code, stack.received) == (Exit.USAGE, [])
    assert "done: false" in ran.err


def test_convoy_endpoints_want_what_their_subscriptions_want(run: Run, stack: Stack, export: Export) -> None:
    """Filters, and endpoints without one, are refused; a secret that is no base64 signs by its text on demand."""
    files = export("convoy_endpoints.json"), export("convoy_subscriptions.json")
    ran = run("import", *files, "--from", "convoy")
    assert (ran.code, stack.bodies) == (Exit.FAILED, [])
    assert "01H3FRSZYKNYWGPVV46RN98PM5: refused: its signing secret is refused: it is URL-safe base64" in ran.err
    assert "(--secrets-as-text takes its text as the key, which is how its sender signs)" in ran.err
    assert "01H3FS2B7CN1KQ0Z8XWTR5JYDE: refused: a subscription filters by content" in ran.err
    assert "01H3FS2B7CN1KQ0Z8XWTR5JYDE: refused: it signs and sends HEADER, of which it is one here" in ran.err
    assert "01H3FS4K0A9VXEHP2GQ6MBYT7Z: refused: no subscription of it is in the file" in ran.err

    without = ["--secrets-as-text", "--without", "filter", "--without", "authentication", "--skip"]
    ran = run("import", *files, "--from", "convoy", *without)
    crm, warehouse = stack.bodies
    assert (crm["name"], crm["eventNames"]) == ("CRM", ["order.created", "order.paid"])
    assert crm["authentication"] == {"type": "SIGNATURE", "secret": "whsec_VnVrNUxNMHV1amRkSXNxTzV2X2VTdXo4OA=="}
    assert crm["delivery"] == {"maxPostsPerMinute": 50, "timeoutSeconds": 15}
    assert (warehouse["eventNames"], warehouse["authentication"]["type"]) == (["*"], "SIGNATURE")
    assert "its time to answer was 30 s, and is 15 s here" in ran.err


def test_convoys_older_answers_are_read(run: Run, stack: Stack, export: Export) -> None:
    """Other names, and durations as Go writes them."""
    older = {'"url"': '"target_url"', '"name"': '"title"', '"http_timeout": 30': '"http_timeout": "10s"'}
    endpoints = export("convoy_endpoints.json", **older, **{'_duration": 60': '_duration": "1m30s"'})
    ran = run(
        "import", endpoints, export("convoy_subscriptions.json"), "--from", "convoy", "--secrets-as-text", "--skip"
    )
    [body] = stack.bodies
    assert ran.code == Exit.FAILED
    assert (body["name"], body["targetUrl"]) == ("CRM", "https://crm.example.com/convoy")
    assert body["delivery"] == {"maxPostsPerMinute": 33, "timeoutSeconds": 10}


def test_a_header_of_convoys_goes_on_where_the_signature_does_not(run: Run, stack: Stack, export: Export) -> None:
    """One of the two, by choice."""
    files = export("convoy_endpoints.json"), export("convoy_subscriptions.json")
    run("import", *files, "--from", "convoy", "--without", "filter", "--without", "secret", "--skip")
    assert stack.bodies[1]["authentication"] == {"type": "HEADER", "name": "X-Api-Key", "value": "k-93b1f0"}


def test_outpost_destinations_go_to_the_accounts_of_their_tenants(run: Run, stack: Stack, export: Export) -> None:
    """Which accounts those are has to be said; a queue is no webhook, a secret in hexadecimal may be text or bytes."""
    file = export("outpost.json")
    ran = run("import", file, "--from", "outpost")
    assert (ran.code, stack.received) == (Exit.USAGE, [])
    assert "there are webhooks of 2 tenants (acme, globex)" in ran.err

    ran = run("import", file, "--from", "outpost", "--tenant", "acme=1010", "--tenant", "globex=2020", "--skip")
    [body] = stack.bodies
    assert ran.code == Exit.FAILED
    assert (body["name"], body["headers"], body["eventNames"]) == ("CRM", {"X-Tenant": "acme"}, ["*"])
    assert [len(stack.webhooks[account]) for account in ("1010", "2020")] == [1, 0]
    assert "des_9LmQa1: refused: its signing secret is refused: it looks hexadecimal" in ran.err
    assert "des_9LmQa1: refused: it filters by content" in ran.err
    assert "des_9LmQa1: refused: app-id were sent as headers of their own" in ran.err
    assert "des_4TyUw8: refused: it is no webhook but aws_sqs" in ran.err
    assert "des_2RkPz7: its previous secret does not sign along" in ran.err

    ran = run("import", file, "--from", "outpost", "--tenant", "acme=1010", "--skip")
    assert "des_9LmQa1: refused: its tenant 'globex' has no account in --tenants" in ran.err


def test_hook0_subscriptions_sign_by_the_text_of_a_uuid(run: Run, stack: Stack, export: Export) -> None:
    """That text is a key for Standard Webhooks, too; one label is a tenant, two are a filter."""
    tenants = ["--tenant", "acme=1010", "--tenant", "=1010"]
    file = export("hook0.json")
    assert run("import", file, "--from", "hook0", "--tenant", "acme=1010").code == Exit.FAILED
    ran = run("import", file, "--from", "hook0", *tenants[:2], "--secrets-as-text", "--skip")
    [body] = stack.bodies
    assert body["authentication"]["secret"] == "whsec_N2IwZjNmNmUtNWEwZC00YzViLThhNDMtMGY2YjlmNmEyYzFk"
    assert (body["name"], body["headers"]) == ("Billing", {"x-team": "billing"})
    assert "1b6e5073-9b64-4a9f-8ad1-6c8f7e2a3b41: refused: it is sent by PUT; here all are POSTs" in ran.err
    assert (
        "1b6e5073-9b64-4a9f-8ad1-6c8f7e2a3b41: refused: only events with all of customer, region were sent" in ran.err
    )


def test_api_destinations_need_their_events_and_what_is_secret(run: Run, stack: Stack, export: Export) -> None:
    """Neither rules nor secret values are in what AWS answers; both can be given."""
    file = export("api_destinations.json")
    ran = run("import", file, "--from", "api-destinations")
    assert (ran.code, stack.bodies) == (Exit.FAILED, [])
    for words in (
        "its value (HEADER) is not in the file",
        "it wants no events; --event names some",
        "the connection adds QueryStringParameters",
        "its URL has a wildcard that a rule's target fills in",
        "the answer of describe-connection for it is not in the file",
    ):
        assert words in ran.err
    given = ["--event", "order.*", "--without", "parameters", "--without", "authentication", "--skip"]
    run("import", file, "--from", "api-destinations", *given)
    crm, erp = stack.bodies
    assert (crm["headers"], crm["authentication"]) == ({"X-Source": "shop"}, {"type": "NONE"})
    assert (erp["eventNames"], erp["authentication"]["type"]) == (["order.*"], "OAUTH2")
    assert erp["authentication"]["clientSecret"] == "s-4410"


def test_csv_of_ones_own_system_is_taken_as_it_is(run: Run, stack: Stack, export: Export) -> None:
    """A column a field; bodies are Recado's own."""
    ran = run("import", export("own.csv"), "--from", "csv")
    assert ran.code == Exit.DONE, ran.err
    crm, warehouse = stack.bodies
    assert (crm["eventNames"], crm["headers"]) == (["order.created", "order.paid"], {"X-Tenant": "acme"})
    assert (crm["authentication"]["type"], "format" in crm) == ("SIGNATURE", False)
    assert warehouse["name"] == "Warehouse, north"
    assert warehouse["authentication"] == {"type": "BASIC", "username": "recado", "password": "correct horse"}


def test_the_learning_platforms_webhooks_keep_their_event_names(run: Run, stack: Stack, export: Export) -> None:
    """Its catalogue is the shipped one; there is no export, so that its page is typed off."""
    stack.event_types = ("COURSE_ENROLLMENT", "COURSE_ENROLLMENT_BATCH", "LEARNER_PROGRESS")
    ran = run("import", export("learning_platform.csv"), "--from", "csv")
    assert ran.code == Exit.DONE, ran.err
    hr, mail = stack.bodies
    assert hr["eventNames"] == list(stack.event_types)
    assert hr["description"] == "Who has finished what"
    assert (hr["authentication"]["type"], mail["authentication"]["type"]) == ("SIGNATURE", "BASIC")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", "is no JSON object"),
        ('{"id": "ep_1"}', "has no url"),
        ('{"url": 3.5}', "url of value 1 of the export must be a text"),
        ('{"secret": "whsec_top"', "is no JSON"),
        ("", "there is no webhook in it"),
        ('{"url": "https://a.example/", "rateLimit": NaN}', "rateLimit of value 1 of the export must be a number"),
        ('{"targetUrl": "https://a.example/", "authentication": {"username": "a"}}', "authentication of value 1"),
        ('{"targetUrl": "https://a.example/", "eventNames": "*"}', "eventNames of value 1"),
    ],
)
def test_what_is_no_export_is_refused_by_its_place(run: Run, stack: Stack, text: str, said: str) -> None:
    """Nothing of the file is in the message."""
    ran = run("import", "-", "--from", "recado" if "targetUrl" in text else "svix", stdin=text)
    assert ran.code in (Exit.USAGE, Exit.FAILED)
    assert said in ran.err
    assert "whsec_" not in ran.err
    assert stack.received == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("targetUrl,name\nhttps://a.example/\n", "line 2 of - has not as many values as there are columns"),
        ("targetUrl,active\nhttps://a.example/,perhaps\n", "active of line 2 of - must be true, false or a number"),
        ('targetUrl,name\n"https://a.example/,x\n', "line 1 of - is no CSV"),
        ("targetUrl,headers,headers.X-A\nhttps://a.example/,b,c\n", "line 2 of - has headers and headers.X-A"),
    ],
)
def test_what_is_no_csv_is_refused_by_its_line(run: Run, stack: Stack, text: str, said: str) -> None:
    """So that it can be found."""
    ran = run("import", "-", "--from", "csv", stdin=text)
    assert (ran.code, stack.received) == (Exit.USAGE, [])
    assert said in ran.err


def test_a_webhook_of_the_plain_form_keeps_how_it_authenticates(run: Run, stack: Stack) -> None:
    """A signature by a key of its own, a certificate without anything else, a token."""
    hook = {"targetUrl": "https://a.example.com/", "eventNames": ["*"], "secret": "whsec_" + "A" * 32}
    certificate = {"certificate": "c", "privateKey": "k"}
    bearer = {"type": "BEARER", "token": "t"}
    lines = [
        {**hook, "id": "1", "authentication": {"type": "SIGNATURE", "algorithm": "ED25519"}},
        {**hook, "id": "2", "secret": None, "authentication": {"type": "NONE", "clientCertificate": certificate}},
        {**hook, "id": "3", "secret": None, "authentication": bearer},
        {**hook, "id": "4", "secret": None},
    ]
    ran = run("import", "-", "--from", "recado", stdin=json.dumps(lines))
    assert ran.code == Exit.DONE, ran.err
    assert [body["authentication"] for body in stack.bodies] == [
        {"type": "SIGNATURE", "algorithm": "ED25519", "secret": hook["secret"]},
        {"type": "NONE", "clientCertificate": certificate},
        bearer,
        {"type": "NONE"},
    ]
