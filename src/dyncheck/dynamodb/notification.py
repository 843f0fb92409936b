"""Whether anybody hears of an alarm: its actions."""

from __future__ import annotations

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.composite_alarm import CompositeAlarm
from dyncheck.model import Block, Deferred, Reference, Unset


def notifies(alarm: Alarm | CompositeAlarm) -> bool:
    """Whether the alarm has actions, and they are enabled. May raise `Unknown`."""
    return bool(alarm.block.read("actions_enabled", True)) and has_actions(alarm.block)


def has_actions(block: Block) -> bool:
    """Whether an alarm has any `alarm_actions`.

    A set with one deferred element is deferred as a whole. It counts as filled when it waits for the ARN of a resource,
    such as a topic. Raises `Unknown` when it waits for a value that may be empty.
    """
    actions = block.value("alarm_actions")
    if isinstance(actions, Deferred):
        if any(map(_is_arn, actions.references)):
            return True
        raise actions.unknown(block.at("alarm_actions"))
    return not isinstance(actions, Unset) and bool(actions.value)


def _is_arn(reference: Reference) -> bool:
    return reference.attribute == "arn" or (reference.type, reference.attribute) == ("aws_sns_topic", "id")
