"""Values that hold a secret: they may stand in a log, a traceback or a message without showing it."""

import dataclasses
import json
from io import StringIO
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from recado.http_api.signatures.schemas import RotationEntered, SignatureDownload
from recado.http_api.test_sends.schemas import DraftTestEntered, WebhookTestEntered
from recado.http_api.webhooks.authentication import (
    BasicAuthentication,
    BearerAuthentication,
    HeaderAuthentication,
    NoAuthentication,
    OAuth2Authentication,
    SignatureAuthentication,
)
from recado.http_api.webhooks.schemas import (
    WebhookChanged,
    WebhookEntered,
    changes_of,
)
from recado.ports.sending import Opened, Sealed
from recado.rules.certificates.reading import Authorities, Identity
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.sending.tls_identity import TlsIdentity
from recado.rules.webhook.authentication.authentication import AuthenticationType, CertificateFacts
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft, ClientCertificateEntered
from recado.rules.webhook.authentication.certificates_entered import CertificatesEntered
from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret
from recado.rules.webhook.registration import Changes
from recado.use_cases.managing.signatures import Signature
from tests.unit.builders import event, webhook

PASSWORD, SECRET, PREVIOUS = "hunter2-password", "whsec_aHVudGVyMi1zZWNyZXQ=", "whsec_aHVudGVyMi1wcmV2aW91cw=="
BASIC = {"type": "BASIC", "username": "user", "password": PASSWORD}
ENTERED = WebhookEntered.model_validate(
    {"name": "n", "targetUrl": "https://a.example", "eventNames": ["CI_STATS"], "authentication": BASIC}
)
DRAFT = AuthenticationDraft(AuthenticationType.BASIC, "user", PASSWORD)
WITH_PASSWORD = webhook(authentication=AuthenticationType.BASIC, username="user")
WITH_HEADER = webhook(authentication=AuthenticationType.HEADER, header_name="X-Key", secret_version="v1")
FACTS = CertificateFacts("CN=a", "CN=b", "00", 0, 1)
SIGNED = webhook(authentication=AuthenticationType.SIGNATURE, secret_version="v1")
VALUES: list[Any] = [
    EarlierSecret(PREVIOUS, 1),
    Credentials(PASSWORD, SECRET, (EarlierSecret(PREVIOUS, 1),)),
    Signature(SIGNED, SECRET),
    Sealed("v1", SECRET.encode()),
    Opened(SIGNED, Credentials(secret=SECRET)),
    RotationEntered(secret=SECRET),
    SignatureAuthentication(type="SIGNATURE", secret=SECRET),
    AuthenticationDraft(AuthenticationType.SIGNATURE, secret=SECRET),
    SIGNED,
    DRAFT,
    Changes(authentication=DRAFT),
    BasicAuthentication.model_validate(BASIC),
    ENTERED,
    WebhookChanged.model_validate({"authentication": BASIC}),
    changes_of(ENTERED),
    DraftTestEntered.model_validate(
        {"eventName": "CI_STATS", "targetUrl": "https://a.example", "authentication": BASIC}
    ),
    WebhookTestEntered.model_validate({"eventName": "CI_STATS", "authentication": BASIC}),
    BearerAuthentication(type="BEARER", token=PASSWORD),
    HeaderAuthentication(type="HEADER", name="X-Key", value=PASSWORD),
    OAuth2Authentication(type="OAUTH2", tokenUrl="https://a.example", clientId="c", clientSecret=PASSWORD),
    AuthenticationDraft(AuthenticationType.BEARER, token=PASSWORD),
    AuthenticationDraft(AuthenticationType.HEADER, header_name="X-Key", header_value=PASSWORD),
    AuthenticationDraft(AuthenticationType.OAUTH2, client_secret=PASSWORD),
    AuthenticationDraft(
        AuthenticationType.NONE,
        client_certificate=ClientCertificateEntered(PASSWORD, PASSWORD),
        trusted_certificates=PASSWORD,
    ),
    NoAuthentication(type="NONE", clientCertificate={"certificate": PASSWORD, "privateKey": PASSWORD}),
    CertificatesEntered(Identity(PASSWORD, FACTS), Authorities("public", (FACTS,))),
    Credentials(
        token=PASSWORD,
        header_value=PASSWORD,
        client_secret=PASSWORD,
        signing_key=PASSWORD,
        previous_keys=(EarlierSecret(PASSWORD, 1),),
        client_certificate=PASSWORD,
        trusted_certificates=PASSWORD,
    ),
    TlsIdentity("v1", PASSWORD, PASSWORD),
    outgoing_request(webhook(authentication=AuthenticationType.BEARER), Credentials(token=PASSWORD), [event()], 0),
    outgoing_request(WITH_HEADER, Credentials(header_value=PASSWORD, client_certificate=PASSWORD), [event()], 0),
    SignatureDownload(webhook_id="w", scheme="s", algorithm="a", created_at="now", previous=[], secret=SECRET),
    outgoing_request(WITH_PASSWORD, Credentials(password=PASSWORD), [event()], 0),
    outgoing_request(SIGNED, Credentials(secret=SECRET), [event()], 0),
]
SIGNS = ("hunter2", "aHVudGVyMi", "v1,", "Basic ")


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_does_not_show_its_secret(value: Any) -> None:
    """However it becomes a text: alone, in a message, in an error, or in a list."""
    texts = (repr(value), str(value), f"{value}", f"{[value]!r}", str(ValueError(value)), repr(ValueError(value)))

    assert not [text for text in texts for sign in SIGNS if sign in text]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_in_a_log_does_not_show_its_secret(value: Any, request: pytest.FixtureRequest) -> None:
    """As the message, within it, or beside it."""
    lines = StringIO()
    logger = Logger(service=request.node.name, stream=lines)  # loggers of one name share the first one's stream

    logger.info(value)
    logger.info("message with %s", value)
    logger.info({"member": value})
    logger.info("beside it", extra={"value": value, "list": [value]})

    assert lines.getvalue().count("\n") >= 4
    assert not [sign for sign in SIGNS if sign in lines.getvalue()]


def test_the_secrets_are_there_all_the_same() -> None:
    """Or the tests above would prove nothing."""
    assert dataclasses.asdict(DRAFT)["password"] == PASSWORD
    assert PASSWORD in ENTERED.model_dump_json()
    assert SECRET in json.dumps(dataclasses.asdict(Credentials(secret=SECRET)))
