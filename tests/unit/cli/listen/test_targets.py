"""Where `listen` sends to, and where it refuses to."""

import pytest

from recado_cli.listen.targets import Target, TargetError, target_of

HOSTS = {"app.test": ["127.0.0.1"], "example.com": ["93.184.216.34"], "both.test": ["127.0.0.1", "10.0.0.1"]}


def _target(text: str, *, allow_remote: bool = False) -> Target:
    def resolve(host: str) -> list[str]:
        if host not in HOSTS:
            raise OSError
        return HOSTS[host]

    return target_of(text, allow_remote=allow_remote, resolve=resolve)


@pytest.mark.parametrize(
    ("text", "url", "addresses"),
    [
        ("http://localhost:3000/hook", "http://localhost:3000/hook", ("::1", "127.0.0.1")),
        ("3000", "http://localhost:3000/", ("::1", "127.0.0.1")),
        ("localhost:3000/hook?a=b", "http://localhost:3000/hook?a=b", ("::1", "127.0.0.1")),
        ("https://shop.localhost/x#part", "https://shop.localhost/x", ("::1", "127.0.0.1")),
        ("http://127.1.2.3:80/", "http://127.1.2.3/", ("127.1.2.3",)),
        ("http://[::1]:3000/", "http://[::1]:3000/", ("::1",)),
        ("http://app.test/", "http://app.test/", ("127.0.0.1",)),
    ],
)
def test_addresses_of_this_machine_are_accepted(text: str, url: str, addresses: tuple[str, ...]) -> None:
    """In both families where they are named localhost; a name of the hosts file counts by its addresses."""
    target = _target(text)
    assert (str(target.url), target.addresses, target.is_local) == (url, addresses, True)


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com/",
        "http://both.test/",
        "http://10.0.0.1/",
        "http://nowhere.test/",
        "http://localhost.example.com/",
    ],
)
def test_other_machines_need_a_word(text: str) -> None:
    """Real events go nowhere by a slip of the hand; `--allow-remote` says that it is meant."""
    with pytest.raises(TargetError, match="--allow-remote"):
        _target(text)
    assert not _target(text, allow_remote=True).is_local


@pytest.mark.parametrize(
    "text", ["ftp://localhost/", "http://", "http://user:secret@localhost/", "http://[::1", "", "99999", "localhost:0"]
)
def test_what_is_no_address_is_refused_with_what_is_accepted(text: str) -> None:
    """Nothing is guessed beyond a port and a missing scheme, and no credential is taken from a command line."""
    with pytest.raises(TargetError, match="accepted") as refused:
        _target(text)
    assert "secret" not in str(refused.value)
