"""What a cold start takes in the interpreter that runs this file.

`child.py yardstick`, or `child.py <app.py> [<invocation.json> <port of the receiver>]`. Prints JSON: the seconds of CPU
and the number of modules of import and init; and with an invocation the CPU since the process began, until the first
POST to the receiver and until the end, and the most memory. It imports next to nothing itself.
"""

# ruff: noqa: PLC0415  imports are what is measured

import sys
import time


class Context:
    """The part of Lambda's context that the functions read."""

    function_name = "recado"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:recado"
    aws_request_id = "6bc2ef5e-6a7c-4b0f-9f6e-2d1b1c1f0a55"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Tell the time left, which stands still."""
        return 250_000


def yardstick() -> None:
    """Load what a sender of webhooks would be made of anyway."""
    import boto3
    import pynamodb.models
    import requests
    from aws_lambda_powertools import Logger, Metrics

    boto3.client("dynamodb")
    Logger(), Metrics(namespace="recado")
    assert pynamodb.models and requests


def function(file: str) -> object:
    """Load a function, and return its handler."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("app", file)
    assert spec and spec.loader
    module = sys.modules["app"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.lambda_handler


def invoked(handler: object, file: str, port: int) -> str:
    """Invoke, and return what that took since the process began, as members of a JSON object."""
    import json

    posts: list[float] = []

    def observe(event: str, arguments: tuple[object, ...]) -> None:
        if event == "http.client.send" and not posts and getattr(arguments[0], "port", None) == port:
            posts.append(time.process_time())

    sys.addaudithook(observe)
    with open(file, encoding="utf-8") as content:  # noqa: PTH123 - pathlib may be one of the imports
        handler(json.load(content), Context())  # type: ignore[operator]
    return f', "post": {posts[0]}, "end": {time.process_time()}, "peak": {_peak_bytes()}'


def _peak_bytes() -> int:
    # Not `getrusage`, which begins with what the process that started this one had.
    with open("/proc/self/status", encoding="utf-8") as status:  # noqa: PTH123
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def main(what: str, *invocation: str) -> None:
    """Load, invoke, and print what it took."""
    modules, began = len(sys.modules), time.process_time()
    handler = function(what) if what != "yardstick" else None
    if handler is None:
        yardstick()
    seconds = time.process_time() - began
    loaded = len(sys.modules) - modules
    more = invoked(handler, invocation[0], int(invocation[1])) if invocation else ""
    print(f'{{"seconds": {seconds}, "modules": {loaded}{more}}}')


if __name__ == "__main__":
    main(*sys.argv[1:])
