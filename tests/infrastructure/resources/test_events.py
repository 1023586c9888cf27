"""The bus and its rules: which event goes where, and where it goes if it cannot."""

import json
import re
from typing import Any

import pytest
from moto.events.models import EventPattern, EventPatternParser

from local.catalogue.rules import with_rules
from recado.adapters.messaging.address_news import ADDRESS_ADDED
from recado.rules.event.catalogue import Category
from recado.rules.webhook.alert import AlertKind
from tests.infrastructure.cloudformation import TEMPLATE_FILE, Stack, as_list, referred
from tests.support.catalogue import SHIPPED

# Of the rules that `make catalogue` writes; more of the logical id says what is in their patterns.
RULE_OF = {Category.REAL_TIME: "RealtimeRule", Category.NON_REAL_TIME: "NonRealtimeRule"}
TARGETS = {
    "RealtimeRule": ("RealtimeDispatcherFunction", "BatchQueue"),
    "NonRealtimeRule": ("BatchQueue", "DeadLetterQueue"),
    "UnknownEventRule": ("RealtimeDispatcherFunction", "BatchQueue"),
    "BatchScheduleRule": ("BatchDispatcherFunction", "DeadLetterQueue"),
    "SweepScheduleRule": ("RedeliveryFunction", "DeadLetterQueue"),
}
MAILS = "AlertMailRule"
OF_THE_BUS = {"RealtimeRule", "NonRealtimeRule", "UnknownEventRule"}
ALL_OF_THE_BUS = {"Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/${EventBus}/*"}


def kind(logical_id: str) -> str:
    """Return what a rule is for: its logical id, without what says its content."""
    return re.sub(r"^(RealtimeRule|NonRealtimeRule|UnknownEventRule)[0-9a-f]{8}$", r"\1", logical_id)


def rules(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return the rules by what they are for."""
    found = [(kind(logical_id), rule) for logical_id, rule in stack.of_type("AWS::Events::Rule").items()]
    assert len(dict(found)) == len(found)
    return dict(found)


def matching_rules(stack: Stack, **changes: object) -> set[str]:
    """Return the rules of the bus that an event of the default publisher matches, once it is changed."""
    event: Any = {"source": "recado.publisher", "detail-type": "COURSE_ENROLLMENT", "detail": {}, **changes}
    matching = set()
    for name, rule in rules(stack).items():
        if "EventPattern" in rule:
            text = json.dumps(stack.with_defaults(rule["EventPattern"]))
            if EventPattern(text, EventPatternParser(text).parse()).matches_event(event):
                matching.add(name)
    return matching


@pytest.mark.parametrize("name", sorted(SHIPPED.names))
def test_event_type_goes_where_its_category_says(stack: Stack, name: str) -> None:
    """An event matches the rule of its category and no other."""
    assert matching_rules(stack, **{"detail-type": name}) == {RULE_OF[SHIPPED[name].category]}


def test_rules_are_those_of_the_catalogue() -> None:
    """What `make catalogue` writes stands in the template: whoever changes catalogue/ runs it."""
    text = TEMPLATE_FILE.read_text(encoding="utf-8")
    assert with_rules(text, SHIPPED) == text


@pytest.mark.parametrize(
    "name", ["COURSE_REMOVED", "course_enrollment", "COURSE_ENROLLMENT ", ""], ids=["unknown", "case", "space", "empty"]
)
def test_unknown_name_is_not_lost(stack: Stack, name: str) -> None:
    """An event under a name that the catalogue does not know goes where it is kept with the reason."""
    assert matching_rules(stack, **{"detail-type": name}) == {"UnknownEventRule"}


@pytest.mark.parametrize("name", ["COURSE_ENROLLMENT", "COURSE_ENROLLMENT_BATCH", "COURSE_REMOVED"])
def test_event_of_another_source_goes_nowhere(stack: Stack, name: str) -> None:
    """An event that comes from somebody else is left alone, whatever its name: alerts are on the same bus."""
    assert matching_rules(stack, **{"source": "recado.alerts", "detail-type": name}) == set()


def test_rules_are_the_known_ones(stack: Stack) -> None:
    """There is no rule whose target these tests do not know."""
    assert set(rules(stack)) == {*TARGETS, MAILS}


@pytest.mark.parametrize("kind_of_alert", [*AlertKind, ADDRESS_ADDED])
def test_every_alert_goes_to_who_mails_it(stack: Stack, kind_of_alert: str) -> None:
    """And nowhere else; a late one is not kept, since it would be told of what is over."""
    assert matching_rules(stack, **{"source": "recado.alerts", "detail-type": kind_of_alert}) == {MAILS}
    (target,) = rules(stack)[MAILS]["Targets"]
    assert referred(target["Arn"]) == "AlertMailerFunction"
    assert admitted_rules(stack, "AlertMailerFunction") == {MAILS}


def test_nothing_that_mails_is_there_without_an_address_to_mail_from(stack: Stack) -> None:
    """Neither function nor role, rule, log group, nor alarms."""
    resources = stack.document["Resources"]
    conditions = {name: each.get("Condition") for name, each in resources.items() if name.startswith("AlertMail")}

    assert len(conditions) == 8
    assert set(conditions.values()) == {"HasMails", "HasMailAlarms"}


@pytest.mark.parametrize("rule", sorted(OF_THE_BUS))
def test_rule_listens_on_the_bus(stack: Stack, rule: str) -> None:
    """A rule of events listens on the stack's own bus."""
    assert referred(rules(stack)[rule]["EventBusName"]) == "EventBus"


@pytest.mark.parametrize(("rule", "expected"), TARGETS.items())
def test_rule_has_one_target_and_a_dead_letter_queue(stack: Stack, rule: str, expected: tuple[str, str]) -> None:
    """What a rule cannot deliver ends in a queue, as does what it retries for too long."""
    (target,) = rules(stack)[rule]["Targets"]
    assert (referred(target["Arn"]), referred(target["DeadLetterConfig"]["Arn"])) == expected
    assert 60 <= target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 86400
    assert 0 < target["RetryPolicy"]["MaximumRetryAttempts"] <= 185


@pytest.mark.parametrize(("rule", "expected"), TARGETS.items())
def test_rule_may_reach_its_target_and_its_dead_letter_queue(
    stack: Stack, rule: str, expected: tuple[str, str]
) -> None:
    """Every function and queue that a rule names lets that very rule in."""
    assert all(rule in admitted_rules(stack, logical_id) for logical_id in expected)


@pytest.mark.parametrize(
    "logical_id", ["RealtimeDispatcherFunction", "BatchDispatcherFunction", "RedeliveryFunction", "BatchQueue"]
)
def test_only_rules_that_need_it_get_in(stack: Stack, logical_id: str) -> None:
    """No rule is let in that does not name the function or queue; those of the bus get in together, however many."""
    needed = {rule for rule, named in TARGETS.items() if logical_id in named}
    assert admitted_rules(stack, logical_id) == (needed | OF_THE_BUS if needed & OF_THE_BUS else needed)


def test_schedule_is_the_parameter(stack: Stack) -> None:
    """The batch queue is drained as often as the parameter says."""
    assert stack.properties("BatchScheduleRule")["ScheduleExpression"] == {"Ref": "BatchSchedule"}


def admitted_rules(stack: Stack, logical_id: str) -> set[str]:
    """Return the rules that a function's permissions or a queue's policies let in."""
    arns = [
        permission["SourceArn"]
        for permission in stack.of_type("AWS::Lambda::Permission").values()
        if permission["Principal"] == "events.amazonaws.com"
        and permission["Action"] == "lambda:InvokeFunction"
        and referred(permission["FunctionName"]) == logical_id
    ]
    for policy in stack.of_type("AWS::SQS::QueuePolicy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow" and referred(statement["Resource"]) == logical_id:
                assert statement["Action"] == "sqs:SendMessage"
                assert statement["Principal"] == {"Service": "events.amazonaws.com"}
                arns += as_list(statement["Condition"]["ArnLike"]["aws:SourceArn"])
    return {rule for arn in arns for rule in (OF_THE_BUS if arn == ALL_OF_THE_BUS else {referred(arn)})}
