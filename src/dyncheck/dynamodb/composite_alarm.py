"""Composite alarms: alarms on the states of other alarms.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html
"""

from __future__ import annotations

import re

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.entity import Entity
from dyncheck.dynamodb.place import same_place
from dyncheck.model import Unknown

# The names and ARNs of the alarms whose ALARM state the rule of a composite alarm uses.
_RAISED_BY = r"""(?<!NOT )\bALARM\s*\(\s*(?:"([^"]*)"|([^")\s]+))\s*\)"""


class CompositeAlarm(Entity):
    """An alarm on the states of other alarms."""

    def is_raised_by(self, alarm: Alarm) -> bool:
        """Whether its rule uses the ALARM state of that alarm, by name or by ARN. May raise `Unknown`."""
        found = (quoted_name or bare for quoted_name, bare in re.findall(_RAISED_BY, self.block.read("alarm_rule", "")))
        return any(name in (alarm.name, name.rpartition(":alarm:")[0] + f":alarm:{alarm.name}") for name in found)

    def is_beside(self, alarm: Alarm) -> bool:
        """Whether both are in one region and account: a rule cannot use other alarms, and names repeat there. May raise `Unknown`.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
        """
        try:
            return same_place(self.resource, alarm.resource)
        except Unknown as reason:
            raise reason.within(self.address) from None
