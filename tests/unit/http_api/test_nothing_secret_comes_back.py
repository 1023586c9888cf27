"""Whatever a receiver repeats, and however it spells it: no secret can be read where an answer comes to light."""

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recado.adapters.dynamodb.compressed import decompressed
from recado.adapters.dynamodb.deliveries.attempt_items import attempt_to_bytes
from recado.http_api.attempts.schemas import attempt_list
from recado.http_api.shared.schemas import error_view
from recado.http_api.test_sends.schemas import sent_view
from recado.ports.managing import AttemptPage
from recado.rules.delivery.attempt_record import attempt_of
from recado.rules.delivery.delivery import refused
from recado.rules.sending.answers import partial_response
from recado.rules.sending.attempt import AttemptResult, Response
from recado.rules.sending.outgoing import OutgoingRequest, outgoing_request
from recado.rules.sending.signing import signing_secret
from recado.rules.webhook.alert import AlertKind, alert
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Health, HealthState
from recado.use_cases.managing.sample_sends import SampleSent
from tests.unit.builders import NOW, delivered, events, failed, pending, webhook
from tests.unit.rules.sending.answers.spelling import CHANCES, PASSWORDS, WAYS, spelled

THREE = events(3)
CHARSETS = st.sampled_from([None, "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp932", "gb18030"])
AROUND = st.sampled_from(
    [
        ("", ""),
        ('{"headers":{"a":"', '"}}'),
        ("<p>401: ", "</p>"),
        ("error=", "&code=1"),
        ("x" * 1020 + " ", ""),
        ("", " " + "y" * 2000),
    ]
)
# Hypothesis tries words that stand in the code, too, and some are in every sentence that hides a secret.
OUR_WORDS = (
    "[hidden] the answer holds the password, so none of it is shown. a signing secret key signature of the request"
)
TOKENS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40).filter(
    lambda text: text.lower() not in OUR_WORDS
)


KINDS = [
    AuthenticationType.BASIC,
    AuthenticationType.BEARER,
    AuthenticationType.HEADER,
    AuthenticationType.SIGNATURE,
]


@st.composite
def requests(draw: st.DrawFn) -> tuple[OutgoingRequest, str]:
    """A request with random credentials, and one of its secrets."""
    token, proof = draw(TOKENS), draw(TOKENS)
    password = draw(PASSWORDS.filter(lambda text: text.lower() not in OUR_WORDS))
    kind = draw(st.sampled_from(KINDS))
    chance = draw(CHANCES)
    keys = [signing_secret._written(chance.randbytes(32)) for _ in range(2)]
    private = [base64.b64encode(chance.randbytes(32)).decode() for _ in range(2)]
    target = webhook(
        authentication=kind,
        username="recado" if kind is AuthenticationType.BASIC else None,
        header_name="X-Key" if kind is AuthenticationType.HEADER else None,
        headers={"X-Token": token},
        delivery=DeliverySettings(partial_responses=True),
    )
    credentials = {
        AuthenticationType.BASIC: Credentials(password=password),
        AuthenticationType.BEARER: Credentials(token=proof),
        AuthenticationType.HEADER: Credentials(header_value=proof),
        AuthenticationType.SIGNATURE: Credentials(
            secret=keys[0],
            previous=(EarlierSecret(keys[1], NOW + 1),),
            signing_key=private[0],
            previous_keys=(EarlierSecret(private[1], NOW + 1),),
        ),
    }[kind]
    request = outgoing_request(target, credentials, THREE, NOW)
    if kind is AuthenticationType.BASIC:
        secrets = [password, f"recado:{password}", request.headers["Authorization"], token]
    elif kind is AuthenticationType.SIGNATURE:
        signatures = request.headers["webhook-signature"].split()
        secrets = [*keys, keys[0].removeprefix("whsec_"), *private, *signatures, token]
    else:
        secrets = [proof, token, request.headers.get("Authorization", proof)]
    return request, draw(st.sampled_from(secrets))


def texts(value: object) -> Iterator[str]:
    """Every text in a value, names too."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from (key, *texts(member))
    elif isinstance(value, str):
        yield value


def kept(request: OutgoingRequest, result: AttemptResult) -> Iterator[str]:
    """What is stored of an answer, and shown of it in an attempt and a test send."""
    made = attempt_of("wh_1", THREE, request, result, token="0badcafe", made_at=7, requested_by=None)
    stored = json.loads(decompressed(attempt_to_bytes(made)))
    (shown,) = attempt_list(AttemptPage([made], None), None).model_dump(by_alias=True)["attempts"]
    sent = sent_view(SampleSent(request, result)).model_dump(by_alias=True)
    for where in (stored, shown, sent):
        yield from texts({name: where.get(name) for name in ("answer", "response", "failure", "error")})


def told(request: OutgoingRequest, body: bytes) -> Iterator[str]:
    """What is told where the receiver names events: of a delivery, in an alert, on the bus and in the log."""
    answered = replace(delivered(), response=Response((), body, truncated=False))
    result, named = partial_response.judged(request, answered, THREE)
    made = attempt_of(
        "wh_1", THREE, request, result, token="0badcafe", made_at=7, requested_by=None, events_refused=bool(named)
    )
    errors = [refused(pending(THREE[0]), made, word).error for word in named.values()]
    for error in [*errors, result.failure]:
        if error is not None:
            health = Health(HealthState.FAILING, failing_since=NOW, attempts=1, last_error=error)
            alarm = alert(AlertKind.FAILING, webhook(), health, 1, more=False, now_ms=NOW)
            yield from (error.detail, alarm.text(), *texts(alarm.detail()))
            yield from texts(error_view(error).model_dump())  # type: ignore[union-attr]  # there is one
    stored = json.loads(decompressed(attempt_to_bytes(made)))
    yield from texts({name: stored.get(name) for name in ("answer", "failure")})


@given(requests(), WAYS, AROUND, st.tuples(CHARSETS, st.booleans()), CHANCES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_repeated_secret_is_read_nowhere(
    made: tuple[OutgoingRequest, str],
    ways: tuple[str, ...],
    around: tuple[str, str],
    charset: tuple[str | None, bool],
    chance: random.Random,
) -> None:
    """Neither in what is stored and shown of an attempt, nor in a test send, in bodies and in headers."""
    request, secret = made
    written = spelled(secret, chance, ways)
    assert secret in written.read_back()
    spelling, codec = written.written.decode(), charset[0] or "utf-8"
    if spelling.encode(codec, "ignore").decode(codec) != spelling:
        codec = "utf-8"
    in_header = written.written.decode("latin-1").replace("\n", "").replace("\r", "")
    headers = [("Location", f"/login?{in_header}"), ("X-Echo", in_header), (in_header, "1")]
    if charset[1]:
        headers.append(("Content-Type", f"text/plain; charset={codec.removesuffix('-sig')}"))

    for result in (failed(401), delivered()):
        body = spelling.join(around).encode(codec)
        answered = replace(result, response=Response(tuple(headers), body, truncated=False))
        places = list(kept(request, answered))

        assert [place for place in places if spelling in place or in_header.lower() in place.lower()] == []
        instead = [place for place in places if place.startswith(("[hidden] The answer holds ", "[binary, "))]
        assert len(instead) == len(("stored", "attempt", "test send"))


@given(requests(), WAYS, st.booleans(), CHANCES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_secret_in_a_receiver_s_word_is_read_nowhere(
    made: tuple[OutgoingRequest, str], ways: tuple[str, ...], as_id: bool, chance: random.Random
) -> None:
    """Neither with the delivery, nor in the error of the POST, an alert, an event on the bus, or the log."""
    request, secret = made
    word = spelled(secret, chance, ways).written.decode()
    item = {"itemIdentifier": word} if as_id else {"itemIdentifier": THREE[0].event_id, "message": f"no: {word}"}

    places = list(told(request, json.dumps({"batchItemFailures": [item]}).encode()))

    assert [place for place in places if word in place or " ".join(word.split()) in place] == []
    assert any("[hidden] The answer holds " in place for place in places)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=2_000), CHARSETS, CHANCES)
@settings(max_examples=200, deadline=None)
def test_an_answer_without_secrets_is_shown_as_it_is(text: str, charset: str | None, chance: random.Random) -> None:
    """Nothing is hidden but for a reason, and text is text in any charset that the answer names."""
    codec = (charset or "utf-8").removesuffix("-sig")
    text = text.encode(codec, "ignore").decode(codec).removeprefix("\ufeff")
    secret = signing_secret._written(chance.randbytes(32))
    target = webhook(authentication=AuthenticationType.SIGNATURE)
    request = outgoing_request(target, Credentials(secret=secret), THREE, NOW)
    headers = (("Content-Type", f'text/plain;charset="{codec.upper()}"'),)
    answered = replace(failed(500), response=Response(headers, text.encode(codec), truncated=False))

    made = attempt_of("wh_1", THREE, request, answered, token="0badcafe", made_at=7, requested_by=None)

    assert made.answer is not None
    assert made.answer.body == text
