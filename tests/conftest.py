"""What every test run needs: no test may meet the machine's own AWS settings."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

# The same examples on every machine, so that a change alone turns a test red; no test goes by a clock.
settings.register_profile("same", derandomize=True, deadline=None)
# `pytest --hypothesis-profile=search`: other examples every time, and many of them.
settings.register_profile("search", max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile("same")

pytest_plugins = ["tests.e2e.support.running_stack", "tests.support.tools"]


@pytest.fixture(scope="session", autouse=True)
def aws_environment() -> Iterator[None]:
    """Name a region and credentials that open nothing, and forget those of the machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("LAMBDA_TASK_ROOT", "/var/task")
        yield
