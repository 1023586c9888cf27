"""The HTTP sender knows its request and nothing else: no proxy, no credentials of the machine, no cookies."""

from pathlib import Path

import pytest
from requests.exceptions import ProxyError

from tests.support.receivers.rude import Receiver, answering
from tests.unit.adapters.sending.sending import NAME, resolving, send, sender


@pytest.mark.parametrize(
    "variable", ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
)
def test_proxies_of_the_environment_are_ignored(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would contact what the guard has not judged."""
    with Receiver(answering("500 Proxy")) as proxy, Receiver(answering()) as receiver:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
        sent = send(f"http://{NAME}/", by=sender(resolver=resolving(("127.0.0.1", receiver.port))))

    assert sent.result.delivered
    assert (proxy.connections, len(receiver.posts)) == (0, 1)


def test_proxies_that_are_given_are_refused() -> None:
    """There is no way to have one used."""
    with pytest.raises(ProxyError):
        sender()._adapters.of(None).proxy_manager_for("http://127.0.0.1:1")


def test_credentials_of_the_machine_are_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `.netrc` is sent to a receiver, and no CA bundle of the environment is read."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login user password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")
    with Receiver(answering()) as receiver:
        assert send(receiver.url).result.delivered

    assert "authorization" not in receiver.posts[0].headers


def test_cookies_are_not_kept() -> None:
    """What one attempt was told is not said in the next."""
    with Receiver(answering("200 OK", b"", "Set-Cookie: session=1; Path=/")) as receiver:
        one = sender()
        for _ in range(2):
            send(receiver.url, by=one)

    assert ["cookie" in post.headers for post in receiver.posts] == [False, False]
