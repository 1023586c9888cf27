"""Whom an account's alerts are mailed to, over HTTP: the list, and what the links of mails do."""

from io import StringIO
from typing import Any

import pytest

from recado.adapters.dynamodb.accounts.alert_addresses import DynamoAlertAddresses, DynamoLinks
from recado.adapters.dynamodb.tables import SharedConnection, webhooks_table
from recado.ports.alerting import KnownLink
from recado.rules.activity.activity import ActivityKind
from recado.rules.alerting.addresses import address_digest
from recado.rules.alerting.links import LinkToken, Purpose
from tests.support.api.client import Answer, ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.stack import MAIL_FROM

DAY_MS = 24 * 60 * 60 * 1000
ANA, BEA = {"address": "ana@example.com", "locale": "pt"}, {"address": "bea@example.com"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
ONE_CLICK = "List-Unsubscribe=One-Click"


class Addresses:
    """The alert addresses of the client's account."""

    def __init__(self, api: ApiClient) -> None:
        self.api = api
        self.path = f"/accounts/{api.account}/alert-addresses"
        self._table = webhooks_table(api.system.stack.physical_id("WebhooksTable"), SharedConnection())
        self.links = DynamoLinks(self._table)
        self.store = DynamoAlertAddresses(self._table)

    def put(self, *addresses: dict[str, str]) -> Answer:
        """Replace the list."""
        return self.api.call("PUT", self.path, {"addresses": list(addresses)})

    def all(self) -> list[Any]:
        """Read the list."""
        listed: list[Any] = self.api.get(self.path).json["addresses"]
        return listed

    def states(self) -> dict[str, str]:
        """Read the state of each."""
        return {one["address"]: one["state"] for one in self.all()}

    def link(self, address: dict[str, Any], purpose: Purpose) -> str:
        """Return the token of a link, as a mail has it."""
        token = LinkToken.new(self.api.account, address["addressId"])
        until = int(self.api.system.clock.milliseconds()) + purpose.good_for_ms
        self.links.keep(token, KnownLink(purpose, until, address_digest(address["address"])))
        return token.text

    def follow(self, what: str, token: str) -> Answer:
        """Do what the button of a link's page does."""
        return self.api.call("POST", f"/alert-addresses/{what}", {"token": token}, claims={})

    def one_click(self, token: str, form: str | bytes = ONE_CLICK) -> Answer:
        """Do what a mail program does."""
        request = self.api.request(
            "POST", "/alert-addresses/unsubscribe", form, query={"token": token}, headers=FORM, claims={}
        )
        return self.api.send(request)


@pytest.fixture
def addresses(api: ApiClient) -> Addresses:
    """Give the addresses of an account that has none."""
    return Addresses(api)


@pytest.fixture
def ana(addresses: Addresses) -> Any:
    """Give an address that is asked."""
    return addresses.put(ANA).json["addresses"][0]


def asked(aws: AwsCalls) -> list[str]:
    """Return the details of what was told on the bus about addresses."""
    entries = [entry for call in aws.seen if call.name == "PutEvents" for entry in call.parameters["Entries"]]
    return [entry["Detail"] for entry in entries if entry["DetailType"] == "ALERT_ADDRESS_ADDED"]


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
    addresses.api.system.clock.advance(7 * DAY_MS / 1000)

    answer = addresses.follow("confirm", link)
    assert (answer.status, "asked anew" in answer.json["detail"]) == (410, True)


def test_who_has_unsubscribed_is_not_confirmed_by_an_older_link(addresses: Addresses, ana: Any) -> None:
    """The address has to be entered again."""
    confirm = addresses.link(ana, Purpose.CONFIRM)
    addresses.follow("unsubscribe", addresses.link(ana, Purpose.UNSUBSCRIBE))

    assert addresses.follow("confirm", confirm).status == 410


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
