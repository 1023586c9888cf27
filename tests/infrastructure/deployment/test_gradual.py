"""A deployment in steps: everything that calls a function calls its alias, and every change is a version."""

import copy
import json
from pathlib import Path
from typing import Any

import networkx  # type: ignore[import-untyped]  # it ships no types
import pytest
from cfnlint.template import Template  # type: ignore[import-untyped]  # it ships no types

from local.deploying.gradual import ALIAS, FUNCTIONS, digest, with_aliases, write
from tests.infrastructure.cloudformation import REGION, Stack, translate
from tests.infrastructure.upgrades import lasting, losses

STEPS = "Canary10Percent5Minutes"


@pytest.fixture(scope="module")
def gradual(source: Stack) -> Stack:
    """Return the stack that SAM makes of the template with aliases."""
    return translate(Stack(with_aliases(source.document, STEPS, "0123456789abcdef")))


def alias(function: str) -> dict[str, str]:
    """Return the reference to a function's alias."""
    return {"Ref": f"{function}Alias{ALIAS}"}


def test_what_sam_makes_of_it_has_no_circle(gradual: Stack) -> None:
    """CloudFormation refuses a template whose resources wait for one another."""
    graph = Template("template.json", gradual.document, [REGION]).graph.graph

    assert networkx.is_directed_acyclic_graph(graph)
    assert networkx.has_path(graph, "HttpApi", alias("WebhookApiFunction")["Ref"])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_goes_over_unless_its_alarms_say_no(gradual: Stack, function: str) -> None:
    """CodeDeploy shifts the alias to the new version, and back when one of the alarms rings."""
    made = gradual.document["Resources"][alias(function)["Ref"]]
    group = gradual.properties(made["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"])
    assert group["DeploymentConfigName"]["Fn::Sub"][1]["ConfigName"] == STEPS
    assert [alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]] == list(FUNCTIONS[function])


def test_whoever_calls_a_function_calls_its_alias(gradual: Stack) -> None:
    """Rules, schedules, routes and the queue, with the permission to; the alias has the settings for failures."""
    resources = gradual.document["Resources"]
    callers = [
        *gradual.of_type("AWS::Events::Rule").values(),
        *gradual.of_type("AWS::Lambda::Permission").values(),
        *gradual.of_type("AWS::Lambda::EventSourceMapping").values(),
        gradual.properties("HttpApi")["Body"]["paths"],
    ]
    for function in FUNCTIONS:
        direct = [json.dumps({"Ref": function}), json.dumps({"Fn::GetAtt": [function, "Arn"]}), f"${{{function}.Arn}}"]
        assert not [text for text in map(json.dumps, callers) if any(way in text for way in direct)]
    assert gradual.properties("RedeliveryQueueMapping")["FunctionName"] == alias("RedeliveryFunction")
    assert resources["RealtimeDispatcherFunctionEventInvokeConfig"]["Properties"]["Qualifier"] == ALIAS


def test_the_function_that_drains_is_called_by_its_name(gradual: Stack) -> None:
    """It calls itself so, and its settings for failures must hold for that."""
    assert "BatchDispatcherFunctionAliaslive" not in gradual.document["Resources"]


def test_it_loses_nothing(source: Stack) -> None:
    """A stack can go from one way to the other and back."""
    changed = Stack(with_aliases(source.document, STEPS, "0"))

    assert list(losses(lasting(source), lasting(changed))) == []
    assert list(losses(lasting(changed), lasting(source))) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda folder, _: (folder / "CoreLayer" / "rules.py").write_text("2"),
        lambda folder, _: (folder / "CoreLayer" / "rules.py").rename(folder / "CoreLayer" / "other.py"),
        lambda _, parameters: parameters.update(LogLevel="DEBUG"),
    ],
    ids=["a layer", "a name", "a parameter"],
)
def test_every_change_is_a_version(tmp_path: Path, source: Stack, change: Any) -> None:
    """SAM by itself makes none where a layer or a parameter changes; the same again is the same."""
    (tmp_path / "CoreLayer").mkdir()
    (tmp_path / "CoreLayer" / "rules.py").write_text("1")
    parameters = {"LogLevel": "INFO"}
    before = digest(tmp_path, parameters)
    template = copy.deepcopy(source.document)

    written = [write(tmp_path, STEPS, parameters, template).read_text() for _ in range(2)]
    change(tmp_path, parameters)

    assert written[0] == written[1]
    assert before in written[0]
    assert before not in write(tmp_path, STEPS, parameters, template).read_text()
