"""The receivers of the benchmarks, in a process of their own: `python -m benchmarks.receiver <folder>`.

It prints as JSON where the plain one and the one over TLS listen, and the file of the authority that vouches for the
latter, which lies in the folder.
"""

import json
import signal
import ssl
import sys
from pathlib import Path
from urllib.parse import urlsplit

from local.listener import BROKEN, HEALTHY, Answer, Listener
from tests.support.certificates import Authority

UP, DOWN = "/up", "/down"
_NAME = "localhost"


class Receiver(Listener):
    """A receiver that is always broken below `/down`, acknowledges everything else, and keeps nothing."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__()
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def take(self, _method: str, path: str, _headers: dict[str, str], _body: bytes) -> Answer:
        """Decide the answer by the path."""
        return BROKEN if path.startswith(DOWN) else HEALTHY


def main(folder: str) -> None:
    """Listen until told to end."""
    authority = Authority(Path(folder))
    with Receiver() as plain, Receiver(authority.context(_NAME)) as tls:
        tls_url = f"https://{_NAME}:{urlsplit(tls.url).port}"
        print(json.dumps({"plain": plain.url, "tls": tls_url, "authority": str(authority.file)}), flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main(sys.argv[1])
