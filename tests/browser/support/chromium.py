"""The browser that the tests drive: the machine's own Chromium, kept to this machine."""

import os
import shutil

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")

# Without a sandbox, because CI runs as root; and without what a browser asks the internet of its own accord.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name and no address but this machine's own leads anywhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def executable() -> str:
    """Where Chromium is: what `CHROMIUM` names, or the first that is installed; the run fails where there is none."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.fail("no Chromium is installed: `apt install chromium`, or name one in CHROMIUM", pytrace=False)
    return found
