"""What tables and alarms have in common of which every rule says the same, so that it need be asked once only.

Resources of one likeness (`Resource.likeness`) differ in arguments of their own only, such as their names. A rule may compare those
without looking at them: whether an alarm names a table, whether both stand in the same account. So two tables are alike when they
are of one likeness, their alarms are as well, and those are related to them in the same ways. What else a rule reads of a
resource's own is noticed (`dyncheck.watch`), and the rule is then run on each.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeAlias

from msgspec import Struct

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.place import arn_place
from dyncheck.dynamodb.table import Table
from dyncheck.model import Resource, Unknown

Likeness: TypeAlias = "Hashable | None"


class Standing(Struct, frozen=True):
    """What a table or an alarm has in common with others that are alike, None for one that is like no other.

    `near` are the alarms that may be on the table, or the tables that the alarm may be on; those that are alike have them in the
    same order. Of what is like no other they are left out, for nobody asks.
    """

    likeness: Likeness
    near: tuple[Table, ...] | tuple[Alarm, ...]


LIKE_NO_OTHER = Standing(None, ())


def standing_of_table(table: Table) -> Standing:
    """How a table stands to its alarms."""
    if table.resource.likeness is None or table.hints is None:
        return LIKE_NO_OTHER
    near = table.inventory.alarms_near(table)
    if not _can_be_alike(near):
        return LIKE_NO_OTHER
    try:
        wired = tuple((_of_resource(alarm.resource), alarm.parts, _names(alarm, table)) for alarm in near)
    except Unknown:
        return LIKE_NO_OTHER
    return Standing((_of_resource(table.resource), wired), near)


def standing_of_alarm(alarm: Alarm) -> Standing:
    """How an alarm stands to the tables that it names."""
    if alarm.resource.likeness is None or alarm.hints is None:
        return LIKE_NO_OTHER
    near = alarm.inventory.tables_near(alarm)
    if not _can_be_alike(near):
        return LIKE_NO_OTHER
    try:
        wired = tuple((_of_resource(table.resource), _names(alarm, table)) for table in near)
        return Standing((_of_resource(alarm.resource), alarm.parts, wired), near)
    except Unknown:
        return LIKE_NO_OTHER


def _can_be_alike(near: Iterable[Table | Alarm]) -> bool:
    # An index that is a resource of its own may be any table's.
    return all(each.resource.likeness is not None and not each.inventory.separate_indexes for each in near)


def _of_resource(resource: Resource) -> Hashable:
    return resource.likeness, arn_place(resource)


def _names(alarm: Alarm, table: Table) -> Hashable:
    """Which metrics of an alarm name the table. May raise `Unknown`."""
    return tuple(alarm.names(signal, table) for signal in alarm.all_signals)
