"""Composite alarms: alarms on the states of other alarms.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html
"""

from __future__ import annotations

import re

from dyncheck.dynamodb.alarm import Alarm, has_actions
from dyncheck.dynamodb.entity import Entity


class CompositeAlarm(Entity):
    """An alarm on the states of other alarms."""

    __slots__ = ()

    @property
    def notifies(self) -> bool:
        """Whether it has actions. May raise `Unknown`."""
        return bool(self.block.read("actions_enabled", True)) and has_actions(self.block)

    def is_raised_by(self, alarm: Alarm) -> bool:
        """Whether its rule uses the ALARM state of that alarm, by name or by ARN. May raise `Unknown`."""
        rule = self.block.read("alarm_rule", "")
        return any(name in (alarm.name, name.rpartition(":alarm:")[0] + f":alarm:{alarm.name}") for name in _raised_by(rule))


def _raised_by(rule: str) -> list[str]:
    """The alarm names and ARNs whose ALARM state the rule of a composite alarm uses."""
    found = re.findall(r"""(?<!NOT )\bALARM\s*\(\s*(?:"([^"]*)"|([^")\s]+))\s*\)""", rule)
    return [quoted_name or bare for quoted_name, bare in found]
