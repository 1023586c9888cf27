"""Signing in in the browser: what the provider is asked, what may come back, what is kept."""

import base64
import hashlib
import json
import socket
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from local.listener import Answer, Listener
from recado_cli.exits import Exit, Stop
from recado_cli.keeping.private_files import write_private
from recado_cli.profiles import files
from recado_cli.profiles.profile import Profile, Provider
from recado_cli.signing_in import browser
from recado_cli.signing_in.addresses import api_address, safe
from recado_cli.signing_in.claims import accounts_of, claims_of
from recado_cli.signing_in.discovery import provider_of
from recado_cli.signing_in.receiver import Receiver
from tests.support.receivers.token_servers import CLIENT_ID, CLIENT_SECRET, TokenServer
from tests.unit.cli.conftest import Run, answered
from tests.unit.cli.keeping.keyrings import Memory


def token_of(**claims: object) -> str:
    """A JWT that nobody has signed."""
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{payload}.x"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Browser:
    """Somebody who signs in at the address that is opened, and comes back with what `answer` makes of it."""

    def __init__(self, answer: str = "code=c0de") -> None:
        self.answer = answer
        self.asked: dict[str, str] = {}
        self.statuses: list[int] = []

    def open(self, address: str) -> bool:
        """As `webbrowser.open`."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        back = self.asked["redirect_uri"].replace("localhost", "127.0.0.1")
        threading.Thread(target=self._come_back, args=(back,), daemon=True).start()
        return True

    def _come_back(self, back: str) -> None:
        port = urlsplit(back).port
        headers = {"Host": f"localhost:{port}"}
        for query in (f"{self.answer}&state=forged", f"{self.answer}&state={self.asked['state']}"):
            self.statuses.append(httpx.get(f"{back}?{query}", headers=headers, trust_env=False).status_code)


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A browser with a screen."""
    person = Browser()
    monkeypatch.setattr("webbrowser.open", person.open)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("recado_cli.signing_in.browser.PORTS", (free_port(),))
    return person


def stack_with(listener: Listener, **config: object) -> None:
    """A stack whose provider is itself."""
    settings = {
        "cliClientId": "cli-client",
        "authorizationUrl": f"{listener.url}/authorize",
        "tokenUrl": f"{listener.url}/token",
        "revocationUrl": f"{listener.url}/revoke",
        "scopes": ["openid", "recado/webhooks.read"],
        **config,
    }
    listener.answers.append(answered(settings))


def test_signing_in_keeps_a_session_and_a_profile(run: Run, person: Browser, settings_directory: Path) -> None:
    """Code with PKCE; a forged answer ends nothing; where the session lies is said first; then `who` knows."""
    with Listener() as stack:
        stack_with(stack)
        access = token_of(sub="ana", groups=["account:1010", "staff"], scope="openid")
        stack.answers.append(answered({"access_token": access, "refresh_token": "r3fresh", "expires_in": 3600}))
        ran = run("sign-in", f"{stack.url}/console/", "--profile", "test")
        exchanged = parse_qs(stack.received[1].body.decode())
        assert ran.code == 0, ran.err
        assert person.statuses == [400, 200]
        assert person.asked["scope"] == "openid recado/webhooks.read recado/events.publish"
        challenge = hashlib.sha256(exchanged["code_verifier"][0].encode()).digest()
        assert person.asked["code_challenge"] == base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        assert exchanged["client_id"] == ["cli-client"]
        said = ran.err.splitlines()
        assert "in a file that only you can read" in said[0]
        assert said[-1] == f"Signed in to {stack.url}, profile test, for account 1010."
        assert "r3fresh" not in ran.err + ran.out + (settings_directory / "profiles.toml").read_text()
        (who,) = run("who", "--json").lines
        assert (who["profile"], who["subject"], who["accounts"], who["account"]) == ("test", "ana", ["1010"], "1010")
        assert run("profiles").out.splitlines() == [
            "\tPROFILE\tAPI\tACCOUNT",
            f"*\ttest\t{stack.url}\t1010",
            "\tlocal\tthe stack on this machine\t",
        ]


def test_signing_out_revokes_and_forgets(run: Run, person: Browser, settings_directory: Path) -> None:
    """The provider is told; afterwards nobody is signed in."""
    assert person.statuses == []
    with Listener() as stack:
        stack_with(stack)
        stack.answers.append(answered({"access_token": "a", "refresh_token": "r3fresh"}))
        run("sign-in", stack.url, "--profile", "test")
        ran = run("sign-out", "--forget")
        assert (stack.received[-1].path, b"r3fresh" in stack.received[-1].body) == ("/revoke", True)
    assert ran.err == f"Signed out of {stack.url}, profile test.\n"
    assert list((settings_directory / "secrets").iterdir()) == []
    assert files.saved() == {}


def test_a_refused_sign_in_says_why_and_keeps_nothing(run: Run, person: Browser, settings_directory: Path) -> None:
    """Ends with the code for it."""
    person.answer = "error=access_denied&error_description=not%20today%1b"
    with Listener() as stack:
        stack_with(stack)
        ran = run("sign-in", stack.url, "--profile", "test")
    assert ran.code == Exit.NOT_SIGNED_IN
    assert "signing in was refused: access_denied not today\\x1b" in ran.err
    assert files.saved() == {}
    assert list((settings_directory / "secrets").iterdir()) == []


def test_what_would_lose_the_sign_in_is_said_before_the_browser_opens(
    run: Run, person: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No place for the session, no client, ports that are taken, nobody to ask."""
    with Listener() as stack:
        stack_with(stack)
        assert "there is no keyring" in run("sign-in", stack.url, "--keep-in", "keyring").err
        stack_with(stack, cliClientId="")
        assert "--client-id names it" in run("sign-in", stack.url).err
        stack.answers.append(Answer(404))
        assert "is no Recado" in run("sign-in", stack.url).err
        stack.answers.append(Answer(200, body=b"<html>"))
        assert "is no JSON object" in run("sign-in", stack.url).err
        monkeypatch.setenv("RECADO_CONFIG_DIR", "/dev/null/nowhere")
        stack_with(stack)
        ran = run("sign-in", stack.url)
    assert ran.code == Exit.FAILED
    assert person.asked == {}


def test_without_a_screen_the_address_is_printed(run: Run, person: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """And how to reach it from elsewhere; the wait is bounded."""
    monkeypatch.delenv("DISPLAY")
    monkeypatch.setenv("SSH_CONNECTION", "x")
    provider = Provider("c", "https://t.example", "https://a.example/authorize?x=1")
    said: list[str] = []
    with pytest.raises(Stop, match=r"nobody has signed in within 0\.01 s"):
        browser.sign_in(provider, said.append, seconds=0.01, ports=(free_port(),))
    assert said[1].startswith("https://a.example/authorize?x=1&response_type=code&")
    assert "ssh -L" in said[2]
    assert person.asked == {}
    assert run("sign-in", "http://recado.example").code == Exit.USAGE


def test_a_port_that_is_taken_is_passed_over() -> None:
    """Where all are, that is said."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        first, second = taken.getsockname()[1], free_port()
        with Receiver("s", (first, second)) as receiver:
            assert receiver.redirect_uri == f"http://localhost:{second}/callback"
        with pytest.raises(Stop, match="are all taken"):
            Receiver("s", (first,))


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        ("/callback?code=c&state=s", "localhost:{port}", 200),
        ("/callback?code=c&state=s", "evil.example", 404),
        ("/other?code=c&state=s", "localhost:{port}", 404),
        ("/callback?code=c", "localhost:{port}", 400),
        ("/callback?code=c&state=%C3%A9", "localhost:{port}", 400),
        ("/callback?state=s", "localhost:{port}", 400),
    ],
)
def test_only_the_answer_of_this_sign_in_is_taken(target: str, host: str, status: int) -> None:
    """No page of another tab, no name that was rebound to this machine."""
    with Receiver("s", (free_port(),)) as receiver:
        assert receiver.take(target, host.format(port=receiver.port))[0] == status


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("recado.example", "https://recado.example"),
        ("https://recado.example/console/", "https://recado.example"),
        ("http://127.0.0.1:8080/console", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://x.execute-api.eu-west-1.amazonaws.com/prod/", "https://x.execute-api.eu-west-1.amazonaws.com/prod"),
    ],
)
def test_the_address_is_taken_as_people_have_it(typed: str, address: str) -> None:
    """That of the console too."""
    assert api_address(typed) == address


@pytest.mark.parametrize("typed", ["http://recado.example", "ftp://x", "https://", "https://a:b@x", "http://x:port"])
def test_no_secret_goes_where_others_can_read_it(typed: str) -> None:
    """HTTPS, or this machine; no password in the address."""
    with pytest.raises(Stop) as refused:
        safe(typed, "the address")
    assert refused.value.code == Exit.USAGE


def test_a_stack_cannot_send_secrets_elsewhere_in_the_clear() -> None:
    """Its provider is held to the same."""
    with Listener() as stack:
        stack_with(stack, tokenUrl="http://evil.example/token")
        with pytest.raises(Stop, match="must begin with https://"):
            provider_of(stack.url)


def test_a_token_tells_its_accounts_whatever_the_claim_is_called() -> None:
    """What is no token tells nothing."""
    assert accounts_of(claims_of(token_of(**{"cognito:groups": ["account:a:b", "x"], "aud": ["y"]}))) == ["a:b"]
    assert [claims_of(text) for text in ("", "opaque", "a.b.c", "a.W10.c")] == [{}] * 4


def test_a_machine_signs_in_by_a_secret_that_is_on_no_command_line(
    run: Run, settings_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the environment, or from a private file; a wrong one is found out at once."""
    with Listener() as stack, TokenServer() as provider:
        stack.usual_answer = answered({"tokenUrl": f"{provider.url}/token", "cliClientId": "not this one"})
        monkeypatch.setenv("RECADO_CLIENT_SECRET", "wrong")
        options = ("sign-in", stack.url, "--profile", "ci", "--machine", "--client-id", CLIENT_ID)
        assert run(*options).code == Exit.NOT_SIGNED_IN
        assert files.saved() == {}
        monkeypatch.delenv("RECADO_CLIENT_SECRET")
        unasked = run(*options)
        assert (unasked.code, "RECADO_CLIENT_SECRET, or --secret-file" in unasked.err) == (Exit.USAGE, True)
        write_private(settings_directory / "s", CLIENT_SECRET)
        ran = run(*options, "--account", "1010", "--secret-file", str(settings_directory / "s"))
        assert ran.err.endswith(f"Signed in to {stack.url}, profile ci, for account 1010.\n")
        assert CLIENT_SECRET not in ran.err + (settings_directory / "profiles.toml").read_text()
        (settings_directory / "s").chmod(0o644)
        assert run(*options, "--secret-file", str(settings_directory / "s")).code == Exit.FAILED


def test_signing_in_again_needs_no_address(run: Run, person: Browser) -> None:
    """The client is the one that the stack names now, or the one that was given where it names none."""
    with Listener() as stack:
        for named, given in (("first", []), ("second", []), ("", ["--client-id", "own"]), ("", [])):
            stack_with(stack, cliClientId=named)
            stack.answers.append(answered({"access_token": "a", "refresh_token": "r"}))
            address = [stack.url, "--profile", "test"] if named == "first" else []
            assert run("sign-in", *address, *given, "--account", "a:b").code == 0
            assert person.asked["client_id"] == (named or "own")
    assert files.saved()["test"].account == "a:b"


def test_a_profile_of_another_stack_is_not_overwritten(run: Run) -> None:
    """Its session would be left where nobody ends it."""
    files.save(Profile("test", "https://a.example", account="1010"))

    ran = run("sign-in", "https://b.example", "--profile", "test")

    assert ran.code == Exit.USAGE
    assert "the profile test is of https://a.example" in ran.err
    assert "sign-out --forget --profile test" in ran.err


@pytest.mark.usefixtures("person")
def test_a_session_is_kept_in_one_place(run: Run, settings_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it lies in the keyring from now on, the file of the one before is gone."""
    keyring, granted = Memory(), {"access_token": token_of(sub="ana"), "refresh_token": "r", "expires_in": 3600}
    monkeypatch.setattr("keyring.get_keyring", lambda: keyring)
    with Listener() as stack:
        for place in ("file", "keyring"):
            stack_with(stack)
            stack.answers.append(answered(granted))
            assert run("sign-in", stack.url, "--profile", "test", "--keep-in", place).code == 0

    assert list((settings_directory / "secrets").glob("test*")) == []
    assert files.saved()["test"].keeps_in == "keyring"
