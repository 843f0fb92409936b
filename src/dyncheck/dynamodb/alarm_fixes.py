"""The HCL of an alarm that a contract demands and the input does not have."""

from __future__ import annotations

from dyncheck.dynamodb.contracts import AlarmContract, Part
from dyncheck.dynamodb.entity import hcl_block
from dyncheck.dynamodb.inventory import Inventory
from dyncheck.dynamodb.metrics import CAUSES, NAMESPACE, STREAM_LABEL, is_percentile
from dyncheck.dynamodb.replica import Replica
from dyncheck.dynamodb.table import Copy, Table
from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.logic import those
from dyncheck.model import UNSET, Deferred, Known, Opaque, Resource, literal, quoted
from dyncheck.model.sensitive import Sensitive

# The value of `DelegatedOperation` is not documented; the console shows it beside the metric of a table.
DELEGATED = '"..."'


def alarm_block(copy: Copy, expected: AlarmContract, part: Part, statistic: tuple[str, ...], taken: set[str]) -> str:
    """The resource block of the alarm. Its label is not `taken` and becomes so; no other alarm of the input has its label or name."""
    table = copy.table if isinstance(copy.table, Table) else None
    resource = table.resource if table else copy.resource
    own, prefix = (resource.declared.name, resource.in_text(_name_argument(resource))) if part is not None else ("account", "dynamodb")
    key = resource.declared.local_address.partition("[")[2] if part is not None else ""
    home = [copy.shown_region] if isinstance(copy, Replica) else []
    words = [
        *statistic,
        *(["low"] if expected.falls else []),
        *("part" if isinstance(value, Opaque | Sensitive) else value for _, value in part or () if value),
        *home,
    ]
    label, number = _label(own, key, _kind(expected.metric), *words), 1
    suffix = "-".join((_dashed(_kind(expected.metric)), *(word.strip('"') for word in words)))
    while not _is_free(copy, _numbered(label, "_", number), _numbered(suffix, "-", number), taken):
        number += 1
    taken.add(_numbered(label, "_", number))
    arguments = {
        **_placed(copy),
        "alarm_name": f'"{prefix}-{_numbered(suffix, "-", number)}"',
        "namespace": quoted(NAMESPACE),
        "metric_name": quoted(expected.metric),
        "extended_statistic" if is_percentile(expected.expected_statistic) else "statistic": quoted(expected.expected_statistic),
        "comparison_operator": quoted(expected.comparison),
        "threshold": literal(expected.threshold),
        "period": str(expected.period),
        "evaluation_periods": str(expected.evaluation_periods),
    }
    if expected.expected_missing_data:
        arguments["treat_missing_data"] = quoted(expected.expected_missing_data)
    if part is not None:
        arguments["dimensions"] = dimensions(resource, part)
    actions = _actions(table) if table and not home else ""
    # CloudWatch takes only topics in the region of the alarm.
    variable = "_".join(("alarm_actions", *([_label(*home)] if home else [])))
    if actions or copy.has_variable(variable):
        arguments["alarm_actions"] = actions or f"var.{variable}"
    else:
        arguments["# alarm_actions"] = f'["..."] # the ARN of an SNS topic{" in " if home else ""}{"".join(home)}'
    return hcl_block(f'resource "{ALARM}" "{_numbered(label, "_", number)}"', **arguments)


def dimensions(table: Resource, part: Part) -> str:
    """The dimensions of an alarm on a part of a table, in HCL."""
    pairs = [("TableName", table.reference(_name_argument(table))), *((name, _value(table, name, value)) for name, value in part or ())]
    return f"{{ {', '.join(f'{name} = {value}' for name, value in pairs)} }}"


def _value(table: Resource, name: str, value: str | None) -> str:
    if value is not None:
        return quoted(value)
    return table.reference("stream_label") if name == STREAM_LABEL else DELEGATED


def _name_argument(table: Resource) -> str:
    return "name" if table.type == TABLE else "id"


def _kind(metric: str) -> str:
    """The metric in the names of an alarm: `read-throttle` for the sums of throttled requests, else the metric itself."""
    return f"{metric.removesuffix('ThrottleEvents')}Throttle" if metric in CAUSES else metric


def _dashed(words: str) -> str:
    # Compiling a regular expression for it would take longer.
    return "".join(f"-{each}" if _begins_word(before, each) else each for before, each in zip(f" {words}", words, strict=False)).lower()


def _begins_word(before: str, character: str) -> bool:
    return "A" <= character <= "Z" and ("a" <= before <= "z" or "0" <= before <= "9")


def _label(*words: str) -> str:
    dashed = "-".join(map(_dashed, words))
    return "_".join("".join(each if each.isascii() and each.isalnum() else " " for each in dashed).split())


def _numbered(text: str, separator: str, number: int) -> str:
    return text if number == 1 else f"{text}{separator}{number}"


def _is_free(copy: Copy, label: str, suffix: str, taken: set[str]) -> bool:
    inventory = Inventory.of(copy)
    table_name = copy.table.block.value("name") if copy.table else UNSET
    name = f"{table_name.value}-{suffix}" if isinstance(table_name, Known) else ""
    return label not in taken and (copy.resource.module, label) not in inventory.alarm_labels and name not in inventory.alarm_names


def _placed(copy: Copy) -> dict[str, str]:
    """The arguments that put an alarm into the account and region of the table or replica."""
    resource = copy.resource
    if isinstance(copy, Replica) and not copy.is_separate:
        region = copy.shown_region
        return (
            {"region": region}
            if isinstance(resource.body.value("region"), Known)
            else {"provider": f"aws.{_label(region)} # a provider for {region}"}
        )
    placed = {}
    key = resource.provider.key or ""
    # The name of a provider configuration within a module is not shown.
    if "." in key and not resource.module:
        placed["provider"] = key
    if resource.body.configures("region"):
        placed["region"] = f"{resource.local_address}.region"
    return placed


def _actions(table: Table) -> str:
    """The actions of the other alarms on the table, in HCL; empty without any."""
    for alarm in those(Inventory.of(table).alarms_near(table), lambda alarm: alarm.is_on(table)):
        actions = alarm.block.value("alarm_actions")
        if alarm.resource.declared.module != table.resource.declared.module or alarm.surroundings is not table.surroundings:
            continue
        if isinstance(actions, Deferred) and actions.references:
            if any(reference.module != table.resource.module for reference in actions.references):
                # What the module is given has another name inside.
                return ""
            return f"[{', '.join(sorted({reference.text for reference in actions.references}))}]"
        if isinstance(actions, Known) and actions.value:
            return alarm.resource.reference("alarm_actions")
    return ""
