"""The table of targets, run against the token URL: it is a door of its own, with the same guards.

As in `test_targets.py`, nothing leaves this process. No row may end in a request for a token to a place that no event
may be sent to.
"""

import pytest

from recado.rules.oauth2.token_answer import read_answer
from recado.rules.oauth2.token_request import token_request
from recado.rules.sending.attempt import Failure, FailureClass
from recado.rules.target.target_policy import TargetPolicy
from recado.rules.webhook.authentication.authentication import OAuth2
from tests.unit.adapters.sending.sending import NAME, send, sender
from tests.unit.adapters.sending.targets.outside import OWN, PUBLIC, Outside, shown
from tests.unit.rules.target.target_addresses import ADDRESSES, MIXED_ANSWERS
from tests.unit.rules.target.targets import ALLOWED_URLS, INTERNATIONAL_URLS, REFUSED_URLS

URL = f"https://{NAME}/token"


def ask(outside: Outside, url: str, policy: TargetPolicy | None = None) -> tuple[FailureClass | None, str]:
    """Ask for a token at a URL as it was entered; return the sender's class, and what the webhook's failure says."""
    request = token_request(OAuth2(url, "recado"), "correct horse battery")
    sent = send(request, by=sender(policy or TargetPolicy(), resolver=outside.resolve))
    read = read_answer(request, sent.result)
    assert isinstance(read, Failure)
    assert read.failure_class is FailureClass.OAUTH2
    return sent.failure_class, read.detail


@pytest.mark.parametrize("reason", sorted({reason for _, reason in REFUSED_URLS}))
def test_a_token_url_that_no_target_may_have(outside: Outside, reason: str) -> None:
    """Layer entry: nobody is asked, not even for the name's address."""
    for url, wanted in REFUSED_URLS:
        if wanted == reason:
            kind, detail = ask(outside, url)
            assert (url, kind) == (url, FailureClass.BLOCKED_TARGET)
            assert detail.startswith(f"The token URL {reason}"), url
    assert (outside.asked, outside.contacted) == ([], [])


def test_a_token_url_as_any_target(outside: Outside) -> None:
    """Both layers let it pass: the connection is tried at the judged address."""
    kinds = {url: ask(outside, url)[0] for url in ALLOWED_URLS}

    assert kinds == dict.fromkeys(ALLOWED_URLS, FailureClass.CONNECT)
    assert outside.contacted == [PUBLIC] * len(ALLOWED_URLS)


@pytest.mark.parametrize(("typed", "contacted"), INTERNATIONAL_URLS.items(), ids=shown)
def test_an_international_name_is_asked_in_its_ascii_form(outside: Outside, typed: str, contacted: str) -> None:
    """It is looked up as DNS knows it."""
    assert ask(outside, typed)[0] is FailureClass.CONNECT
    assert outside.asked == [contacted.partition("://")[2].partition("/")[0].partition(":")[0]]


@pytest.mark.parametrize("kind", sorted({str(kind) for kind in ADDRESSES.values()}))
def test_a_token_server_is_judged_by_its_address(outside: Outside, kind: str) -> None:
    """Layer address: up to both borders of every range, and in every wrapping."""
    for address, wanted in ADDRESSES.items():
        if str(wanted) == kind:
            assert_judged(outside, [address], wanted)


def test_one_bad_address_condemns_a_token_server(outside: Outside) -> None:
    """Layer address: the first one of them is named by its kind."""
    for answer, kind in MIXED_ANSWERS:
        assert_judged(outside, answer, kind)


def assert_judged(outside: Outside, answer: list[str], kind: str | None) -> None:
    """The name is looked up once, and nobody is contacted but its judged addresses."""
    outside.answers, outside.asked, outside.contacted = [answer], [], []
    sent_as, detail = ask(outside, URL)

    assert outside.asked == [NAME]
    if kind is None:
        assert (sent_as, outside.contacted) == (FailureClass.CONNECT, answer)
        return
    assert (answer, sent_as, detail) == (answer, FailureClass.BLOCKED_TARGET, f"{NAME} leads to {kind}.")
    assert outside.contacted == []


@pytest.mark.parametrize("second", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254"])
def test_a_token_server_that_is_rebound_leads_nowhere(outside: Outside, second: str) -> None:
    """One look-up a request."""
    outside.answers = [[PUBLIC], [second]]

    assert ask(outside, URL)[0] is FailureClass.CONNECT
    assert ask(outside, URL)[0] is FailureClass.BLOCKED_TARGET
    assert outside.contacted == [PUBLIC]


def test_this_api_gives_no_tokens(outside: Outside) -> None:
    """Its names are no targets, and no token URLs."""
    kind, detail = ask(outside, "https://hooks.example.com/oauth2/token", OWN)

    assert (kind, detail) == (FailureClass.BLOCKED_TARGET, "The token URL must not lead to this API itself.")
