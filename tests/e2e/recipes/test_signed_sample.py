"""The tests of the signed sample that a receiver's developer copies, run as they stand."""

import re
import subprocess

import pytest

from tests.e2e.support.receiving_examples import SAMPLE_TESTS, commands, environment, installed

pytestmark = pytest.mark.deep


@pytest.mark.parametrize("name", SAMPLE_TESTS)
def test_a_test_of_the_sample_passes(name: str) -> None:
    """Typed as its first lines say, by a public library as it is, in a test that stops the clock."""
    _, command = commands(SAMPLE_TESTS[name])
    answer = subprocess.run(  # noqa: S603  our own example
        ["/bin/sh", "-euc", command],
        cwd=installed(SAMPLE_TESTS[name]),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    # What Node.js puts in front differs by its version.
    assert re.search("3 passed|pass 3$", answer.stdout, re.MULTILINE), answer.stdout
