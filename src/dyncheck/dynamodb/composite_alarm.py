"""Composite alarms: alarms on the states of other alarms.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dyncheck.dynamodb.entity import Entity
from dyncheck.model import Opaque, Unknown

Found = TypeVar("Found")


class CompositeAlarm(Entity):
    """An alarm on the states of other alarms."""

    @property
    def name(self) -> str:
        """The alarm's name in the account. May raise `Unknown`."""
        return self.asked(lambda: self._plain("alarm_name"))

    @property
    def rule(self) -> str:
        """The text of its rule. May raise `Unknown`."""
        return self.asked(lambda: self._plain("alarm_rule"))

    @property
    def suppressor(self) -> str | None:
        """The name or ARN of the alarm during whose ALARM it runs no actions. May raise `Unknown`."""
        block = self.asked(lambda: self.block.block("actions_suppressor"))
        return self.asked(lambda: block.text("alarm")) if block else None

    def asked(self, question: Callable[[], Found]) -> Found:
        """The answer to a question about this alarm; an `Unknown` gets its address."""
        try:
            return question()
        except Unknown as reason:
            raise self.unknown(reason.path, reason) from None

    def unknown(self, path: str, reason: Unknown | str) -> Unknown:
        """An `Unknown` about one of its arguments; every other path names the resource of the rule."""
        at = f"{self.address}: {path}" if path else self.address
        return Unknown(at, reason) if isinstance(reason, str) else reason.at(at)

    def _plain(self, argument: str) -> str:
        text = self.block.string(argument)
        if isinstance(text, Opaque):
            raise Unknown(argument, f"depends on what {text.describe()} is")
        return text
