"""The browser that the tests drive: the machine's own Chromium, kept to this machine."""

import os
import shutil

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


def executable() -> str | None:
    """Where Chromium is: what `CHROMIUM` names, or the first that is installed; None: Playwright has one of its own."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
