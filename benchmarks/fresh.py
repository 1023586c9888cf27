"""What a cold start takes in the interpreter that runs this file: `fresh.py <app.py>`, or `fresh.py yardstick`.

Prints JSON: the seconds of CPU and the number of modules of import and init. It imports next to nothing itself.
"""

# ruff: noqa: PLC0415  imports are what is measured

import sys
import time


def yardstick() -> None:
    """Load what a sender of webhooks would be made of anyway."""
    import boto3
    import pynamodb.models
    import requests
    from aws_lambda_powertools import Logger, Metrics

    boto3.client("dynamodb")
    Logger(), Metrics(namespace="recado")
    assert pynamodb.models and requests


def function(file: str) -> None:
    """Load a function."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("app", file)
    assert spec and spec.loader
    module = sys.modules["app"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def main(what: str) -> None:
    """Load, and print what it took."""
    modules, began = len(sys.modules), time.process_time()
    yardstick() if what == "yardstick" else function(what)
    seconds = time.process_time() - began
    print(f'{{"seconds": {seconds}, "modules": {len(sys.modules) - modules}}}')


if __name__ == "__main__":
    main(sys.argv[1])
