"""Which paths of the one origin lead where."""

import pytest

from local.front import target_path
from local.gaps import API_ID


@pytest.mark.parametrize(
    "path", ["/oauth2/authorize", "/oauth2/token", "/login", "/logout", "/.well-known/openid-configuration"]
)
def test_sign_in_stays_at_the_root(path: str) -> None:
    """The emulator serves the sign-in pages there."""
    assert target_path(path) == path


@pytest.mark.parametrize("path", ["/", "/health", "/console", "/login/x", "/accounts/1010/webhooks/a%2Fb"])
def test_everything_else_belongs_to_the_api(path: str) -> None:
    """Paths are passed on as they are written, escapes included."""
    assert target_path(path) == f"/_aws/execute-api/{API_ID}/$default{path}"
