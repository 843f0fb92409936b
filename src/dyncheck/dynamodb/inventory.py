"""All that one input holds about DynamoDB: its tables, the alarms on DynamoDB metrics, and what belongs to either."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.metrics import CAUSES
from dyncheck.dynamodb.table import Table
from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, INDEX, TABLE
from dyncheck.dynamodb.wiring import Lookup
from dyncheck.logic import some
from dyncheck.model import Resource, Unknown

if TYPE_CHECKING:
    from dyncheck.dynamodb.composite_alarm import CompositeAlarm

# They are looked at again for each table without an alarm, of which a finding names three.
_MOST_STRAY = 12


class Inventory:
    """The resources of one input, as the entities rules talk about."""

    def __init__(
        self,
        resources: Iterable[Resource],
        *,
        left_out: frozenset[str] = frozenset(),
        why_left_out: str = "",
    ) -> None:
        self.resources = tuple(resources)
        # The types of resources of which the input may leave some out (a plan with -target), and why it does.
        self.left_out = left_out
        self.why_left_out = why_left_out
        self._stray_for: dict[tuple[tuple[str, ...], frozenset[str]], tuple[Alarm, ...]] = {}

    @property
    def unseen(self) -> str:
        """Why what the input does not hold cannot be taken as missing."""
        return f"{self.why_left_out}, and what is looked for may be among what it leaves out"

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Every table instance, in the order of the input."""
        return tuple(Table(resource, self) for resource in self._of_type(TABLE))

    @cached_property
    def alarms(self) -> tuple[Alarm, ...]:
        """The alarms that are, or may be, on DynamoDB metrics or on one of the tables."""
        alarms = (Alarm(resource, self) for resource in self._of_type(ALARM))
        return tuple(alarm for alarm in alarms if alarm.may_concern_dynamodb)

    def alarms_near(self, table: Table) -> tuple[Alarm, ...]:
        """The alarms that name the table, or may."""
        return self._alarms.near(table.hints)

    def tables_near(self, alarm: Alarm) -> tuple[Table, ...]:
        """The tables that an alarm names, or may name."""
        return self._tables.near(alarm.hints)

    @cached_property
    def stray_alarms(self) -> tuple[Alarm, ...]:
        """The alarms on DynamoDB that certainly name none of the tables."""
        return tuple(alarm for alarm in self.alarms if not self.tables_near(alarm))

    def stray_alarms_for(self, metrics: tuple[str, ...], others: frozenset[str]) -> tuple[Alarm, ...]:
        """The first of them that lack nothing but a table to be raised by these metrics, and do not look at the others."""
        stray = self.stray_alarms
        key = (metrics, others)
        if key not in self._stray_for:
            self._stray_for[key] = tuple(islice((alarm for alarm in stray if alarm.lacks_a_table_only(metrics, others)), _MOST_STRAY))
        return self._stray_for[key]

    def has_alarm(self, test: Callable[[Alarm], bool], table: Table | None = None) -> bool:
        """Whether the test holds for some alarm, of those on a table where one is given.

        Raises `Unknown` when that cannot be told, or when the input leaves alarms out.
        """
        if some(self.alarms_near(table) if table else self.alarms, test):
            return True
        self._end(ALARM)
        return False

    def is_watched(self, table: Table, metrics: tuple[str, ...], index: str | None = None) -> bool:
        """Whether some alarm is raised by any of the metrics of that table (or index).

        Raises `Unknown` when that cannot be told, or when the input leaves alarms out.
        """
        return self.has_alarm(lambda alarm: alarm.watches(table, metrics, index), table)

    def watched_causes(self, table: Table, metric: str) -> tuple[str, ...]:
        """The metrics that a throttle metric sums up, when each has an alarm of its own; else none. May raise `Unknown`."""
        causes = CAUSES.get(metric, ())
        return causes if all(self.is_watched(table, (cause,)) for cause in causes) else ()

    def every_composite_alarm(self) -> Iterator[CompositeAlarm]:
        """The composite alarms, for asking whether there is one; ends in `Unknown` when the input leaves resources out."""
        yield from self._composite_alarms
        self._end(COMPOSITE_ALARM)

    @cached_property
    def separate_indexes(self) -> tuple[Resource, ...]:
        """Indexes that are resources of their own, beside their table."""
        return self._of_type(INDEX)

    @cached_property
    def _composite_alarms(self) -> tuple[CompositeAlarm, ...]:
        return tuple(self._composite_alarm(resource) for resource in self._of_type(COMPOSITE_ALARM))

    def _composite_alarm(self, resource: Resource) -> CompositeAlarm:
        # Few plans have any.
        from dyncheck.dynamodb.composite_alarm import CompositeAlarm

        return CompositeAlarm(resource, self)

    @cached_property
    def _alarms(self) -> Lookup[Alarm]:
        return Lookup(self.alarms, lambda alarm: alarm.hints)

    @cached_property
    def _tables(self) -> Lookup[Table]:
        return Lookup(self.tables, lambda table: table.hints)

    def _end(self, kind: str) -> None:
        if kind in self.left_out:
            raise Unknown("", self.unseen)

    def _of_type(self, kind: str) -> tuple[Resource, ...]:
        return tuple(resource for resource in self.resources if resource.type == kind)
