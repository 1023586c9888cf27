"""The archive on its way to an AWS on this machine, by AWS's own programs."""

import socket
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]  # it ships no types

from local import aws
from local.deploying.conditions import wanted_resources
from local.emulator import server as emulator
from local.settings import PROJECT_DIR, Settings
from tests.built.release.conftest import environment
from tests.infrastructure.cloudformation import FUNCTIONS

BUCKET = "a-bucket-of-mine"
STACK = "recado-trial"
SAM = PROJECT_DIR / ".venv-sam" / "bin" / "sam"
NOWHERE = "http://127.0.0.1:9"
PACKAGE = [
    "package",
    "--template-file",
    "template.yaml",
    "--s3-bucket",
    BUCKET,
    "--output-template-file",
    "packaged.yaml",
]


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """The address of an S3 with a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    aws.client("s3", f"http://{host}:{port}").create_bucket(Bucket=BUCKET)
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def emulated(tmp_path: Path) -> Iterator[str]:
    """The address of the emulator, with a bucket and nothing deployed."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = str(free.getsockname()[1])
    settings = Settings.from_env({"LOCAL_DIR": str(tmp_path / "emulator"), "AWS_PORT": port})
    settings.directory.mkdir()
    emulator.start(settings)
    try:
        aws.client("s3", settings.aws_endpoint_url).create_bucket(Bucket=BUCKET)
        yield settings.aws_endpoint_url
    finally:
        emulator.stop(settings)


def located(value: Any) -> tuple[str, str]:
    """Return bucket and key of code in a packaged template, which a layer has in another form in each program."""
    if isinstance(value, dict):
        return value.get("Bucket") or value["S3Bucket"], value.get("Key") or value["S3Key"]
    bucket, _, key = str(value).removeprefix("s3://").partition("/")
    return bucket, key


def test_the_unpacked_template_is_valid(unpacked: Path) -> None:
    """By SAM and its rules, in the folder of the archive alone."""
    command = [str(SAM), "validate", "--lint"]
    subprocess.run(command, cwd=unpacked, env=environment(NOWHERE), check=True)  # noqa: S603 - ours


@pytest.mark.parametrize("program", [["aws", "cloudformation"], [str(SAM)]], ids=["aws", "sam"])
def test_both_programs_put_the_archives_into_a_bucket_as_they_are(
    program: list[str], unpacked: Path, storage: str
) -> None:
    """Nothing but the archive and the program is needed, and what lies in the bucket is what was released."""
    subprocess.run([*program, *PACKAGE], cwd=unpacked, env=environment(storage), check=True)  # noqa: S603 - ours
    s3 = aws.client("s3", storage)
    released = yaml_parse((unpacked / "template.yaml").read_text("utf-8"))["Resources"]
    packaged = yaml_parse((unpacked / "packaged.yaml").read_text("utf-8"))["Resources"]
    for name in (*FUNCTIONS, "CoreLayer", "DependenciesLayer", "CatalogueLayer"):
        key = "CodeUri" if name in FUNCTIONS else "ContentUri"
        bucket, path = located(packaged[name]["Properties"][key])
        content = s3.get_object(Bucket=bucket, Key=path)["Body"].read()
        assert content == (unpacked / released[name]["Properties"][key]).read_bytes(), name


def test_one_command_deploys_a_stack_whose_sign_in_leads_back_to_its_console(unpacked: Path, emulated: str) -> None:
    """By the AWS CLI alone: all resources stand, with the released code and the named parameter."""
    command = [str(unpacked / "deploy.sh"), STACK, BUCKET, "WebhookLimit=7"]
    answer = subprocess.run(  # noqa: S603 - ours
        command, cwd="/", env=environment(emulated), check=True, capture_output=True, text=True
    )
    cloudformation = aws.client("cloudformation", emulated)
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    assert answer.stdout.splitlines()[-1] == f"console  {outputs['ConsoleUrl']}"
    assert outputs["SignInReturnsTo"] == outputs["ConsoleUrl"]
    standing = {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        for each in page["StackResourceSummaries"]
        if each["ResourceStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    }
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    assert parameters["WebhookLimit"] == "7"
    template = yaml_parse((unpacked / "template.yaml").read_text("utf-8"))
    wanted = wanted_resources(template, {"WebhookLimit": "7"})
    # A layer's own name is not the template's: SAM adds a digest.
    assert {name for name, each in wanted.items() if each["Type"] != "AWS::Serverless::LayerVersion"} <= set(standing)
    for name in set(FUNCTIONS) & set(wanted):
        code = (unpacked / wanted[name]["Properties"]["CodeUri"]).read_bytes()
        configuration = aws.client("lambda", emulated).get_function_configuration(FunctionName=standing[name])
        assert configuration["CodeSha256"] == b64encode(sha256(code).digest()).decode(), name
