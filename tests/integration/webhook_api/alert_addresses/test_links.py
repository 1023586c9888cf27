"""What the links of mails to an account's own admins do, over HTTP."""

from typing import Any

import pytest

from recado.rules.alerting.links import LinkToken, Purpose
from tests.integration.webhook_api.alert_addresses.listed import ANA, BEA, ONE_CLICK, Addresses

DAY_SECONDS = 24 * 60 * 60


def test_an_address_is_confirmed_once_however_often(addresses: Addresses, ana: Any) -> None:
    """The answer says for which account, and which address."""
    link = addresses.link(ana, Purpose.CONFIRM)

    for _ in range(2):
        answer = addresses.follow("confirm", link)
        assert (answer.status, answer.json) == (200, {"accountId": addresses.api.account, "address": "ana@example.com"})
    assert addresses.states() == {"ana@example.com": "CONFIRMED"}


def test_an_address_unsubscribes_by_the_button_of_the_page(addresses: Addresses, ana: Any) -> None:
    """However often, and whether it was confirmed or not; the same list again does not ask it anew."""
    link = addresses.link(ana, Purpose.UNSUBSCRIBE)

    assert [addresses.follow("unsubscribe", link).status for _ in range(2)] == [200, 200]
    addresses.put(ANA)
    assert addresses.states() == {"ana@example.com": "UNSUBSCRIBED"}


@pytest.mark.parametrize("form", [ONE_CLICK, ONE_CLICK.encode()])
def test_an_address_unsubscribes_by_one_click_of_a_mail_program(
    addresses: Addresses, ana: Any, form: str | bytes
) -> None:
    """As RFC 8058 has it: a form, with the token in the address; also as API Gateway encodes forms."""
    assert addresses.one_click(addresses.link(ana, Purpose.UNSUBSCRIBE), form).status == 200
    assert addresses.states() == {"ana@example.com": "UNSUBSCRIBED"}


def test_a_form_that_says_nothing_of_unsubscribing_changes_nothing(addresses: Addresses, ana: Any) -> None:
    """Such as a filter may send that posts to whatever it finds."""
    assert addresses.one_click(addresses.link(ana, Purpose.UNSUBSCRIBE), "a=b").status == 422
    assert addresses.states() == {"ana@example.com": "PENDING"}


def test_opening_the_address_of_unsubscribing_changes_nothing(addresses: Addresses, ana: Any) -> None:
    """It leads to the page with the button, the token behind the sign that no server gets to see."""
    link = addresses.link(ana, Purpose.UNSUBSCRIBE)
    request = addresses.api.request("GET", "/alert-addresses/unsubscribe", query={"token": link}, claims={})
    answer = addresses.api.send(request)

    assert answer.status == 302
    assert answer.headers["Location"] == f"http://localhost:8080/console/alerts#unsubscribe={link}"
    assert addresses.states() == {"ana@example.com": "PENDING"}


@pytest.mark.parametrize(
    "token", ["", "https://evil.example", "MTAxMA.addr_0.x", "a\r\nLocation: https://evil.example"]
)
def test_nobody_is_led_anywhere_by_what_is_no_token(addresses: Addresses, token: str) -> None:
    """It answers as what is not there."""
    request = addresses.api.request("GET", "/alert-addresses/unsubscribe", query={"token": token}, claims={})
    assert addresses.api.send(request).is_nothing


def test_a_link_is_for_its_own_purpose(addresses: Addresses, ana: Any) -> None:
    """That of unsubscribing confirms nothing, and the other way round."""
    confirm, unsubscribe = (addresses.link(ana, purpose) for purpose in (Purpose.CONFIRM, Purpose.UNSUBSCRIBE))

    assert addresses.follow("confirm", unsubscribe).status == 404
    assert addresses.follow("unsubscribe", confirm).status == 404
    assert addresses.states() == {"ana@example.com": "PENDING"}


def test_a_link_that_there_never_was_is_unknown(addresses: Addresses, ana: Any) -> None:
    """Nor is one that was changed in any part."""
    link = addresses.link(ana, Purpose.CONFIRM)
    others = [
        LinkToken.new(addresses.api.account, ana["addressId"]).text,
        link[:-1] + ("A" if link[-1] != "A" else "Q"),
        LinkToken("2020", ana["addressId"], link[-43:]).text,
        LinkToken(addresses.api.account, f"addr_{'0' * 32}", link[-43:]).text,
        "nothing",
        "",
    ]

    assert {addresses.follow("confirm", other).status for other in others} == {404}


def test_a_removed_address_is_not_confirmed_by_an_older_link(addresses: Addresses, ana: Any) -> None:
    """Also where the same address was entered again."""
    link = addresses.link(ana, Purpose.CONFIRM)
    addresses.put()
    addresses.put(ANA)

    assert addresses.follow("confirm", link).status == 404
    assert addresses.states() == {"ana@example.com": "PENDING"}


@pytest.mark.parametrize("entered", [ANA, {"address": "ANA@example.com"}])
def test_every_older_mail_unsubscribes_an_address_that_was_entered_again(
    addresses: Addresses, ana: Any, entered: dict[str, str]
) -> None:
    """By its link and by one click, in whatever letters; who else has been entered stays."""
    link = addresses.link(ana, Purpose.UNSUBSCRIBE)
    addresses.put()
    again, _ = addresses.put(entered, BEA).json["addresses"]
    addresses.follow("confirm", addresses.link(again, Purpose.CONFIRM))

    assert addresses.one_click(link).status == 200
    assert addresses.states() == {entered["address"]: "UNSUBSCRIBED", "bea@example.com": "PENDING"}
    answer = addresses.follow("unsubscribe", link)
    assert answer.json == {"accountId": addresses.api.account, "address": entered["address"]}


def test_who_is_not_there_any_more_is_unsubscribed(addresses: Addresses, ana: Any) -> None:
    """Nothing is mailed, which is what was asked for; the address itself is not known any more."""
    link = addresses.link(ana, Purpose.UNSUBSCRIBE)
    addresses.put()

    answer = addresses.follow("unsubscribe", link)
    assert (answer.status, answer.json) == (200, {"accountId": addresses.api.account})


def test_a_confirmation_is_over_after_a_week(addresses: Addresses, ana: Any) -> None:
    """The answer says so, and what to do."""
    link = addresses.link(ana, Purpose.CONFIRM)
    addresses.api.system.clock.advance(7 * DAY_SECONDS)

    answer = addresses.follow("confirm", link)
    assert (answer.status, "asked anew" in answer.json["detail"]) == (410, True)


def test_who_has_unsubscribed_is_not_confirmed_by_an_older_link(addresses: Addresses, ana: Any) -> None:
    """The address has to be entered again."""
    confirm = addresses.link(ana, Purpose.CONFIRM)
    addresses.follow("unsubscribe", addresses.link(ana, Purpose.UNSUBSCRIBE))

    assert addresses.follow("confirm", confirm).status == 410
