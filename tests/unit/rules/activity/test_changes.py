"""What is told of a change: each field once, and nothing secret."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.activity.activity import FieldChange
from recado.rules.activity.changes import changes_between
from recado.rules.webhook.authentication.authentication import (
    AuthenticationType,
    CertificateFacts,
    ClientAuthentication,
    OAuth2,
    PublicKey,
    SignatureAlgorithm,
)
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Status, Webhook
from tests.unit.builders import NAME, NOW, OTHER_NAME, webhook

URL = "https://receiver.example/hooks"
BASIC = {"authentication": AuthenticationType.BASIC, "username": "user"}
SIGNED = {"authentication": AuthenticationType.SIGNATURE}
# No field that is shown holds such a text, so that finding it means that a secret is shown.
SECRETS = st.from_regex(r"Zq[A-Za-z0-9]{6,20}", fullmatch=True)
HEADERS = st.dictionaries(st.sampled_from(["X-Tenant", "X-Source", "x-tenant"]), SECRETS)
URLS = st.builds("https://receiver.example/{}{}".format, st.sampled_from(["", "hooks"]), SECRETS.map("?t={}".format))
WEBHOOKS = st.builds(
    webhook,
    target_url=URLS | st.just(URL),
    headers=HEADERS,
    description=st.sampled_from(["", "of the north"]),
    authentication=st.sampled_from(AuthenticationType),
    status=st.sampled_from(Status),
)
BEARER = {"authentication": AuthenticationType.BEARER}
HEADER = {"authentication": AuthenticationType.HEADER, "header_name": "X-Key"}
OAUTH2 = {"authentication": AuthenticationType.OAUTH2, "oauth2": OAuth2(URL + "?a", "client")}
FACTS = CertificateFacts("CN=us", "CN=ca", "ab" * 32, NOW, NOW + 1)


def told(before: Webhook | None, after: Webhook, *, secret_changed: bool = False) -> list[FieldChange]:
    """Return what is told."""
    return list(changes_between(before, after, secret_changed=secret_changed))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"name": "Orders"}, [FieldChange("name", "Receiver", "Orders")]),
        ({}, {"description": "d"}, [FieldChange("description", None, "d")]),
        ({"description": "d"}, {}, [FieldChange("description", "d", None)]),
        ({}, {"event_names": (NAME,)}, [FieldChange("eventNames", [NAME, OTHER_NAME], [NAME])]),
        ({}, {"ordered": True}, [FieldChange("ordered", False, True)]),
        ({}, {"status": Status.RETIRED}, [FieldChange("active", True, False)]),
        ({"status": Status.DISABLED}, {"status": Status.RETIRED}, []),
        ({}, {"delivery": DeliverySettings(max_events=10)}, [FieldChange("delivery.maxEvents", 100, 10)]),
        (
            {"delivery": DeliverySettings(max_posts_per_minute=60)},
            {},
            [FieldChange("delivery.maxPostsPerMinute", 60, None)],
        ),
        ({**BASIC}, {**BASIC, "username": "other"}, [FieldChange("authentication.username", "user", "other")]),
        ({"version": 1, "updated_at": 1}, {"version": 2, "updated_at": 2}, []),
    ],
    ids=str,
)
def test_a_field_shows_its_old_and_new_value(
    before: dict[str, Any], after: dict[str, Any], expected: list[FieldChange]
) -> None:
    """By its name in the API; what stays is not told."""
    assert told(webhook(**before), webhook(**after)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (URL, URL + "?key=a", FieldChange("targetUrl", URL, URL + "?…")),
        (URL + "?key=a", URL, FieldChange("targetUrl", URL + "?…", URL)),
        (URL + "?key=a", URL + "?key=b", FieldChange("targetUrl", hidden=True)),
        (URL + "?key=a", URL + "/b?key=a", FieldChange("targetUrl", URL + "?…", URL + "/b?…")),
        (URL + "#a?b", URL + "#c", FieldChange("targetUrl", hidden=True)),
    ],
)
def test_a_url_shows_all_but_its_query(before: str, after: str, expected: FieldChange) -> None:
    """Where nothing else of it was changed, only that it was; a fragment, which no URL may have, is hidden too."""
    assert told(webhook(target_url=before), webhook(target_url=after)) == [expected]


def test_a_header_shows_its_name_alone() -> None:
    """And whether it was added, changed or removed."""
    before = webhook(headers={"X-Same": "s", "X-Old": "o", "X-Changed": "a"})
    after = webhook(headers={"X-Same": "s", "X-Changed": "b", "X-New": "n"})

    assert told(before, after) == [
        FieldChange("headers.X-Changed", hidden=True),
        FieldChange("headers.X-New", None, "[hidden]"),
        FieldChange("headers.X-Old", "[hidden]", None),
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (BASIC, BASIC, [FieldChange("authentication.password", hidden=True)]),
        (SIGNED, SIGNED, [FieldChange("authentication.secret", hidden=True)]),
        ({}, {}, []),
        (
            BASIC,
            SIGNED,
            [
                FieldChange("authentication.type", "BASIC", "SIGNATURE"),
                FieldChange("authentication.username", "user", None),
                FieldChange("authentication.algorithm", None, "HMAC_SHA256"),
                FieldChange("authentication.secret", None, "[hidden]"),
                FieldChange("authentication.password", "[hidden]", None),
            ],
        ),
    ],
    ids=["password", "secret", "none", "another type"],
)
def test_of_credentials_only_the_change_is_told(
    before: dict[str, Any], after: dict[str, Any], expected: list[FieldChange]
) -> None:
    """A new one, a replaced one, one that is gone."""
    assert told(webhook(**before), webhook(**after), secret_changed=True) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (BEARER, BEARER, [FieldChange("authentication.token", hidden=True)]),
        (
            HEADER,
            {**HEADER, "header_name": "X-New"},
            [FieldChange("authentication.name", "X-Key", "X-New"), FieldChange("authentication.value", hidden=True)],
        ),
        (
            OAUTH2,
            {**OAUTH2, "oauth2": OAuth2(URL + "?b", "client", ClientAuthentication.BODY, "a", "b")},
            [
                FieldChange("authentication.tokenUrl", hidden=True),
                FieldChange("authentication.clientAuthentication", "BASIC", "BODY"),
                FieldChange("authentication.scope", None, "a"),
                FieldChange("authentication.audience", None, "b"),
                FieldChange("authentication.clientSecret", hidden=True),
            ],
        ),
        (
            {},
            {"client_certificate": FACTS, "trusted_certificates": (FACTS,)},
            [
                FieldChange("authentication.clientCertificate", None, "ab" * 32),
                FieldChange("authentication.trustedCertificates", None, ["ab" * 32]),
            ],
        ),
    ],
    ids=["token", "header", "oauth2", "certificates"],
)
def test_of_each_type_all_but_the_secret_is_told(
    before: dict[str, Any], after: dict[str, Any], expected: list[FieldChange]
) -> None:
    """Of certificates the fingerprint, of a token server's address nothing of the query."""
    found = told(webhook(**before), webhook(**after), secret_changed=True)

    assert sorted(found, key=str) == sorted(expected, key=str)


def test_another_algorithm_is_told_without_the_secret() -> None:
    """The secret stays, and the key that is made is nobody's to see."""
    after = webhook(**SIGNED, algorithm=SignatureAlgorithm.ED25519, public_keys=(PublicKey("x"),))

    assert told(webhook(**SIGNED), after) == [FieldChange("authentication.algorithm", "HMAC_SHA256", "ED25519")]


def test_credentials_that_stay_are_not_told() -> None:
    """Where their type stays too."""
    assert told(webhook(**BASIC), webhook(**BASIC)) == []


def test_a_new_webhook_shows_what_was_entered() -> None:
    """Without values before; what is empty is left out."""
    new = told(None, webhook(headers={"X-A": "1"}, **BASIC), secret_changed=True)

    assert {change.field: change.after for change in new} == {
        "name": "Receiver",
        "targetUrl": URL,
        "eventNames": [NAME, OTHER_NAME],
        "active": True,
        "ordered": False,
        "authentication.type": "BASIC",
        "authentication.username": "user",
        "authentication.password": "[hidden]",
        "delivery.maxEvents": 100,
        "delivery.maxBytes": 98_304,
        "delivery.timeoutSeconds": 5,
        "delivery.partialResponses": False,
        "delivery.digest": False,
        "headers.X-A": "[hidden]",
    }
    assert {(change.before, change.hidden) for change in new} == {(None, False)}


@given(st.none() | WEBHOOKS, WEBHOOKS, st.booleans())
def test_nothing_secret_is_told(before: Webhook | None, after: Webhook, secret_changed: bool) -> None:
    """No value of a header and nothing of a query, in no form; every field once, and only what differs."""
    changes = told(before, after, secret_changed=secret_changed)

    as_json = json.dumps([asdict(change) for change in changes])
    assert "Zq" not in as_json + repr(changes)
    assert len({change.field for change in changes}) == len(changes)
    assert all(change.hidden or change.before != change.after for change in changes)
    assert told(after, after) == []
