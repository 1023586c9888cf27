"""Lambda's Runtime API for one function on this machine, and the function's process that asks it for invocations.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import shutil
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

_VERSION = "/2018-06-01/runtime"
_START_SECONDS = 30
_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")


@dataclass(frozen=True)
class Invocation:
    """What a function is asked, and until when it may take."""

    request_id: str
    event: bytes
    deadline_ms: int


@dataclass(frozen=True)
class Answer:
    """What a function has posted: a response, or an error, of an invocation or of its start."""

    path: str
    body: Any


class RuntimeApi:
    """Hands out invocations one by one, and takes what comes of them."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Invocation] = queue.Queue()
        self._answers: queue.Queue[Answer] = queue.Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port, as `AWS_LAMBDA_RUNTIME_API` has them."""
        return f"127.0.0.1:{self._server.server_port}"

    def invoke(self, event: Any, seconds: float) -> str:
        """Let the function have an event, with so many seconds left; the id of the request."""
        request = Invocation(str(uuid.uuid4()), json.dumps(event).encode(), round((time.time() + seconds) * 1000))
        self._waiting.put(request)
        return request.request_id

    def answer(self) -> Answer | None:
        """What the function posts within a second."""
        try:
            return self._answers.get(timeout=1)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        waiting, answers = self._waiting, self._answers

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                assert self.path == f"{_VERSION}/invocation/next"
                invocation = waiting.get()
                headers = {
                    "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                    "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:recado",
                    "Content-Type": "application/json",  # without it the client ends with a segmentation fault
                }
                self._answer(200, headers, invocation.event)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answers.put(Answer(self.path, json.loads(body or b"null")))
                self._answer(202, {"Content-Type": "application/json"}, b'{"status":"OK"}')

            def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *_: Any) -> None:
                """Say nothing."""

        return Handler


class FunctionProcess:
    """One environment of a function, which stays warm: AWS's runtime client around the built code."""

    def __init__(self, code: Path, search_path: tuple[Path, ...], environment: Mapping[str, str], log: Path) -> None:
        """Start it with what it finds besides its code, its variables, and the file that it logs to."""
        self._api, self.log = RuntimeApi(), log
        variables = {
            **environment,
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "LAMBDA_TASK_ROOT": str(code),
            "PYTHONPATH": ":".join(map(str, (code, *search_path))),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - the functions' Python, on our files
                [_python(), "-S", "-P", str(_BOOTSTRAP), "app.lambda_handler"],
                cwd=code,
                env=variables,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._process.kill()
        self._process.wait()
        self._api.close()

    def invoke(self, event: Any, seconds: float) -> Any:
        """Return what the function answers; an error that it posts instead fails the test, with its log."""
        request_id, answer = self._api.invoke(event, seconds), None
        ends = time.monotonic() + seconds + _START_SECONDS
        while answer is None and self._process.poll() is None and time.monotonic() < ends:
            answer = self._api.answer()
        log = self.log.read_text("utf-8", "replace")
        assert answer is not None, log
        assert answer.path == f"{_VERSION}/invocation/{request_id}/response", f"{answer.body}\n{log}"
        return answer.body


@cache
def _python() -> str:
    """The functions' Python itself: what the path names may be a program that looks for it by other variables."""
    found = shutil.which("python3.13")
    assert found, "the functions' Python, python3.13, is not on the path"
    command = [found, "-c", "import sys; print(sys.executable)"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - as above
