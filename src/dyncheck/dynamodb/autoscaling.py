"""Autoscaling of provisioned capacity: the targets and policies of Application Auto Scaling.

Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from dyncheck.dynamodb.entity import Entity
from dyncheck.dynamodb.place import same_place
from dyncheck.dynamodb.table import Table
from dyncheck.dynamodb.types import SCALING_TARGET
from dyncheck.dynamodb.wiring import Hints, hints_of_name, hints_of_references, union
from dyncheck.logic import some
from dyncheck.model import Deferred, Known, Opaque, Unknown


class Scaling(Entity):
    """A scalable target, or a scaling policy of one. Both name the capacity that they scale in the same way."""

    @cached_property
    def hints(self) -> Hints:
        """The hints of the table that it scales."""
        value = self.block.value("resource_id")
        if isinstance(value, Known):
            if not isinstance(value.value, str):
                return None
            kind, _, rest = value.value.partition("/")
            return hints_of_name(rest.partition("/")[0]) if kind == "table" else frozenset()
        if not isinstance(value, Deferred):
            return frozenset()
        targets = self._targets_in(value)
        return hints_of_references(value.references) if targets is None else union(target.hints for target in targets)

    @property
    def tracks_a_target(self) -> bool:
        """Whether a policy is of the only type that DynamoDB has: target tracking. May raise `Unknown`.

        Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html
        """
        return self.block.string("policy_type") == "TargetTrackingScaling"

    @property
    def has_range(self) -> bool:
        """Whether a target has room between its least and its most capacity. May raise `Unknown`."""
        least, most = self.block.number("min_capacity"), self.block.number("max_capacity")
        return least is None or most is None or least < most

    def scales(self, table: Table, units: str, index: str | None = None) -> bool:
        """Whether it scales the capacity for `Read` or `Write` of a table or of its index. May raise `Unknown`."""
        dimension = f"dynamodb:{'index' if index else 'table'}:{units}CapacityUnits"
        tests: tuple[Callable[[], bool], ...] = (
            lambda: self.block.read("service_namespace") == "dynamodb",
            lambda: self.block.read("scalable_dimension") == dimension,
            lambda: self._names(table, index),
            lambda: same_place(self.resource, table.resource),
        )
        try:
            return not some(tests, lambda test: not test())
        except Unknown as reason:
            raise reason.within(self.address) from None

    def _names(self, table: Table, index: str | None) -> bool:
        value = self.block.value("resource_id")
        if isinstance(value, Known):
            return bool(value.value == _joined("table/", table.name, *(("/index/", index) if index else ())))
        if not isinstance(value, Deferred):
            return False
        targets = self._targets_in(value)
        if targets is None:
            return table.is_named_by(value)
        if not some(targets, lambda target: target._names(table, index)):
            return False
        if len(targets) > 1:
            raise value.unknown("resource_id")
        return True

    def _targets_in(self, value: Deferred) -> tuple[Scaling, ...] | None:
        """The targets that a policy refers to for its resource; None when it does not only refer to targets."""
        references = value.references
        if not references or any(each.type != SCALING_TARGET or each.is_data for each in references):
            return None
        found = (
            resource
            for each in references
            for resource in self.surroundings.scaling_targets_at(each.resource or "")
            if each.module in (None, resource.module)
        )
        return tuple(Scaling(resource, self.surroundings) for resource in found)


def _joined(*parts: str | Opaque) -> str | Opaque:
    """The parts in a row; unlike `format`, it keeps sensitive text. Raises `Unknown` where a proof cannot join them."""
    if all(isinstance(part, str) for part in parts):
        return "".join(part for part in parts if isinstance(part, str))
    from dyncheck.model.symbolic import Text, joined

    texts = [part for part in parts if isinstance(part, str | Text)]
    text = joined(texts) if len(texts) == len(parts) else None
    if text is None:
        raise Unknown("", f"depends on what {parts[1]!r} is")
    return text
