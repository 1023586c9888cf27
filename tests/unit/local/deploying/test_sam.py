"""What `make deploy` gives to SAM; a program that notes how it was called stands for it."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from local.commands.cli import main
from local.deploying.sam import Sam, deploy, merged
from local.errors import LocalStackError
from local.settings import SHIPPED_TEMPLATE

AT_FIRST = "http://localhost:8080/console"
CONSOLE = "https://api.example.com/console"
TEMPLATE: dict[str, Any] = {
    "Parameters": {name: {"Default": ""} for name in ("LogLevel", "LogRetentionDays", "BatchSchedule", "AlertEmail")}
    | {"ConsoleUrl": {"Default": AT_FIRST}}
}
CONFIG = """\
version = 0.1
[default.deploy.parameters]
resolve_s3 = true
[prod.deploy.parameters]
parameter_overrides = ["LogRetentionDays=365", "BatchSchedule=cron(0 8 ? * MON-FRI *)"]
[text.deploy.parameters]
parameter_overrides = "LogRetentionDays=7 LogLevel='DEBUG'"
"""
# It keeps its arguments, and the parameters it was given; the sign-in of its stack leads where the parameter says.
STAND_IN = f"""\
#!{sys.executable}
import json, sys
from pathlib import Path
folder = Path(__file__).parent
calls, state = folder / "calls.jsonl", folder / "state.json"
parameters = None
if "--parameter-overrides" in sys.argv:
    address = sys.argv[sys.argv.index("--parameter-overrides") + 1]
    parameters = json.loads(Path(address.removeprefix("file://")).read_text())
with calls.open("a") as file:
    file.write(json.dumps([sys.argv[1:], parameters]) + "\\n")
known = json.loads(state.read_text())
if sys.argv[1] == "deploy":
    known.update(parameters or {{}})
    state.write_text(json.dumps(known))
else:
    told = {{"ConsoleUrl": "{CONSOLE}", "SignInReturnsTo": known.get("ConsoleUrl", "{AT_FIRST}")}}
    told |= {{"EventTypes": known["types"]}} if "types" in known else {{}}
    print(json.dumps([{{"OutputKey": key, "OutputValue": value, "Description": ""}} for key, value in told.items()]))
sys.exit(known.get("status", 0))
"""


class StandIn:
    """The program, and what it has noted."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "sam"
        self.program.write_text(STAND_IN)
        self.program.chmod(0o700)
        self.config = folder / "samconfig.toml"
        self.config.write_text(CONFIG)
        self.folder = folder
        self.is_in_state()

    def is_in_state(self, **parameters: Any) -> None:
        """Let its stack have these parameters already, or it end with a `status`."""
        (self.folder / "state.json").write_text(json.dumps(parameters))

    def deployments(self) -> list[dict[str, str] | None]:
        """Return the parameters of each deployment, in order."""
        calls = self.folder / "calls.jsonl"
        noted = [json.loads(line) for line in calls.read_text().splitlines()] if calls.exists() else []
        return [parameters for words, parameters in noted if words[0] == "deploy"]

    def run(self, given: str = "", environment: str = "prod") -> dict[str, str]:
        """Deploy as `make deploy` does."""
        sam = Sam(str(self.program), self.config, environment)
        return deploy(sam, merged(environment, given, self.config, TEMPLATE), TEMPLATE, self.folder)


@pytest.fixture
def sam(tmp_path: Path) -> StandIn:
    """Return a stand-in for SAM that has deployed nothing."""
    return StandIn(tmp_path)


def test_what_is_given_joins_the_parameters_of_the_environment(sam: StandIn) -> None:
    """None of samconfig.toml is forgotten, what is given twice is as given, and values may be empty or hold blanks."""
    given = merged("prod", "LogRetentionDays=30 AlertEmail= BatchSchedule='rate(2 hours)'", sam.config, TEMPLATE)

    assert given == {"LogRetentionDays": "30", "BatchSchedule": "rate(2 hours)", "AlertEmail": ""}
    assert merged("prod", "", sam.config, TEMPLATE)["BatchSchedule"] == "cron(0 8 ? * MON-FRI *)"
    assert merged("text", "", sam.config, TEMPLATE) == {"LogRetentionDays": "7", "LogLevel": "DEBUG"}
    assert merged("default", "", sam.config, TEMPLATE) == {}


@pytest.mark.parametrize(
    ("environment", "given", "reason"),
    [
        ("staging", "", "samconfig.toml has no environment staging, but default, prod, text"),
        ("prod", "LogLevle=DEBUG", "no parameter LogLevle; it has AlertEmail, BatchSchedule"),
        ("prod", "DEBUG", "PARAMETERS names parameters as Name=value, not as 'DEBUG'"),
        ("prod", "Log-Level=DEBUG", "not as 'Log-Level=DEBUG'"),
        ("prod", "LogLevel='DEBUG", "PARAMETERS cannot be read: No closing quotation"),
    ],
)
def test_what_cannot_be_meant_is_refused(sam: StandIn, environment: str, given: str, reason: str) -> None:
    """With its reason, before anything is deployed."""
    with pytest.raises(LocalStackError) as refusal:
        sam.run(given, environment)

    assert reason in str(refusal.value)
    assert sam.deployments() == []


def test_sam_gets_the_whole_list_for_the_environment(sam: StandIn) -> None:
    """In a file, with the settings it shall read named, so that it reads the same."""
    sam.run("ConsoleUrl=https://hooks.example.com/console")

    words, _ = json.loads((sam.folder / "calls.jsonl").read_text().splitlines()[0])
    *words, address = words
    assert words == ["deploy", "--config-file", str(sam.config), "--config-env", "prod", "--parameter-overrides"]
    # SAM takes a parameter file by this ending.
    assert (address[:8], address[-5:]) == ("file:///", ".yaml")


def test_a_new_stack_is_deployed_again_with_the_address_of_its_console(sam: StandIn) -> None:
    """So that whoever signs in comes back to the console; all other parameters are given again.

    Links of the portal and of mails lead there, too, whoever lets people sign in.
    """
    outputs = sam.run("LogLevel=DEBUG")

    first, second = sam.deployments()
    assert first is not None
    assert "ConsoleUrl" not in first
    assert second == {**first, "ConsoleUrl": CONSOLE}
    assert outputs["SignInReturnsTo"] == outputs["ConsoleUrl"]


@pytest.mark.parametrize(
    ("state", "given"),
    [
        ({"ConsoleUrl": CONSOLE}, ""),
        ({"ConsoleUrl": "https://hooks.example.com/console"}, ""),
        ({}, "ConsoleUrl=http://localhost:8080/console"),
    ],
)
def test_a_stack_whose_console_has_its_address_is_deployed_once(
    sam: StandIn, state: dict[str, str], given: str
) -> None:
    """Also where the address is given, be it this machine's."""
    sam.is_in_state(**state)
    sam.run(given)

    assert len(sam.deployments()) == 1


def test_a_deployment_that_failed_is_not_repeated(sam: StandIn) -> None:
    """It ends with an error that says where to read on."""
    sam.is_in_state(status=1)

    with pytest.raises(LocalStackError, match=r"`sam deploy` of prod failed; docs/operating\.md"):
        sam.run()
    assert len(sam.deployments()) == 1


def test_steps_are_deployed_from_a_template_of_their_own(sam: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lies beside what was built, whose folders it names; without steps SAM takes its own."""
    (sam.folder / "template.yaml").write_text(SHIPPED_TEMPLATE.read_text())
    monkeypatch.setattr("local.catalogue.building.BUILD", sam.folder / "parameters")
    monkeypatch.setattr("local.commands.cli.BUILT", sam.folder)
    for steps in ("", "Canary10Percent5Minutes"):
        arguments = ["deploy", "--sam", str(sam.program), "--environment", "dev", "--gradual", steps]
        assert CliRunner().invoke(main, arguments).exit_code == 0

    words = [json.loads(line)[0] for line in (sam.folder / "calls.jsonl").read_text().splitlines()]
    templates = [each[each.index("--template-file") + 1] for each in words if "--template-file" in each]
    # The first run has set the console's address already.
    assert templates == [str(sam.folder / "gradual.yaml")]
    written = json.loads((sam.folder / "gradual.yaml").read_text())["Resources"]["WebhookApiFunction"]["Properties"]
    assert written["DeploymentPreference"]["Type"] == "Canary10Percent5Minutes"


def test_the_command_reads_the_projects_own_settings(sam: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make deploy` hands on what it was given in the environment, quotes and all."""
    monkeypatch.setattr("local.catalogue.building.BUILD", sam.folder)
    arguments = ["deploy", "--sam", str(sam.program), "--environment", "prod"]
    result = CliRunner().invoke(main, arguments, env={"PARAMETERS": "BatchSchedule='rate(2 hours)' LogLevel=DEBUG"})

    assert result.exit_code == 0, result.output
    assert sam.deployments()[0] == {"LogRetentionDays": "365", "BatchSchedule": "rate(2 hours)", "LogLevel": "DEBUG"}
    assert result.output.startswith("prod: LogRetentionDays='365' BatchSchedule='rate(2 hours)' LogLevel='DEBUG'\n")
    assert result.output.endswith(f"console  {CONSOLE}\n")


def test_event_types_of_ones_own_are_not_lost_to_a_catalogue_that_was_forgotten(
    sam: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade without CATALOGUE is refused; with one it goes on, be it to the shipped ones on purpose."""
    monkeypatch.setattr("local.catalogue.building.BUILD", sam.folder)
    sam.is_in_state(types="OWN", ConsoleUrl=CONSOLE)
    arguments = ["deploy", "--sam", str(sam.program), "--environment", "prod"]
    refused = CliRunner().invoke(main, arguments, env={"CATALOGUE": ""})

    assert refused.exit_code == 1
    assert "the stack of prod has event types of its own: name their folder, CATALOGUE=folder" in refused.output
    assert sam.deployments() == []
    for catalogue in ("examples/catalogues/shop", "catalogue"):
        assert CliRunner().invoke(main, arguments, env={"CATALOGUE": catalogue}).exit_code == 0
    assert len(sam.deployments()) == 2
    sam.is_in_state(types="SHIPPED", ConsoleUrl=CONSOLE)
    assert CliRunner().invoke(main, arguments, env={"CATALOGUE": ""}).exit_code == 0
