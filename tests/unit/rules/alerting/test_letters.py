"""Letters: every kind of alert, in every language, as text and as HTML."""

import json
from dataclasses import fields
from string import Formatter
from typing import Any

import pytest

from recado.rules.alerting.addresses import LOCALES, AddressState, AlertAddress
from recado.rules.alerting.letters import Places, ReportedAlert, alert_letter, asking_letter, shown
from recado.rules.alerting.words import Words, words_of
from recado.rules.sending.attempt import HINTS, Failure, FailureClass
from recado.rules.webhook.alert import Alert, AlertKind, Slowness
from recado.rules.webhook.authentication.authentication import CertificateFacts

NOW = 1_727_414_643_000
UNSUBSCRIBE = "https://hooks.example.com/console/alerts#unsubscribe=t"
WEBHOOK = "https://hooks.example.com/console/accounts/1010/webhooks/wh_1"


def address(locale: str) -> AlertAddress:
    """Return a confirmed address."""
    return AlertAddress("addr_1", "ana@example.com", locale, AddressState.CONFIRMED, NOW)


def reported(kind: AlertKind, failure: Failure | None = None, **fields: Any) -> ReportedAlert:
    """Return an alert as it comes from the bus."""
    alert = Alert(
        kind=kind,
        account_id="1010",
        webhook_id="wh_1",
        webhook_name="Orders",
        at=NOW,
        backlog=7,
        failing_since=NOW - 600_000,
        attempts=3,
        last_error=failure,
        **fields,
    )
    return ReportedAlert.read(kind.value, json.loads(json.dumps(alert.detail())))


def letter_of(alert: ReportedAlert, locale: str, *, is_last: bool = False) -> str:
    """Return the text of the letter."""
    return alert_letter(alert, address(locale), WEBHOOK, UNSUBSCRIBE, is_last=is_last).text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", AlertKind)
def test_every_alert_says_what_happened_what_it_means_and_what_to_do(kind: AlertKind, locale: str) -> None:
    """In the language of the address, with the webhook's link and that to unsubscribe, nothing left to fill in."""
    extras: dict[AlertKind, dict[str, Any]] = {
        AlertKind.SLOW: {"slowness": Slowness(2300, 2000)},
        AlertKind.CERTIFICATE_ENDING: {
            "certificate": CertificateFacts("CN=recado", "CN=ca", "ab" * 32, NOW, NOW + 86_400_000)
        },
    }
    failure = Failure(FailureClass.SERVER_ERROR, "The receiver answered with status 503", 503)
    text = letter_of(reported(kind, failure, **extras.get(kind, {})), locale)
    words = words_of(locale)

    for sentence in (words.happened[kind], words.meaning, words.what_to_do, words.open_webhook, words.unsubscribe):
        assert sentence.partition("{")[0] in text
    assert WEBHOOK in text
    assert UNSUBSCRIBE in text
    assert "ana@example.com" in text
    assert "{" not in text


@pytest.mark.parametrize("locale", ["pt", "es"])
def test_languages_say_the_same_things(locale: str) -> None:
    """Each sentence with the same places to fill in; every kind has its meaning, and every class its name and hint."""
    english, other = words_of("en"), words_of(locale)

    for each in fields(Words):
        ours, theirs = getattr(english, each.name), getattr(other, each.name)
        if isinstance(ours, str):
            assert places(ours) == places(theirs), each.name
    assert set(other.meanings) == set(other.happened) == set(english.happened) == set(AlertKind)
    assert set(other.failures) == set(english.failures) == {each.value for each in FailureClass}
    assert set(other.hints) >= {each.value for each in HINTS}


def places(text: str) -> set[str]:
    """Return what is filled into a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_a_failure_is_told_by_class_and_status_alone() -> None:
    """Its detail may repeat what a receiver has answered, and is in English."""
    failure = Failure(FailureClass.CLIENT_ERROR, "The receiver said: <b>hunter2</b>", 404)
    text = letter_of(reported(AlertKind.FAILING, failure), "pt")

    assert "Requisição recusada, status 404" in text
    assert "Verifique o caminho da URL de destino" in text
    assert "hunter2" not in text


def test_the_last_letter_of_a_day_says_so() -> None:
    """And no other."""
    alert = reported(AlertKind.RECOVERED)

    assert words_of("es").last_for_today in letter_of(alert, "es", is_last=True)
    assert words_of("es").last_for_today not in letter_of(alert, "es")


def test_what_was_entered_is_text_in_html() -> None:
    """Whatever it is."""
    alert = reported(AlertKind.FAILING)
    hostile = ReportedAlert(alert.kind, alert.account_id, alert.webhook_id, '"><script>x</script>', alert.detail)
    html = alert_letter(hostile, address("en"), 'https://a.example/"><i>', UNSUBSCRIBE, is_last=False).html

    assert "<script>" not in html
    assert 'href="https://a.example/&quot;&gt;&lt;i&gt;"' in html


@pytest.mark.parametrize("locale", LOCALES)
def test_the_question_has_both_answers(locale: str) -> None:
    """A link that confirms, and one that unsubscribes."""
    letter = asking_letter(address(locale), "1010", "https://x.example/#confirm=t", UNSUBSCRIBE)

    assert "https://x.example/#confirm=t" in letter.text
    assert UNSUBSCRIBE in letter.text
    assert "1010" in letter.subject


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        ("Orders", "Orders"),
        ("a\r\nBcc: b", "a Bcc: b"),
        ("a\u202eb\u2066c", "a b c"),
        (" a \u200b b ", "a b"),
        ("x" * 90, "x" * 79 + "…"),
    ],
)
def test_names_are_one_line(entered: str, expected: str) -> None:
    """Without what does not show or turns the direction, and not too long for a subject."""
    assert shown(entered) == expected


def test_links_are_of_the_console_or_of_the_platform() -> None:
    """One-click goes to the API at the same origin."""
    own, platform = Places("https://h.example/console"), Places("https://h.example/console", "https://p.example/w")

    assert own.webhook("1", "wh_1") == "https://h.example/console/accounts/1/webhooks/wh_1"
    assert platform.webhook("1", "wh_1") == "https://p.example/w"
    assert own.one_click("t") == "https://h.example/alert-addresses/unsubscribe?token=t"
