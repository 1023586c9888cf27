"""An alert's way from a failure to the mail of an account's own admin, through the running stack."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
import requests

from local.commands import mails
from local.commands.mails import Mail
from local.listener import Answer, Listener
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import PLATFORM, Instance
from tests.e2e.support.waiting import until

ADDRESSES = f"/accounts/{ACCOUNT}/alert-addresses"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def ana(api: ApiClient) -> Iterator[str]:
    """Give an address that nobody has mailed before; afterwards the account has none."""
    yield f"ana.{uuid4().hex}@example.com"
    api.delete(ADDRESSES)


@pytest.fixture
def mailed(instance: Instance, ana: str) -> Callable[[], list[Mail]]:
    """`mailed()` returns what was mailed to the address."""
    return lambda: [mail for mail in mails.sent(instance.settings) if mail.to == ana]


def links(mail: Mail) -> dict[str, str]:
    """Return the tokens of a mail's links."""
    return dict(re.findall(r"/console/alerts#(confirm|unsubscribe)=(\S+)", mail.text))


def state(api: ApiClient) -> str:
    """Return the state of the address."""
    (one,) = api.get(ADDRESSES).json()["addresses"]
    return str(one["state"])


def test_a_failure_reaches_the_admin_who_has_confirmed(  # noqa: PLR0917 - its fixtures
    api: ApiClient,
    anonymous_api: ApiClient,
    add_webhook: Callable[..., dict[str, Any]],
    listener: Listener,
    publish: Callable[..., str],
    ana: str,
    mailed: Callable[[], list[Mail]],
) -> None:
    """Asked, confirmed, told that a webhook was disabled, unsubscribed by one click; opening links does nothing."""
    listed = api.put(ADDRESSES, json={"addresses": [{"address": ana, "locale": "pt"}]}).json()
    assert (listed["mails"], listed["addresses"][0]["state"]) == (True, "PENDING")
    until(mailed, "the mail that asks")
    (asking,) = mailed()
    for url in re.findall(r"https?://[^\s>]+", asking.text):
        requests.get(url, timeout=10)
    assert state(api) == "PENDING"
    for _ in range(2):
        answer = anonymous_api.post("/alert-addresses/confirm", json={"token": links(asking)["confirm"]})
        assert (answer.status_code, answer.json()["address"]) == (HTTPStatus.OK, ana)

    listener.usual_answer = Answer(HTTPStatus.GONE)
    add_webhook(listener.url, "CI_STATS")
    publish("CI_STATS")
    until(lambda: len(mailed()) > 1, "the mail of the alert")
    alert = mailed()[-1]
    assert "foi desativado" in alert.subject
    # Where a platform lets its customers in, mails lead there, and not to a page that asks them to sign in.
    assert f"{PLATFORM}/renew" in alert.text
    assert "Requisição recusada, status 410" in alert.text

    (one_click,) = re.findall(r"List-Unsubscribe: <(\S+)>", alert.text)
    opened = requests.get(one_click, timeout=10, allow_redirects=False)
    assert opened.status_code == HTTPStatus.FOUND
    assert opened.headers["Location"].endswith(f"/console/alerts#unsubscribe={links(alert)['unsubscribe']}")
    assert state(api) == "CONFIRMED"
    posted = requests.post(one_click, data="List-Unsubscribe=One-Click", headers=FORM, timeout=10)
    assert posted.status_code == HTTPStatus.OK
    assert state(api) == "UNSUBSCRIBED"


def test_mails_are_printed(instance: Instance, api: ApiClient, ana: str, mailed: Callable[[], list[Mail]]) -> None:
    """`make mails` shows them, links included."""
    api.put(ADDRESSES, json={"addresses": [{"address": ana}]})
    until(mailed, "the mail that asks")

    printed = instance.run("mails").stdout
    assert f"To: {ana}" in printed
    assert links(mailed()[-1])["confirm"] in printed
