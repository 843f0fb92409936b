"""What tables and alarms have in common of which every rule says the same, so that it need be asked once only.

Resources of one likeness (`Resource.likeness`) differ in arguments of their own only, such as their names. A rule may compare those
without looking at them: whether an alarm names a table, whether both stand in the same account. So two tables are alike when they
are of one likeness, their alarms are as well, and those are related to them in the same ways. What else a rule reads of a
resource's own is noticed (`dyncheck.watch`), and the rule is then run on each.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeAlias

from dyncheck.dynamodb.alarm import Alarm, Signal
from dyncheck.dynamodb.place import arn_place
from dyncheck.dynamodb.table import Table
from dyncheck.dynamodb.wiring import hints_of_table
from dyncheck.model import Resource, Unknown

Likeness: TypeAlias = "Hashable | None"


def likeness_of_table(table: Table) -> Likeness:
    """What tables have in common that are alike, their alarms included; None for one that is like no other."""
    inventory = table.inventory
    if table.resource.likeness is None or inventory.separate_indexes or hints_of_table(table.resource) is None:
        return None
    try:
        near = inventory.alarms_near(table)
        if any(alarm.resource.likeness is None for alarm in near):
            return None
        return (_of_resource(table.resource), *((_of_resource(alarm.resource), _relations(alarm, table)) for alarm in near))
    except Unknown:
        return None


def likeness_of_alarm(alarm: Alarm) -> Likeness:
    """What alarms have in common that are alike, their tables included; None for one that is like no other."""
    if alarm.resource.likeness is None or alarm.inventory.separate_indexes or alarm.hints is None:
        return None
    try:
        near = alarm.inventory.tables_near(alarm)
        if any(table.resource.likeness is None for table in near):
            return None
        signals = tuple(map(_part, alarm.all_signals))
        return (_of_resource(alarm.resource), signals, *((_of_resource(table.resource), _relations(alarm, table)) for table in near))
    except Unknown:
        return None


def _of_resource(resource: Resource) -> Hashable:
    return resource.likeness, arn_place(resource)


def _relations(alarm: Alarm, table: Table) -> Hashable:
    """How each metric of an alarm is related to a table. May raise `Unknown`."""
    return tuple((alarm.names(signal, table), _part(signal)) for signal in alarm.all_signals)


def _part(signal: Signal) -> Hashable:
    return frozenset(signal.dimension_names), frozenset(signal.dimensions_of_part.items())
