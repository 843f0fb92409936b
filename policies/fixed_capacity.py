"""Provisioned capacity does not scale.

Why: without autoscaling, DynamoDB throttles all traffic above the provisioned capacity, and unused capacity is paid for. The table and
each global secondary index need a target and a policy of their own, for reads and for writes. A target without a policy does nothing,
and one with equal limits cannot scale.
Fix: add both, and let autoscaling own the capacity: ignore changes of it, or every apply sets it back.
    resource "aws_appautoscaling_target" "reads" {
      service_namespace  = "dynamodb"
      resource_id        = "table/${aws_dynamodb_table.products.name}"
      scalable_dimension = "dynamodb:table:ReadCapacityUnits"
      min_capacity       = 5
      max_capacity       = 100
    }
"""

import re

from dyncheck.dynamodb import Contract, Index, Inventory, Table, hcl_block
from dyncheck.rule import Problems, Unknown, each, note, quoted, rule

# Source: https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-1
FRAMEWORKS = {
    "aws-fsbp": "DynamoDB.1",
    "aws-config": "dynamodb-autoscaling-enabled",
    "checkov": "CKV2_AWS_16",
    "nist-800-53-r5": "CP-10, CP-2(2), CP-6(2), SC-36, SC-5(2), SI-13(5)",
}

_NO_TARGET, _NO_POLICY = "no autoscaling target", "an autoscaling target without a target tracking policy, which does nothing"
_RAISE = "max_capacity = 100 # in the autoscaling target: above its min_capacity"
_NO_RANGE = "an autoscaling target whose max_capacity is not above its min_capacity"


@rule(
    Table,
    Contract | None,
    severity=note,
    frameworks=FRAMEWORKS,
    applies=lambda table, _: table.billing_mode == "PROVISIONED",
    demanded=lambda contract: contract.capacity,
)
def check(table: Table, _: Contract | None) -> Problems:
    yield from _fixed(table, None)
    yield from each(table.indexes, lambda index: _fixed(table, index))


def _fixed(table: Table, index: Index | None) -> Problems:
    """The problem of a table or index, which names all that certainly does not scale. May raise `Unknown` at the end."""
    lacking: dict[str, str] = {}
    unknown = None
    for units in ("Read", "Write"):
        try:
            if lack := _lack(table, units, index.name if index else None):
                lacking[units] = lack
        except Unknown as reason:
            unknown = unknown or reason
    if lacking:
        what = f"Index {index.shown_name}" if index else "Table"
        owner = index or table
        at = f"{next(iter(lacking)).lower()}_capacity"
        if index and index.capacity_block[0] is not index.block:
            at = f"provisioned_throughput.{at}_units"
        fix = "\n\n".join(_fix(table, index, units) if lack != _NO_RANGE else _RAISE for units, lack in lacking.items())
        yield owner.problem(f"{what} has fixed capacity: {_shown(lacking)}", at=at, fix=fix)
    if unknown:
        raise unknown


def _lack(table: Table, units: str, index: str | None) -> str:
    inventory = Inventory.of(table)
    if not inventory.has_scaling_target(table, units, index):
        return _NO_TARGET
    if not inventory.has_scaling_range(table, units, index):
        return _NO_RANGE
    return "" if inventory.has_scaling_policy(table, units, index) else _NO_POLICY


def _shown(lacking: dict[str, str]) -> str:
    if len(set(lacking.values())) == 1:
        return f"{' and '.join(f'{units.lower()}s' for units in lacking)} have {next(iter(lacking.values()))}"
    return ", and ".join(f"{units.lower()}s have {lack}" for units, lack in lacking.items())


def _fix(table: Table, index: Index | None, units: str) -> str:
    # Formatted, because the name of an index may be sensitive.
    label = f"{table.resource.name}{f'-{index.name}' if index else ''}-{units.lower()}s"
    name = re.sub(r"\W", "_", label)
    of = f"aws_appautoscaling_target.{name}"
    same = {argument: f"{of}.{argument}" for argument in ("service_namespace", "resource_id", "scalable_dimension")}
    resource_id = f"table/{table.resource.in_text('name')}{f'/index/{index.name}' if index else ''}"
    target = hcl_block(
        f'resource "aws_appautoscaling_target" "{name}"',
        service_namespace='"dynamodb"',
        resource_id=f'"{resource_id}"',
        scalable_dimension=quoted(f"dynamodb:{'index' if index else 'table'}:{units}CapacityUnits"),
        min_capacity="5",
        max_capacity="100",
    )
    metric = hcl_block("predefined_metric_specification", predefined_metric_type=quoted(f"DynamoDB{units}CapacityUtilization"))
    tracking = f"target_tracking_scaling_policy_configuration {{\n  target_value = 70\n\n{_indented(metric)}\n}}"
    policy = hcl_block(f'resource "aws_appautoscaling_policy" "{name}"', name=quoted(label), policy_type='"TargetTrackingScaling"', **same)
    return f"{target}\n\n{policy.removesuffix('}')}\n{_indented(tracking)}\n}}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.split("\n"))
