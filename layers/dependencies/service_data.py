"""Leaves of botocore's data what the functions call, when the layer is built: `service_data.py <folder of its data>`.

botocore lists the services before it makes a client, and reads where all of them are: over 400 folders and 1.2 MB.
"""

import json
import shutil
import sys
from pathlib import Path

SERVICES = ("dynamodb", "events", "kms", "lambda", "secretsmanager", "sesv2", "sns", "sqs")


def prune(data: Path) -> None:
    """Take out all other services: their folders, and their endpoints in every partition."""
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)
    file = data / "endpoints.json"
    endpoints = json.loads(file.read_text("utf-8"))
    for partition in endpoints["partitions"]:
        partition["services"] = {name: known for name, known in partition["services"].items() if name in SERVICES}
    file.write_text(json.dumps(endpoints, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    prune(Path(sys.argv[1]))
