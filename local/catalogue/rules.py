"""The part of the template that a catalogue decides: the rules of the bus."""

from __future__ import annotations

import textwrap

import yaml  # type: ignore[import-untyped]  # ships no types

from local.catalogue.patterns import Kind, Rule, rules_of
from local.errors import LocalStackError
from recado.rules.event.catalogue import Catalogue

BEGIN = "  # The rules of the catalogue, as `make catalogue` writes them\n"
END = "  # The end of what `make catalogue` writes\n"

_RULE = """\
  {logical_id}:
    Type: AWS::Events::Rule
    Properties:
      Description: {description}
      EventBusName: !Ref EventBus
      EventPattern:
        source: [!Ref EventSource]
{detail_type}      Targets:
{target}"""
_DISPATCHER = """\
        - Id: RealtimeDispatcher
          Arn: !GetAtt RealtimeDispatcherFunction.Arn
          # Not longer: the next drain delivers what has fallen into the batch queue.
          RetryPolicy:
            MaximumEventAgeInSeconds: 900
            MaximumRetryAttempts: 185
          DeadLetterConfig:
            Arn: !GetAtt BatchQueue.Arn
"""
_QUEUE = """\
        - Id: BatchQueue
          Arn: !GetAtt BatchQueue.Arn
          RetryPolicy:
            MaximumEventAgeInSeconds: 86400
            MaximumRetryAttempts: 185
          DeadLetterConfig:
            Arn: !GetAtt DeadLetterQueue.Arn
"""
_WRITTEN = {
    Kind.REAL_TIME: ("Real-time events, delivered at once", _DISPATCHER),
    Kind.NON_REAL_TIME: ("Non-real-time events, collected for the next drain", _QUEUE),
    # They would vanish without a word: the dispatcher moves them to the dead-letter queue, with the reason.
    Kind.UNKNOWN: ("Events under names that are not in the catalogue, kept with the reason", _DISPATCHER),
}


def with_rules(template: str, catalogue: Catalogue) -> str:
    """The template's text with the rules of this catalogue; raises `LocalStackError` if it has no place for them."""
    before, begin, rest = template.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise LocalStackError(f"the template has no place for the rules: {BEGIN.strip()!r} to {END.strip()!r}")
    written = "".join(f"\n{_written(rule)}" for rule in rules_of(catalogue))
    return f"{before}{begin}{written}\n{end}{after}"


def _written(rule: Rule) -> str:
    description, target = _WRITTEN[rule.kind]
    detail_type = "" if rule.detail_type is None else _detail_type(rule.detail_type)
    return _RULE.format(logical_id=rule.logical_id, description=description, detail_type=detail_type, target=target)


def _detail_type(values: tuple[object, ...]) -> str:
    listed = yaml.safe_dump(list(values), default_flow_style=False, width=10_000, sort_keys=False)
    return "        detail-type:\n" + textwrap.indent(listed, " " * 10)
