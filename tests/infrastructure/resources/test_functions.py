"""Functions: their runtime, settings, logs, and what becomes of an event they cannot handle."""

import pytest

from recado.custom_resource.webhook_properties import SHORTEST_SERVICE_TIMEOUT
from tests.infrastructure.cloudformation import FUNCTIONS, Stack, referred

TIMEOUT_SECONDS = {
    "WebhookApiFunction": 29,
    "RealtimeDispatcherFunction": 30,
    "BatchDispatcherFunction": 300,
    "RedeliveryFunction": 120,
    "DeliveryCounterFunction": 120,
    "AlertMailerFunction": 60,
    "WebhookResourceFunction": 120,
    "ConsoleFunction": 10,
}
CHOSEN = "(chosen by conditions)"
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME": "recado", "POWERTOOLS_LOG_LEVEL": "LogLevel"}
STORAGE = {"WEBHOOKS_TABLE": "WebhooksTable", "DELIVERIES_TABLE": "DeliveriesTable"}
TARGETS = {
    "ALLOW_PRIVATE_TARGETS": "AllowPrivateTargets",
    "ALLOWED_TARGET_PORTS": "AllowedTargetPorts",
    "ALLOWED_TARGET_CIDRS": "AllowedTargetCidrs",
}
SENDER = {
    **STORAGE,
    "REDELIVERY_QUEUE_URL": "RedeliveryQueue",
    "KMS_KEY_ID": "EncryptionKey",
    "ALERT_TOPIC_ARN": "AlertTopic",
    "EVENT_BUS_NAME": "EventBus",
    **TARGETS,
    "DELIVERY_RETENTION_DAYS": "DeliveryRetentionDays",
    "SLOW_AFTER_SECONDS": "SlowAfter",
    "ALERT_AFTER_SECONDS": "AlertAfter",
}
DISPATCHER = {
    **SENDER,
    "DEAD_LETTER_QUEUE_URL": "DeadLetterQueue",
    "CATALOGUE": "/opt",
    "VALIDATE_EVENTS": "ValidateEvents",
}
# Made of several conditions each: test_console.py holds them.
CONSOLE_SIGN_IN = dict.fromkeys(
    ("CONSOLE_CLIENT_ID", "CLI_CLIENT_ID", "ISSUER", "AUTHORIZATION_URL", "TOKEN_URL", "LOGOUT_URL", "REVOCATION_URL"),
    CHOSEN,
)
ENVIRONMENT = {
    "WebhookApiFunction": {
        **STORAGE,
        "IDEMPOTENCY_TABLE": "IdempotencyTable",
        "KMS_KEY_ID": "EncryptionKey",
        "WEBHOOK_LIMIT": "WebhookLimit",
        "MUTATIONS_PER_MINUTE": "MutationsPerMinute",
        "TEST_SENDS_PER_MINUTE": "TestSendsPerMinute",
        "PUBLISHES_PER_MINUTE": "PublishesPerMinute",
        "READ_UNITS_PER_MINUTE": "ReadUnitsPerMinute",
        "BATCH_SCHEDULE": "BatchSchedule",
        "EVENT_BUS_NAME": "EventBus",
        "EVENT_SOURCE": "EventSource",
        "CATALOGUE": "/opt",
        "VALIDATE_EVENTS": "ValidateEvents",
        "REDELIVERY_QUEUE_URL": "RedeliveryQueue",
        **TARGETS,
        "DELIVERY_RETENTION_DAYS": "DeliveryRetentionDays",
        "GROUPS_CLAIM": "GroupsClaim",
        "EGRESS_ADDRESSES": "EgressAddresses",
        "CONSOLE_URL": "ConsoleUrl",
        "MAIL_FROM": "MailFrom",
    },
    "RealtimeDispatcherFunction": DISPATCHER,
    "BatchDispatcherFunction": {**DISPATCHER, "BATCH_QUEUE_URL": "BatchQueue", "MAX_DRAINS": "MaxDrains"},
    "RedeliveryFunction": SENDER,
    "DeliveryCounterFunction": {"WEBHOOKS_TABLE": "WebhooksTable"},
    "AlertMailerFunction": {
        "WEBHOOKS_TABLE": "WebhooksTable",
        "CONSOLE_URL": "ConsoleUrl",
        "MAIL_FROM": "MailFrom",
        "PORTAL_REFRESH_URL": "PortalRefreshUrl",
    },
    "WebhookResourceFunction": {
        **STORAGE,
        "KMS_KEY_ID": "EncryptionKey",
        "WEBHOOK_LIMIT": "WebhookLimit",
        "EVENT_BUS_NAME": "EventBus",
        "CATALOGUE": "/opt",
        "REDELIVERY_QUEUE_URL": "RedeliveryQueue",
        **TARGETS,
        "DELIVERY_RETENTION_DAYS": "DeliveryRetentionDays",
        "API_ID": "HttpApi",
    },
    "ConsoleFunction": {
        "CONSOLE_SCOPES": "ConsoleScopes",
        "GROUPS_CLAIM": "GroupsClaim",
        "PORTAL_NAME": "PortalName",
        "PORTAL_LOGO": "PortalLogo",
        "PORTAL_COLOUR": "PortalColour",
        "PORTAL_REFRESH_URL": "PortalRefreshUrl",
        "PORTAL_ORIGINS": "PortalOrigins",
        **CONSOLE_SIGN_IN,
    },
}


def test_functions_are_the_known_ones(stack: Stack) -> None:
    """There is no function that these tests do not know."""
    assert set(stack.of_type("AWS::Lambda::Function")) == set(FUNCTIONS)


@pytest.mark.parametrize(("function", "folder"), FUNCTIONS.items())
def test_code_is_in_the_folder_of_its_name(source: Stack, function: str, folder: str) -> None:
    """The code of a function is found by the function's name."""
    assert source.properties(function)["CodeUri"] == folder


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_runs_on_the_common_runtime(stack: Stack, function: str) -> None:
    """Every function runs the same Python, on the same processor, with both layers; who reads events has a third."""
    properties = stack.properties(function)
    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == ["arm64"]
    assert properties["Handler"] == "app.lambda_handler"
    layers = [referred(layer) for layer in properties["Layers"]]
    reads_events = "CATALOGUE" in properties["Environment"]["Variables"]
    expected = ["DependenciesLayer", "CoreLayer", *["CatalogueLayer"] * reads_events]
    assert [layer[:-10] for layer in layers] == expected


@pytest.mark.parametrize(("function", "seconds"), TIMEOUT_SECONDS.items())
def test_function_ends_in_time(stack: Stack, function: str, seconds: int) -> None:
    """A function is stopped after the time that its caller is ready to wait."""
    assert stack.properties(function)["Timeout"] == seconds


def test_concurrency_is_reserved_only_where_it_is_asked_for(stack: Stack) -> None:
    """For the real-time dispatcher alone: what is reserved is missing elsewhere in the AWS account."""
    reserved = {
        function: properties["ReservedConcurrentExecutions"]
        for function, properties in stack.of_type("AWS::Lambda::Function").items()
        if "ReservedConcurrentExecutions" in properties
    }
    unset = {"Ref": "AWS::NoValue"}
    assert reserved == {
        "RealtimeDispatcherFunction": {"Fn::If": ["HasRealtimeConcurrency", {"Ref": "RealtimeConcurrency"}, unset]}
    }
    assert stack.document["Conditions"]["HasRealtimeConcurrency"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "RealtimeConcurrency"}, ""]}]
    }


@pytest.mark.parametrize(("function", "expected"), ENVIRONMENT.items())
def test_function_is_told_what_it_needs(stack: Stack, function: str, expected: dict[str, str]) -> None:
    """A function gets exactly the settings it reads, each from the resource or parameter it stands for."""
    variables = stack.properties(function)["Environment"]["Variables"]
    actual = {
        name: value if isinstance(value, str) else CHOSEN if "Fn::If" in value else referred(value)
        for name, value in variables.items()
    }
    assert actual == POWERTOOLS | expected


@pytest.mark.parametrize("function", [name for name, expected in ENVIRONMENT.items() if "KMS_KEY_ID" in expected])
def test_key_is_named_by_its_arn(stack: Stack, function: str) -> None:
    """The key is given as an ARN, so that it can be compared with what a ciphertext was made with."""
    variables = stack.properties(function)["Environment"]["Variables"]
    assert variables["KMS_KEY_ID"] == {"Fn::GetAtt": ["EncryptionKey", "Arn"]}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_logs_to_its_own_group(stack: Stack, function: str) -> None:
    """The log of a function is kept for as long as the parameter says, not for ever.

    Lambda's own lines of each invocation are not in it; the function's are, from the level on that it is told.
    """
    logging = stack.properties(function)["LoggingConfig"]
    assert referred(logging.pop("LogGroup")) == f"{function}LogGroup"
    level = {"Fn::FindInMap": ["LogLevels", {"Ref": "LogLevel"}, "OfLambda"]}
    assert logging == {"LogFormat": "JSON", "SystemLogLevel": "WARN", "ApplicationLogLevel": level}
    assert stack.properties(f"{function}LogGroup")["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_every_log_group_ends(stack: Stack) -> None:
    """No log is kept for ever."""
    groups = stack.of_type("AWS::Logs::LogGroup").values()
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)


def test_real_time_event_that_fails_falls_into_the_batch_queue(stack: Stack) -> None:
    """A real-time event is tried three times, and then left to the next drain."""
    config = stack.properties("RealtimeDispatcherFunctionEventInvokeConfig")
    assert config["MaximumRetryAttempts"] == 2
    assert referred(config["DestinationConfig"]["OnFailure"]["Destination"]) == "BatchQueue"


def test_failed_drain_is_left_to_the_next(stack: Stack) -> None:
    """A drain carries no data and is not retried, so that it cannot start its helpers twice."""
    config = stack.properties("BatchDispatcherFunctionEventInvokeConfig")
    assert config["MaximumRetryAttempts"] == 0
    assert config["DestinationConfig"] == {}


def test_drains_may_start_drains(stack: Stack) -> None:
    """Lambda's loop detection does not stop a chain of drains."""
    assert stack.properties("BatchDispatcherFunction")["RecursiveLoop"] == "Allow"


def test_every_function_invoked_later_says_what_becomes_of_a_failure(stack: Stack) -> None:
    """No function is invoked later with Lambda's defaults, which drop an event after six hours."""
    invoked_later = {
        referred(permission["FunctionName"])
        for permission in stack.of_type("AWS::Lambda::Permission").values()
        if permission["Principal"] == "events.amazonaws.com"
    }
    configured = {
        referred(config["FunctionName"]) for config in stack.of_type("AWS::Lambda::EventInvokeConfig").values()
    }
    # CloudFormation asks for no permission: it invokes in the name of whoever changes a stack.
    assert invoked_later | {"WebhookResourceFunction"} == configured


def test_a_request_of_cloudformation_ends_before_it_gives_up(stack: Stack) -> None:
    """Repeated where it ended without an answer, but not when a later request may have been answered."""
    config, function = (stack.properties(f"WebhookResourceFunction{name}") for name in ("EventInvokeConfig", ""))
    assert config["MaximumRetryAttempts"] == 1
    assert config["MaximumEventAgeInSeconds"] + function["Timeout"] < SHORTEST_SERVICE_TIMEOUT


@pytest.mark.parametrize("layer", ["DependenciesLayer", "CoreLayer"])
def test_layer_is_built_for_the_functions(source: Stack, layer: str) -> None:
    """A layer is built for the runtime and the processor of the functions, by a recipe that compiles it."""
    metadata = source.document["Resources"][layer]["Metadata"]
    assert metadata == {"BuildMethod": "makefile", "BuildArchitecture": "arm64"}
    assert source.properties(layer)["CompatibleRuntimes"] == ["python3.13"]
    assert source.properties(layer)["CompatibleArchitectures"] == ["arm64"]


@pytest.mark.parametrize("layer", ["DependenciesLayer", "CoreLayer", "CatalogueLayer"])
def test_layer_is_named_after_the_stack(source: Stack, layer: str) -> None:
    """The names of layers are the AWS account's: two stacks of one would otherwise take turns with the versions."""
    name = source.properties(layer)["LayerName"]["Fn::Sub"]
    assert name == "${AWS::StackName}-" + layer.removesuffix("Layer").lower()


def test_catalogue_lies_where_the_functions_look_for_it(source: Stack) -> None:
    """Lambda puts the content of a layer that is not built into /opt as it is."""
    layer = source.document["Resources"]["CatalogueLayer"]
    assert "Metadata" not in layer
    assert layer["Properties"]["ContentUri"] == "catalogue/"
    variables = [source.properties(function)["Environment"]["Variables"] for function in FUNCTIONS]
    assert [each["CATALOGUE"] for each in variables if "CATALOGUE" in each] == ["/opt"] * 4
