"""Each scheme for the tests of kept connections."""

import pytest

from tests.support.receivers.certificates import Authority
from tests.unit.adapters.sending.kept_connection.keeping import Scheme
from tests.unit.adapters.sending.sending import NAME, trusting


@pytest.fixture(params=["http", "https"])
def scheme(request: pytest.FixtureRequest, authority: Authority) -> Scheme:
    """Return each scheme."""
    if request.param == "http":
        return Scheme("http", None, None)
    return Scheme("https", authority.context(NAME), trusting(authority.file))
