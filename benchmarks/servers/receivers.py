"""The receivers, in a process of their own: `python -m benchmarks.servers.receivers <folder>`.

It prints as JSON the ports of the plain one and the one over TLS, and the file of the authority that vouches for the
latter, which lies in the folder. `GET /_seen` tells how many POSTs there were since the last time, and whether each
carried its events in order.
"""

import asyncio
import json
import sys
from pathlib import Path

from benchmarks.servers.addresses import DOWN, SEEN_PATH, TLS_HOST
from benchmarks.servers.http import Answer, Request, listen
from tests.support.receivers.certificates import Authority

_BROKEN = Answer(503, body=b"broken on purpose")


class Receiver:
    """Is always broken below `/down`, and acknowledges everything else."""

    def __init__(self) -> None:
        self._posts = self._bytes = self._events = self._latest = 0
        self._in_order = True

    async def __call__(self, request: Request) -> Answer:
        """Decide the answer by the path."""
        if request.target == SEEN_PATH:
            seen = {"posts": self._posts, "bytes": self._bytes, "events": self._events, "inOrder": self._in_order}
            self._posts = self._bytes = self._events = self._latest = 0
            self._in_order = True
            return Answer(200, {"content-type": "application/json"}, json.dumps(seen).encode())
        self._posts += 1
        self._bytes += len(request.body)
        if request.target.startswith(DOWN):
            return _BROKEN
        self._note(request.body)
        return Answer()

    def _note(self, body: bytes) -> None:
        if body.startswith(b'{"accountId"'):
            times = [event["timestamp"] for event in json.loads(body)["events"]]
            self._events += len(times)
            self._in_order = self._in_order and times == sorted(times) and times[0] >= self._latest
            self._latest = times[-1]


async def _main(folder: str) -> None:
    authority, receiver = Authority(Path(folder)), Receiver()
    ports = {"plain": await listen(receiver), "tls": await listen(receiver, authority.context(TLS_HOST))}
    print(json.dumps({**ports, "authority": str(authority.file)}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
