"""The table of targets: what is refused when it is entered, what at the address, and what is contacted.

Every row goes through the sender as it is deployed, without a network: its sockets refuse each connection, and keep
where it would have gone.
"""

import pytest

from recado.rules.sending.attempt import FailureClass
from recado.rules.target.target_policy import TargetPolicy
from tests.unit.adapters.sending.sending import NAME
from tests.unit.adapters.sending.targets.outside import OWN, PUBLIC, URL, Outside, shown
from tests.unit.rules.target.target_addresses import ADDRESSES, MIXED_ANSWERS
from tests.unit.rules.target.targets import ALLOWED_URLS, INTERNATIONAL_URLS, REFUSED_URLS


def assert_refused_when_entered(outside: Outside, url: str, reason: str, policy: TargetPolicy | None = None) -> None:
    """The URL is refused by its text: no name is looked up."""
    sent = outside.send(url, policy)

    assert (url, sent.failure_class) == (url, FailureClass.BLOCKED_TARGET)
    assert sent.failure.detail.startswith(f"The target URL {reason}"), url
    assert (outside.asked, outside.contacted) == ([], [])


def assert_judged_by_address(outside: Outside, answer: list[str], kind: str | None) -> None:
    """The name is looked up once, and nobody is contacted but its judged addresses."""
    outside.answers, outside.asked, outside.contacted = [answer], [], []
    sent = outside.send(URL)

    assert outside.asked == [NAME]
    if kind is None:
        assert (sent.failure_class, outside.contacted) == (FailureClass.CONNECT, answer)
        return
    verdict = (sent.failure_class, sent.failure.detail)
    assert (answer, verdict) == (answer, (FailureClass.BLOCKED_TARGET, f"{NAME} leads to {kind}."))
    assert outside.contacted == []


@pytest.mark.parametrize("reason", sorted({reason for _, reason in REFUSED_URLS}))
def test_a_target_that_is_refused_when_entered(outside: Outside, reason: str) -> None:
    """Layer entry: refused with its reason, whatever its name leads to."""
    for url, wanted in REFUSED_URLS:
        if wanted == reason:
            assert_refused_when_entered(outside, url, reason)


def test_a_target_that_is_contacted(outside: Outside) -> None:
    """Both layers let it pass: the connection is tried at the judged address."""
    verdicts = {url: outside.send(url).failure_class for url in ALLOWED_URLS}

    assert verdicts == dict.fromkeys(ALLOWED_URLS, FailureClass.CONNECT)
    assert (len(outside.asked), outside.contacted) == (len(ALLOWED_URLS), [PUBLIC] * len(ALLOWED_URLS))


@pytest.mark.parametrize(("typed", "contacted"), INTERNATIONAL_URLS.items(), ids=shown)
def test_an_international_name_is_contacted_in_its_ascii_form(outside: Outside, typed: str, contacted: str) -> None:
    """It is looked up as DNS knows it."""
    assert TargetPolicy().check_url(typed) == contacted
    assert outside.send(typed).failure_class is FailureClass.CONNECT
    assert outside.asked == [contacted.partition("://")[2].partition("/")[0].partition(":")[0]]
    assert outside.contacted == [PUBLIC]


@pytest.mark.parametrize("kind", sorted({str(kind) for kind in ADDRESSES.values()}))
def test_a_name_is_judged_by_its_address(outside: Outside, kind: str) -> None:
    """Layer address: up to both borders of every range, and in every wrapping."""
    for address, wanted in ADDRESSES.items():
        if str(wanted) == kind:
            assert_judged_by_address(outside, [address], wanted)


def test_one_bad_address_condemns_a_name(outside: Outside) -> None:
    """Layer address: the first one of them is named by its kind."""
    for answer, kind in MIXED_ANSWERS:
        assert_judged_by_address(outside, answer, kind)


@pytest.mark.parametrize("second", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254"])
def test_a_name_that_is_rebound_after_it_was_judged_leads_nowhere(outside: Outside, second: str) -> None:
    """One look-up an attempt: what a second one would find is never seen, and condemns the attempt after it."""
    outside.answers = [[PUBLIC], [second]]

    assert outside.send(URL).failure_class is FailureClass.CONNECT
    assert (outside.asked, outside.contacted) == ([NAME], [PUBLIC])
    assert outside.send(URL).failure_class is FailureClass.BLOCKED_TARGET
    assert (outside.asked, outside.contacted) == ([NAME] * 2, [PUBLIC])


def test_the_table_is_large_enough_to_mean_something() -> None:
    """Every border of a rule has a row on both sides."""
    assert len(REFUSED_URLS) + len(ALLOWED_URLS) + len(INTERNATIONAL_URLS) >= 120
    assert len(ADDRESSES) + len(MIXED_ANSWERS) >= 120


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/accounts/1010/events",
        "https://HOOKS.example.com:443/",
        "https://\uff48ooks.example.com/",
        "https://a1b2c3.execute-api.us-east-1.amazonaws.com/",
    ],
)
def test_this_api_is_no_target(outside: Outside, url: str) -> None:
    """Layer entry: events are not to come back to where they were published."""
    assert_refused_when_entered(outside, url, "must not lead to this API itself", OWN)


@pytest.mark.parametrize(
    "url", ["https://other.example.com/", "https://example.com/", "https://d4e5f6.execute-api.us-east-1.amazonaws.com/"]
)
def test_other_apis_are_targets(outside: Outside, url: str) -> None:
    """Those of other deployments and other names under the same domain."""
    assert outside.send(url, OWN).failure_class is FailureClass.CONNECT


@pytest.mark.parametrize(("url", "passes"), [("https://example.com:9443/", True), ("https://example.com/", False)])
def test_ports_are_those_that_are_allowed(outside: Outside, url: str, passes: bool) -> None:
    """A deployment may have others than 443 and 8443."""
    policy = TargetPolicy(ports=(9443,))
    if passes:
        assert outside.send(url, policy).failure_class is FailureClass.CONNECT
    else:
        assert_refused_when_entered(outside, url, "must use one of the ports 9443", policy)
