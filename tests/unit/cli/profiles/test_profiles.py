"""Which stack the command speaks with."""

import json
import stat
from pathlib import Path

import pytest

from recado_cli.exits import Exit, Stop
from recado_cli.keeping.private_files import write_private
from recado_cli.profiles import files
from recado_cli.profiles.choosing import chosen
from recado_cli.profiles.profile import Aws, Profile, Provider

PROD = Profile(
    "prod", "https://recado.example", account="a:b@c", provider=Provider("id", "https://t.example", scopes=("x",))
)


def test_a_profile_comes_back_as_it_was_saved(settings_directory: Path) -> None:
    """And is the current one; the file is its owner's alone."""
    with_aws = Profile("eu.test", "https://eu.example", machine=True, keeps_in="file", aws=Aws(stack="recado-eu"))
    files.save(with_aws)
    files.save(PROD)
    assert files.saved() == {"eu.test": with_aws, "prod": PROD}
    assert files.current() == "prod"
    assert stat.S_IMODE((settings_directory / "profiles.toml").stat().st_mode) == 0o600
    assert chosen("", {}) == PROD
    assert chosen("eu.test", {}) == with_aws


def test_what_people_write_into_the_file_stays(settings_directory: Path) -> None:
    """Comments, and what a later version knows."""
    files.save(PROD)
    file = settings_directory / "profiles.toml"
    file.write_text("# mine\n" + file.read_text() + 'aws-region = "eu-west-1"\nlater = 1\n')
    files.save(Profile("other", "https://other.example"))
    assert file.read_text().startswith("# mine\n")
    assert "later = 1" in file.read_text()
    assert files.saved()["prod"].aws.region == "eu-west-1"


def test_a_forgotten_profile_is_no_longer_the_current_one() -> None:
    """Nobody is signed in then."""
    files.save(PROD)
    files.forget("prod")
    with pytest.raises(Stop, match="nobody is signed in here") as stopped:
        chosen("", {})
    assert stopped.value.code == Exit.NOT_SIGNED_IN


def test_a_file_that_is_no_toml_is_named(settings_directory: Path) -> None:
    """It is not written over."""
    settings_directory.mkdir()
    write_private(settings_directory / "profiles.toml", "[[")
    with pytest.raises(Stop, match=r"profiles\.toml is no TOML"):
        chosen("prod", {})
    with pytest.raises(Stop, match=r"profiles\.toml is no TOML"):
        files.save(PROD)


def test_an_unknown_profile_is_refused_with_those_that_there_are() -> None:
    """Wrong usage."""
    files.save(PROD)
    with pytest.raises(Stop, match="there is no profile 'x'") as stopped:
        chosen("x", {})
    assert (stopped.value.code, stopped.value.hint) == (Exit.USAGE, "the profiles are prod, local")


def test_the_environment_alone_makes_a_profile() -> None:
    """In a container nobody signs in; a profile that is named comes before it."""
    files.save(PROD)
    assert chosen("", {"RECADO_API_URL": "https://env.example/"}).api_url == "https://env.example"
    assert chosen("prod", {"RECADO_API_URL": "https://env.example/"}) == PROD


def test_no_secret_goes_where_others_can_read_it() -> None:
    """Neither by the environment's address, nor by what somebody has written into the file."""
    for env in ("http://recado.example", "127.0.0.1:port"):
        with pytest.raises(Stop) as stopped:
            chosen("", {"RECADO_API_URL": env})
        assert stopped.value.code == Exit.USAGE
    assert chosen("", {"RECADO_API_URL": "127.0.0.1:9181"}).api_url == "https://127.0.0.1:9181"
    plain = "http://recado.example"
    for profile in (
        Profile("p", plain),
        Profile("p", "https://recado.example", provider=Provider(token_url=plain)),
        Profile("p", "https://recado.example", provider=Provider(revocation_url=plain)),
    ):
        files.save(profile)
        with pytest.raises(Stop, match="must begin with https://"):
            chosen("p", {})


def test_the_local_stack_is_found_upwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any folder of the project, or by RECADO_STACK_FILE; and where there is none, that is said."""
    (tmp_path / "project" / ".local").mkdir(parents=True)
    (tmp_path / "project" / "deep" / "down").mkdir(parents=True)
    stack = {"apiUrl": "http://127.0.0.1:8080", "awsEndpointUrl": "http://127.0.0.1:4566", "region": "us-east-1"}
    file = tmp_path / "project" / ".local" / "stack.json"
    file.write_text(json.dumps(stack))
    monkeypatch.chdir(tmp_path / "project" / "deep" / "down")
    assert chosen("local", {}).api_url == "http://127.0.0.1:8080"
    assert chosen("local", {}).aws.endpoint_url == "http://127.0.0.1:4566"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Stop, match="no local stack is running") as stopped:
        chosen("local", {})
    assert stopped.value.code == Exit.UNREACHABLE
    monkeypatch.setenv("RECADO_STACK_FILE", str(file))
    assert chosen("local", {}).stack_file == file
    file.write_text("{}")
    with pytest.raises(Stop, match="it has no apiUrl"):
        chosen("local", {})
