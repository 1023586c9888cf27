"""`recado listen` as people type it: what it refuses, and the secret that it keeps."""

import pytest

from recado_cli import signing
from recado_cli.exits import Exit
from recado_cli.listen.secret import listener_secret
from recado_cli.profiles.profile import Profile
from tests.unit.cli.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("https://93.184.216.34/hook",), "URL: 93.184.216.34 is not this machine"),
        (("ftp://localhost/",), "URL: accepted is a port, or"),
        (("3000", "--since", "yesterday"), "--since is "),
        (("3000", "--every", "0"), "--every"),
    ],
)
def test_what_cannot_be_used_is_named(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """With the exit code of a wrong usage, before anything is asked."""
    ran = run("listen", *arguments)
    assert ran.code == Exit.USAGE
    assert said in ran.err


def test_where_the_api_does_not_answer_it_does_not_begin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong address is told at once; what fails later is waited out."""
    monkeypatch.setenv("RECADO_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("RECADO_TOKEN", "token")
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    ran = run("listen", "3000", "--account", "1010")
    assert ran.code == Exit.UNREACHABLE
    assert "no answer from http://127.0.0.1:9" in ran.err


@pytest.mark.parametrize("keeps_in", ["file", "keyring"])
def test_the_secret_is_made_once_a_profile(keeps_in: str) -> None:
    """The same the next time, another for another profile; in a file where there is no keyring."""
    first, other = (Profile(name, "https://api.example", keeps_in=keeps_in) for name in ("prod", "test"))
    made = listener_secret(first)
    assert len(signing.key_of(made)) == 32
    assert listener_secret(first) == made
    assert listener_secret(other) != made
