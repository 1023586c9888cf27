"""Whom an account's alerts are mailed to, over HTTP: the list."""

from io import StringIO
from typing import Any

import pytest

from recado.adapters.dynamodb.accounts.alert_addresses import DynamoAlertAddresses
from recado.rules.activity.activity import ActivityKind
from recado.rules.alerting.links import Purpose
from tests.integration.webhook_api.alert_addresses.listed import ANA, BEA, Addresses, asked
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.stack import MAIL_FROM


def test_an_account_begins_without_addresses(addresses: Addresses) -> None:
    """And is told whether there are mails at all."""
    assert addresses.api.get(addresses.path).json == {"mails": True, "addresses": []}


def test_an_entered_address_waits_for_its_owner(addresses: Addresses) -> None:
    """It is listed with its language, English unless told otherwise."""
    answer = addresses.put(ANA, BEA)

    assert answer.status == 200
    assert answer.json == addresses.api.get(addresses.path).json
    assert [(one["address"], one["locale"], one["state"]) for one in addresses.all()] == [
        ("ana@example.com", "pt", "PENDING"),
        ("bea@example.com", "en", "PENDING"),
    ]


def test_who_stays_keeps_id_and_state(addresses: Addresses, ana: Any) -> None:
    """Whatever the case of the letters; who is left out is gone."""
    addresses.follow("confirm", addresses.link(ana, Purpose.CONFIRM))
    addresses.put({"address": "ANA@example.com", "locale": "es"}, BEA)

    first, second = addresses.all()
    assert (first["addressId"], first["state"], first["locale"]) == (ana["addressId"], "CONFIRMED", "es")
    addresses.put(BEA)
    assert addresses.all() == [second]


def test_all_are_removed_at_once(addresses: Addresses, ana: Any) -> None:
    """With what was known of them."""
    assert ana
    assert addresses.api.call("DELETE", addresses.path).status == 204
    assert addresses.all() == []
    assert addresses.put(ANA).json["addresses"][0]["addressId"] != ana["addressId"]


def test_only_who_has_not_answered_is_asked(addresses: Addresses, aws: AwsCalls) -> None:
    """Who is new once; those that wait once more by the same list again; and the bus learns no address."""
    first = addresses.put(ANA).json["addresses"][0]
    both = addresses.put(ANA, BEA).json["addresses"]
    assert len(asked(aws)) == 2
    addresses.follow("confirm", addresses.link(first, Purpose.CONFIRM))
    aws.clear()
    addresses.put(ANA, BEA)

    assert [both[1]["addressId"] in detail for detail in asked(aws)] == [True]
    assert "bea@" not in str(asked(aws))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "@example.com",
        "ana@example",
        "ana@example.com\r\nBcc: bea@example.com",
        "ana@example.com\n",
        "Ana <ana@example.com>",
        "ana@example.com,bea@example.com",
        "ana @example.com",
        "ana@[192.0.2.1]",
        "ána@example.com",
        ".ana@example.com",
        "ana@-example.com",
        "a" * 65 + "@example.com",
        f"ana@{'a.' * 130}example",
    ],
)
def test_what_cannot_be_an_address_is_refused(addresses: Addresses, address: str) -> None:
    """By name, and nothing of the list is taken."""
    answer = addresses.put(ANA, {"address": address})

    assert (answer.status, answer.fields) == (422, ["addresses[1].address"])
    assert addresses.all() == []


def test_a_list_is_short_and_names_nobody_twice(addresses: Addresses) -> None:
    """Five at most, and case makes no other address."""
    assert addresses.put(ANA, {"address": "Ana@Example.com"}).fields == ["addresses[1].address"]
    many = [{"address": f"a{number}@example.com"} for number in range(6)]
    assert addresses.put(*many).fields == ["addresses"]
    assert addresses.put(*many[:5]).status == 200


def test_a_language_that_there_are_no_mails_in_is_refused(addresses: Addresses) -> None:
    """By name."""
    assert addresses.put({"address": "ana@example.com", "locale": "fr"}).fields == ["addresses[0].locale"]


def test_nobody_is_entered_where_nobody_is_mailed(addresses: Addresses) -> None:
    """The answer names what the operator has to set; reading and removing go on."""
    addresses.api.system.stack.change_environment("WebhookApiFunction", MAIL_FROM="")
    addresses.api.system.cold_start()
    try:
        answer = addresses.put(ANA)
        assert (answer.status, "MailFrom" in answer.json["detail"]) == (409, True)
        assert addresses.api.get(addresses.path).json == {"mails": False, "addresses": []}
        assert addresses.api.call("DELETE", addresses.path).status == 204
    finally:
        addresses.api.system.stack.change_environment("WebhookApiFunction", MAIL_FROM=MAIL_FROM)
        addresses.api.system.cold_start()


def test_who_changed_the_addresses_is_kept_without_them(addresses: Addresses, ana: Any, log: StringIO) -> None:
    """Once for each change; and no address, and no token of a link, comes into the log."""
    link = addresses.link(ana, Purpose.CONFIRM)
    addresses.put(ANA)
    addresses.put(BEA)
    addresses.follow("confirm", link)

    activity = addresses.api.get(f"/accounts/{addresses.api.account}/activity").json["activity"]
    assert [one["kind"] for one in activity] == [ActivityKind.ALERT_ADDRESSES_CHANGED] * 2
    assert all(one["changes"] == [{"field": "addresses", "hidden": True}] for one in activity)
    for secret in ("ana@", "bea@", link[-43:]):
        assert secret not in log.getvalue()


def test_a_change_that_meets_another_is_made_again(
    addresses: Addresses, ana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A confirmation between reading and writing is not undone by a new list."""
    link = addresses.link(ana, Purpose.CONFIRM)
    read = DynamoAlertAddresses.read
    met: list[bool] = []

    def read_and_meet(store: DynamoAlertAddresses, account_id: str) -> Any:
        book = read(store, account_id)
        if not met:
            met.append(True)
            addresses.follow("confirm", link)
        return book

    monkeypatch.setattr(DynamoAlertAddresses, "read", read_and_meet)
    assert addresses.put(ANA, BEA).status == 200
    assert addresses.states() == {"ana@example.com": "CONFIRMED", "bea@example.com": "PENDING"}


def test_changes_that_never_get_through_ask_to_try_again(addresses: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 503, after a few tries."""
    monkeypatch.setattr(DynamoAlertAddresses, "_is_of_version", lambda store, _version: store._table.version == 99)

    answer = addresses.put(ANA)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert "alert addresses" in answer.json["detail"]
