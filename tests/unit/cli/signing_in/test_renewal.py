"""Sessions that go on: the token of a request, and who renews it."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from local.listener import Answer, Listener
from recado_cli.exits import Exit, Stop
from recado_cli.keeping.keeper import keeper_of
from recado_cli.keeping.private_files import write_private
from recado_cli.profiles import files
from recado_cli.profiles.profile import Profile, Provider
from recado_cli.signing_in import grants
from recado_cli.signing_in.grants import Session
from recado_cli.tokens import from_environment, session_of, token_source
from tests.support.receivers.token_servers import CLIENT_ID, CLIENT_SECRET, TokenServer
from tests.unit.cli.conftest import Run


class Rotating(Listener):
    """A token endpoint that takes each refresh token once, and ends the session of whoever uses one again."""

    def __init__(self) -> None:
        super().__init__()
        self.valid = "refresh-0"
        self.renewals = 0
        self._one_at_a_time = threading.Lock()

    def _next_answer(self, headers: dict[str, str], body: bytes) -> Answer:
        with self._one_at_a_time:
            if self.answers:
                return super()._next_answer(headers, body)
            if parse_qs(body.decode())["refresh_token"] != [self.valid]:
                self.valid = "none any more"
                return answered({"error": "invalid_grant", "error_description": "used again"}, 400)
            self.renewals += 1
            self.valid = f"refresh-{self.renewals}"
            new = {"access_token": f"access-{self.renewals}", "refresh_token": self.valid, "expires_in": 3600}
            return answered(new)


def answered(content: object, status: int = 200) -> Answer:
    """An answer in JSON."""
    return Answer(status, headers={"Content-Type": "application/json"}, body=json.dumps(content).encode())


def profile_with(session: Session, token_url: str) -> Profile:
    """A profile that is signed in."""
    profile = Profile("p", "https://recado.example", keeps_in="file", provider=Provider("client", token_url))
    keeper_of(profile).save("p/session", grants.to_text(session))
    return profile


def test_commands_that_renew_at_once_renew_once() -> None:
    """A provider that rotates would end the session otherwise; each has a good token."""
    with Rotating() as provider:
        profile = profile_with(Session("old", "refresh-0", expires_at=time.time() - 1), f"{provider.url}/token")
        with ThreadPoolExecutor(8) as pool:
            tokens = list(pool.map(lambda _: token_source(profile, env={})(), range(8)))
    assert (set(tokens), provider.renewals) == ({"access-1"}, 1)
    kept = grants.from_text(keeper_of(profile).load("p/session"))
    assert (kept.refresh_token, kept.is_good) == ("refresh-1", True)


def test_a_token_that_the_api_refuses_is_renewed_and_the_request_repeated(run: Run) -> None:
    """Ended before its time, the session goes on; only where its renewal is refused it is over."""
    with Rotating() as provider, Listener() as api:
        session = Session("revoked", "refresh-0", expires_at=time.time() + 3600)
        files.save(replace(profile_with(session, f"{provider.url}/token"), api_url=api.url, account="1010"))
        api.answers.append(answered({"title": "Unauthorized"}, 401))
        api.usual_answer = answered({"webhooks": [], "limit": 5})
        assert run("webhooks", "list").code == 0
        assert [one.headers["authorization"] for one in api.received] == ["Bearer revoked", "Bearer access-1"]
        provider.valid = "another"
        api.answers.append(answered({"title": "Unauthorized"}, 401))
        ran = run("webhooks", "list")
    assert (ran.code, "the session has ended" in ran.err) == (Exit.NOT_SIGNED_IN, True)


def test_a_good_token_asks_nobody() -> None:
    """It is used until a minute before its end."""
    with Rotating() as provider:
        profile = profile_with(Session("good", "refresh-0", expires_at=time.time() + 300), provider.url)
        assert session_of(profile).access_token == "good"
        assert provider.received == []


def test_a_provider_that_keeps_the_refresh_token_sends_none() -> None:
    """The one before goes on."""
    with Listener() as provider:
        provider.answers.append(answered({"access_token": "new", "expires_in": "60"}))
        profile = profile_with(Session("old", "refresh-0"), provider.url)
        assert session_of(profile).refresh_token == "refresh-0"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (answered({"error": "invalid_grant"}, 400), Exit.NOT_SIGNED_IN, "the session has ended: invalid_grant"),
        (Answer(503, body=b"<html>"), Exit.LATER, "is out of order"),
        (Answer(200, body=b"<html>sign in to the hotel"), Exit.LATER, "is no identity provider"),
        (Answer(302, headers={"Location": "/portal"}), Exit.LATER, "is no identity provider"),
        (answered({"error": "invalid_client"}, 401), Exit.NOT_SIGNED_IN, "refuses: invalid_client"),
        (answered({"no": "token"}), Exit.NOT_SIGNED_IN, "refuses: status 200"),
    ],
)
def test_a_session_that_cannot_be_renewed_ends_the_command(answer: Answer, code: Exit, words: str) -> None:
    """With the reason; what passes leaves the session as it is, and no message holds a token."""
    with Listener() as provider:
        provider.answers.append(answer)
        profile = profile_with(Session("old", "refresh-0"), provider.url)
        with pytest.raises(Stop, match=words) as stopped:
            session_of(profile)
    assert stopped.value.code == code
    assert "refresh-0" not in stopped.value.message + stopped.value.hint
    assert grants.from_text(keeper_of(profile).load("p/session")).refresh_token == "refresh-0"


def test_nobody_is_signed_in_where_nothing_is_kept() -> None:
    """Or where it cannot be read any more."""
    for text in (None, "", "[]", "{", '{"access_token": 1, "refresh_token": ""}'):
        profile = Profile("q", "https://recado.example", keeps_in="file")
        if text is not None:
            keeper_of(profile).save("q/session", text)
        with pytest.raises(Stop) as stopped:
            session_of(profile)
        assert stopped.value.code == Exit.NOT_SIGNED_IN


def test_a_machine_renews_by_its_credentials() -> None:
    """Its secret is kept, and sent as RFC 6749 encodes it."""
    with TokenServer() as provider:
        kept = Profile("m", "https://recado.example", machine=True, keeps_in="file")
        profile = Profile(**{**vars(kept), "provider": Provider(CLIENT_ID, f"{provider.url}/token")})
        keeper_of(profile).save("m/session", grants.to_text(Session(client_secret=CLIENT_SECRET)))
        assert provider.is_valid(session_of(profile).access_token)
        assert grants.from_text(keeper_of(profile).load("m/session")).client_secret == CLIENT_SECRET


def test_the_environments_token_goes_to_the_stack_that_it_is_for() -> None:
    """And to no other that a profile names, nor to the one on this machine."""
    prod, other = Profile("prod", "https://prod.example"), Profile("other", "https://other.example")
    local = Profile("local", "http://127.0.0.1:8080", stack_file=Path("stack.json"))
    env = {"RECADO_TOKEN": "t", "RECADO_API_URL": "https://prod.example/"}
    given = [from_environment(profile, env) is not None for profile in (prod, other, local)]
    assert given == [True, False, False]


@pytest.mark.parametrize("name", ["RECADO_TOKEN", "RECADO_TOKEN_FILE"])
def test_a_token_without_its_stack_goes_nowhere(name: str) -> None:
    """Not to whichever profile is current or named; the local stack has its own."""
    with pytest.raises(Stop, match=f"{name} is given without RECADO_API_URL") as stopped:
        token_source(Profile("prod", "https://prod.example"), env={name: "t"})
    assert stopped.value.code == Exit.USAGE
    local = Profile("local", "http://127.0.0.1:8080", stack_file=Path("stack.json"))
    assert from_environment(local, {name: "t"}) is None


def test_a_stack_of_the_environment_without_a_token_says_what_is_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody signs in to that profile."""
    monkeypatch.setenv("RECADO_API_URL", "https://recado.example")
    ran = run("webhooks", "list", "--account", "1010")
    assert (ran.code, "RECADO_CLIENT_SECRET" in ran.err, "sign-in" in ran.err) == (Exit.NOT_SIGNED_IN, True, False)


def test_a_token_file_is_read_for_each_request(tmp_path: Path) -> None:
    """Whoever renews it writes it anew; one that others can read is refused."""
    file = tmp_path / "token"
    env = {"RECADO_API_URL": "https://p.example", "RECADO_TOKEN_FILE": str(file)}
    source = from_environment(Profile("p", "https://p.example"), env)
    assert source is not None
    write_private(file, "first\n")
    assert source() == "first"
    write_private(file, "second\n")
    assert source() == "second"
    file.chmod(0o644)
    with pytest.raises(Stop, match="can be read by others") as stopped:
        source()
    assert f'RECADO_TOKEN="$(cat {file})"' in stopped.value.hint


def test_a_container_signs_in_by_its_credentials_and_keeps_nothing(settings_directory: Path) -> None:
    """One token serves until it ends."""
    with TokenServer() as provider, Listener() as stack:
        stack.usual_answer = answered({"tokenUrl": f"{provider.url}/token", "cliClientId": "another"})
        credentials = {"RECADO_CLIENT_ID": CLIENT_ID, "RECADO_CLIENT_SECRET": CLIENT_SECRET}
        env = credentials | {"RECADO_API_URL": stack.url}
        source = token_source(Profile("environment", stack.url, keeps_in="file"), env=env)
        assert source() == source()
        assert len(provider.given) == 1
    assert not settings_directory.exists()


def test_a_session_shows_nothing_secret() -> None:
    """Wherever it is printed."""
    assert "s3cret" not in repr(Session("s3cret", "s3cret", "s3cret", 1.0))
