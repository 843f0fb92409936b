"""Every demand of the specification, broken by an edit of its module, and edits that break no demand.

    python -m tests.recording.demands     makes the plans `tests/plans/demand_*.json` again with the real Terraform

The expected change of the report follows from the specification alone, not from the output of dyncheck.
"""

from __future__ import annotations

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import PLANS, ROOT, SPECIFICATION
from tests.support.terraform import PROVIDER, PROVIDER_WEST, Root, installed, keep

MAIN = (SPECIFICATION / "main.tf").read_text()

PRODUCTS = "aws_dynamodb_table.products"
SESSIONS = "aws_dynamodb_table.sessions"
READ = "aws_cloudwatch_metric_alarm.products_read_throttle"
WRITE = "aws_cloudwatch_metric_alarm.products_write_throttle"
THROTTLE = "aws_cloudwatch_metric_alarm.products_throttle"


class Finding(NamedTuple):
    """One result that is not a pass; the severity of an unknown is `unknown`."""

    rule: str
    address: str
    severity: str


def error(rule: str, address: str) -> Finding:
    """A finding that makes the exit code 1."""
    return Finding(rule, address, "error")


def warning(rule: str, address: str) -> Finding:
    """A finding that leaves the exit code 0."""
    return Finding(rule, address, "warning")


def note(rule: str, address: str) -> Finding:
    """A finding that leaves the exit code 0 and asks for no action."""
    return Finding(rule, address, "note")


def unknown(rule: str, address: str) -> Finding:
    """A result that is unknown before the apply."""
    return Finding(rule, address, "unknown")


def of_alarm(address: str) -> tuple[Finding, ...]:
    """The findings of the specified module on each of its alarms."""
    return (warning("dead-alarm", address), warning("silent-alarm", address), note("insensitive-alarm", address))


UNWATCHED = (note("unwatched-index", PRODUCTS),) * 2

# The findings of the specified module: its metric names do not exist, and its alarms have no notification action.
UNBROKEN = (
    *of_alarm(READ),
    *of_alarm(WRITE),
    note("aws-managed-key", PRODUCTS),
    note("aws-managed-key", SESSIONS),
    note("no-deletion-protection", PRODUCTS),
    note("no-deletion-protection", SESSIONS),
    *UNWATCHED,
)


@dataclass(frozen=True)
class Demand:
    """An edit of the module, and the difference between its findings and those of the specified module.

    `before` must occur `count` times in the block `inside` (the whole file when empty); `appended` goes to the end of the file.
    An edit without new `findings` of severity error keeps the exit code 0.
    """

    name: str
    inside: str = ""
    before: str = ""
    after: str = ""
    findings: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    count: int = 1
    appended: str = ""
    options: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name in plain English."""
        return self.name.replace("_", " ")

    @property
    def plan(self) -> Path:
        """The plan that Terraform made of the edited module."""
        return PLANS / f"demand_{self.name}.json"

    @property
    def configuration(self) -> str:
        """The edited `main.tf`."""
        block = _block(self.inside) if self.inside else MAIN
        assert not self.before or block.count(self.before) == self.count, f"{self.name}: {block.count(self.before)} of {self.before!r}"
        edited = block.replace(self.before, self.after) if self.before else block
        return MAIN.replace(block, edited) + self.appended

    @property
    def arguments(self) -> str:
        """The options, as the arguments of a module call."""
        given = dict(option.removeprefix("-var=").split("=", 1) for option in self.options)
        return "".join(f"  {name} = {_literal(value)}\n" for name, value in ({"environment_name": "dev"} | given).items())

    @property
    def expected(self) -> list[Finding]:
        """All results of the edited module that are not a pass, in order."""
        left = list(UNBROKEN)
        for finding in self.gone:
            left.remove(finding)
        return sorted([*left, *self.findings])

    @property
    def exit_code(self) -> int:
        """The expected exit code of dyncheck."""
        return int(any(finding.severity == "error" for finding in self.expected))


def _literal(value: str) -> str:
    """The HCL of a value that -var accepts: only strings differ."""
    return value if value in ("true", "false") or value[:1] in ("{", "[") or value.isdigit() else json.dumps(value)


def _block(address: str) -> str:
    """The text of a resource block of the module."""
    kind, name = address.split(".")
    return _part(f'resource "{kind}" "{name}" {{\n', "\n}\n")


def _part(start: str, end: str, text: str = MAIN) -> str:
    """The text from the first `start` to the first `end` after it, both included."""
    begin = text.index(start)
    return text[begin : text.index(end, begin + len(start)) + len(end)]


_ENCRYPTION = "  server_side_encryption {\n    enabled = true\n  }\n"
_RECOVERY = "  point_in_time_recovery {\n    enabled = var.enable_point_in_time_recovery\n  }\n"
_EXPIRY = _part("  ttl {\n", "  }\n", _block(SESSIONS))
_TAGS = _part("  tags = merge(", "})\n", _block(PRODUCTS))
_SORT_ATTRIBUTE = '  attribute {\n    name = "created_at"\n    type = "S"\n  }\n'
_ATTRIBUTES = _part('  attribute {\n    name = "id"', _SORT_ATTRIBUTE)
_INDEX = _part("  global_secondary_index {\n", "  }\n")
_INDEX_WITH_ATTRIBUTES = _part('  attribute {\n    name = "category"', _INDEX)
_INDEX_WITH_SORT_ATTRIBUTE = _part(_SORT_ATTRIBUTE, _INDEX)
_INDEX_CAPACITY = _part("\n    read_capacity ", "null\n  }").removesuffix("\n  }")
_ALARMS = MAIN[MAIN.index("# CloudWatch Alarms") :]
_READ_SIGNAL = _part("  metric_name ", "  }\n", _block(READ))
_READ_METRIC = '"ReadThrottledEvents"'
_WRITE_METRIC = '"WriteThrottledEvents"'
_TABLE = "aws_dynamodb_table.products.name"
_DIMENSIONS = f"  dimensions = {{\n    TableName = {_TABLE}\n  }}\n"
_NO_ACTIONS = "alarm_actions       = []"
_CAUSES = ("AccountLimit", "KeyRangeThroughput", "MaxOnDemandThroughput", "ProvisionedThroughput")

_DYNAMIC = '  dynamic "%s" {\n    for_each = %s\n    content {\n      %s\n    }\n  }\n'
_LATER = '\nresource "terraform_data" "later" {\n  input = true\n}\n'
_TOPIC = '\nresource "aws_sns_topic" "alarms" {\n  name = "alarms"\n}\n'
_TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:alarms"
_KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
_PROVISIONED = ("-var=billing_mode=PROVISIONED",)

_UNWARNED = error("no-throttle-alarm", PRODUCTS)
_DEAD, _SILENT, _WEAK = of_alarm(READ)


def _query(name: str, metric: str, *, returned: bool) -> str:
    """A `metric_query` block on the metric of the products table."""
    return f"""\
  metric_query {{
    id          = "{name}"
    return_data = {str(returned).lower()}

    metric {{
      metric_name = {metric}
      namespace   = "AWS/DynamoDB"
      period      = 300
      stat        = "Sum"
      dimensions  = {{ TableName = {_TABLE} }}
    }}
  }}
"""


def _expression(text: str) -> str:
    """A `metric_query` block with metric math that raises the alarm above zero."""
    return f"""\
  metric_query {{
    id          = "whole"
    return_data = true
    expression  = "{text}"
    label       = "whole"
  }}
  threshold = 0
"""


def _alarm(header: str, signal: str) -> str:
    """One alarm that replaces another one or both."""
    return f"""\
resource "aws_cloudwatch_metric_alarm" "products_throttle" {{
{header}  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
{signal}}}
"""


def _plain_signal(metric: str) -> str:
    """The signal of an alarm in the specification, with another metric."""
    return _READ_SIGNAL.replace(_READ_METRIC, metric)


def _of_each_table(address: str) -> tuple[Demand, ...]:
    """The demands on each of the two tables."""
    table = address.rpartition(".")[2]
    unencrypted = error("unencrypted-table", address)
    managed = note("aws-managed-key", address)
    unrecoverable = error("no-point-in-time-recovery", address)
    untagged = warning("missing-tags", address)
    misnamed = warning("wrong-table-name", address)
    name = f'name           = "${{var.environment_name}}-{table}"'
    tags = _TAGS.replace("products", table)
    return (
        Demand(f"{table}_encryption_off", address, _ENCRYPTION, _ENCRYPTION.replace("true", "false"), (unencrypted,), (managed,)),
        Demand(f"{table}_encryption_removed", address, _ENCRYPTION, "", (unencrypted,), (managed,)),
        Demand(f"{table}_encryption_dynamic", address, _ENCRYPTION, _DYNAMIC % ("server_side_encryption", "[1]", "enabled = true")),
        Demand(f"{table}_recovery_off", address, "var.enable_point_in_time_recovery", "false", (unrecoverable,)),
        Demand(f"{table}_recovery_removed", address, _RECOVERY, "", (unrecoverable,)),
        Demand(
            f"{table}_recovery_dynamic",
            address,
            _RECOVERY,
            _DYNAMIC % ("point_in_time_recovery", "var.enable_point_in_time_recovery ? [1] : []", "enabled = true"),
        ),
        Demand(f"{table}_name_without_environment", address, name, f'name = "{table}"', (misnamed,)),
        Demand(f"{table}_name_of_another_table", address, name, 'name = "${var.environment_name}-items"', (misnamed,)),
        Demand(f"{table}_type_tag_removed", address, '    Type = "DynamoDB"\n', "", (untagged,)),
        Demand(f"{table}_type_tag_wrong", address, 'Type = "DynamoDB"', 'Type = "Database"', (untagged,)),
        Demand(f"{table}_name_tag_removed", address, f'    Name = "${{var.environment_name}}-{table}-table"\n', "", (untagged,)),
        Demand(f"{table}_tags_removed", address, tags, "", (untagged, untagged)),
    )


_PRODUCTS = (
    Demand(
        "products_encryption_dynamic_without_a_block",
        PRODUCTS,
        _ENCRYPTION,
        _DYNAMIC % ("server_side_encryption", "[]", "enabled = true"),
        (error("unencrypted-table", PRODUCTS),),
        (note("aws-managed-key", PRODUCTS),),
    ),
    Demand(
        "products_encryption_known_later",
        PRODUCTS,
        _ENCRYPTION,
        _ENCRYPTION.replace("true", "terraform_data.later.output"),
        (unknown("unencrypted-table", PRODUCTS), unknown("aws-managed-key", PRODUCTS)),
        (note("aws-managed-key", PRODUCTS),),
        appended=_LATER,
    ),
    Demand(
        "products_encryption_with_an_own_key",
        PRODUCTS,
        _ENCRYPTION,
        _ENCRYPTION.replace("true\n", f'true\n    kms_key_arn = "{_KEY_ARN}"\n'),
        gone=(note("aws-managed-key", PRODUCTS),),
    ),
    Demand(
        "products_recovery_in_production_only",
        PRODUCTS,
        "var.enable_point_in_time_recovery",
        'var.environment_name == "prod"',
        (error("no-point-in-time-recovery", PRODUCTS),),
    ),
    Demand(
        "products_recovery_dynamic_without_a_block",
        PRODUCTS,
        _RECOVERY,
        _DYNAMIC % ("point_in_time_recovery", "[for each in [1] : each if false]", "enabled = true"),
        (error("no-point-in-time-recovery", PRODUCTS),),
    ),
    Demand(
        "products_recovery_known_later",
        PRODUCTS,
        "var.enable_point_in_time_recovery",
        "terraform_data.later.output",
        (unknown("no-point-in-time-recovery", PRODUCTS),),
        appended=_LATER,
    ),
    Demand("products_recovery_as_text", PRODUCTS, "var.enable_point_in_time_recovery", '"true"'),
    Demand(
        "products_name_with_environment_last",
        PRODUCTS,
        '"${var.environment_name}-products"',
        '"products-${var.environment_name}"',
        (warning("wrong-table-name", PRODUCTS),),
    ),
    Demand(
        "products_name_with_underscore",
        PRODUCTS,
        '"${var.environment_name}-products"',
        '"${var.environment_name}_products"',
        (warning("wrong-table-name", PRODUCTS),),
    ),
    Demand("products_type_tag_in_lower_case", PRODUCTS, 'Type = "DynamoDB"', 'type = "DynamoDB"', (warning("missing-tags", PRODUCTS),)),
    Demand(
        "products_name_tag_empty",
        PRODUCTS,
        'Name = "${var.environment_name}-products-table"',
        'Name = ""',
        (warning("missing-tags", PRODUCTS),),
    ),
    Demand(
        "products_tags_overridden",
        PRODUCTS,
        _TAGS,
        _TAGS.replace("merge(var.tags, {", "merge({").replace("})", "}, var.tags)"),
        (warning("missing-tags", PRODUCTS),),
        options=('-var=tags={"Type"="Database"}',),
    ),
    Demand("products_tags_not_merged", PRODUCTS, _TAGS, _TAGS.replace("merge(var.tags, {", "{").replace("})", "}")),
    Demand("products_in_infrequent_access", PRODUCTS, "var.table_class", '"STANDARD_INFREQUENT_ACCESS"'),
)

_KEYS = (
    Demand("products_key_renamed", PRODUCTS, '"id"', '"product_id"', (error("wrong-primary-key", PRODUCTS),), count=2),
    Demand("products_key_in_upper_case", PRODUCTS, '"id"', '"ID"', (error("wrong-primary-key", PRODUCTS),), count=2),
    Demand("products_key_of_type_text", PRODUCTS, 'type = "N"', 'type = "S"', (error("wrong-primary-key", PRODUCTS),)),
    Demand("products_key_of_type_binary", PRODUCTS, 'type = "N"', 'type = "B"', (error("wrong-primary-key", PRODUCTS),)),
    Demand(
        "products_with_a_range_key",
        PRODUCTS,
        'hash_key       = "id"',
        'hash_key = "id"\n  range_key = "created_at"',
        (error("wrong-primary-key", PRODUCTS),),
    ),
    Demand(
        "products_with_keys_swapped",
        PRODUCTS,
        'hash_key       = "id"',
        'hash_key = "created_at"\n  range_key = "id"',
        (error("wrong-primary-key", PRODUCTS), error("wrong-primary-key", PRODUCTS)),
    ),
    Demand(
        "products_with_a_range_key_only",
        PRODUCTS,
        'hash_key       = "id"',
        'range_key = "id"',
        (error("wrong-primary-key", PRODUCTS), error("wrong-primary-key", PRODUCTS)),
    ),
    Demand(
        "products_attributes_dynamic",
        PRODUCTS,
        _ATTRIBUTES,
        _DYNAMIC % ("attribute", '{ id = "N", category = "S", created_at = "S" }', "name = attribute.key\n      type = attribute.value"),
    ),
    Demand(
        "products_attributes_dynamic_with_a_wrong_type",
        PRODUCTS,
        _ATTRIBUTES,
        _DYNAMIC % ("attribute", '["id", "category", "created_at"]', 'name = attribute.value\n      type = "S"'),
        (error("wrong-primary-key", PRODUCTS),),
    ),
    Demand("sessions_key_renamed", SESSIONS, '"session_id"', '"id"', (error("wrong-primary-key", SESSIONS),), count=2),
    Demand("sessions_key_of_type_number", SESSIONS, 'type = "S"', 'type = "N"', (error("wrong-primary-key", SESSIONS),)),
    Demand(
        "sessions_with_a_range_key",
        SESSIONS,
        'hash_key       = "session_id"\n',
        'hash_key = "session_id"\n  range_key = "user_id"\n\n  attribute {\n    name = "user_id"\n    type = "S"\n  }\n',
        (error("wrong-primary-key", SESSIONS),),
    ),
)

_INDEXES = (
    Demand("index_removed", PRODUCTS, _INDEX_WITH_ATTRIBUTES, "", (error("missing-index", PRODUCTS),), UNWATCHED),
    Demand("index_renamed", PRODUCTS, '"CategoryIndex"', '"ByCategory"', (error("missing-index", PRODUCTS),)),
    Demand("index_in_lower_case", PRODUCTS, '"CategoryIndex"', '"categoryindex"', (error("missing-index", PRODUCTS),)),
    Demand(
        "index_local",
        PRODUCTS,
        _INDEX_WITH_ATTRIBUTES,
        _SORT_ATTRIBUTE
        + '  local_secondary_index {\n    name = "CategoryIndex"\n    range_key = "created_at"\n    projection_type = "ALL"\n  }\n',
        (error("missing-index", PRODUCTS),),
        UNWATCHED,
    ),
    Demand(
        "index_dynamic_without_a_block",
        PRODUCTS,
        _INDEX_WITH_ATTRIBUTES,
        _DYNAMIC % ("global_secondary_index", "[]", 'name = "CategoryIndex"\n      hash_key = "id"\n      projection_type = "ALL"'),
        (error("missing-index", PRODUCTS),),
        UNWATCHED,
    ),
    Demand("index_by_another_key", PRODUCTS, '"category"', '"kind"', (error("wrong-index", PRODUCTS),), count=2),
    Demand("index_with_another_range_key", PRODUCTS, '"created_at"', '"updated_at"', (error("wrong-index", PRODUCTS),), count=2),
    Demand(
        "index_with_the_table_key_as_range_key",
        PRODUCTS,
        _INDEX_WITH_SORT_ATTRIBUTE,
        _INDEX.replace('"created_at"', '"id"'),
        (error("wrong-index", PRODUCTS),),
    ),
    Demand(
        "index_without_range_key",
        PRODUCTS,
        _INDEX_WITH_SORT_ATTRIBUTE,
        _INDEX.replace('    range_key       = "created_at"\n', ""),
        (error("wrong-index", PRODUCTS),),
    ),
    Demand(
        "index_with_keys_swapped",
        PRODUCTS,
        'hash_key        = "category"\n    range_key       = "created_at"',
        'hash_key        = "created_at"\n    range_key       = "category"',
        (error("wrong-index", PRODUCTS), error("wrong-index", PRODUCTS)),
    ),
    Demand("index_of_keys_only", PRODUCTS, '"ALL"', '"KEYS_ONLY"', (error("wrong-index", PRODUCTS),)),
    Demand(
        "index_of_some_attributes", PRODUCTS, '"ALL"', '"INCLUDE"\n    non_key_attributes = ["title"]', (error("wrong-index", PRODUCTS),)
    ),
    Demand(
        "index_key_of_type_number",
        PRODUCTS,
        'name = "category"\n    type = "S"',
        'name = "category"\n    type = "N"',
        (error("wrong-index", PRODUCTS),),
    ),
    Demand(
        "index_range_key_of_type_number",
        PRODUCTS,
        'name = "created_at"\n    type = "S"',
        'name = "created_at"\n    type = "N"',
        (error("wrong-index", PRODUCTS),),
    ),
    Demand(
        "index_dynamic", PRODUCTS, _INDEX, _DYNAMIC % ("global_secondary_index", "[1]", _INDEX.partition("{\n")[2].removesuffix("  }\n"))
    ),
    Demand(
        "index_dynamic_of_keys_only",
        PRODUCTS,
        _INDEX,
        _DYNAMIC
        % (
            "global_secondary_index",
            '{ CategoryIndex = ["category", "created_at"] }',
            "name = global_secondary_index.key\n      hash_key = global_secondary_index.value[0]\n"
            '      range_key = global_secondary_index.value[1]\n      projection_type = "KEYS_ONLY"',
        ),
        (error("wrong-index", PRODUCTS),),
    ),
    Demand(
        "index_beside_another",
        PRODUCTS,
        _INDEX,
        _INDEX
        + _INDEX.replace("CategoryIndex", "NewestFirst").replace('"category"', '"created_at"').replace("    range_key", "    # range_key"),
        UNWATCHED,
    ),
)

_CAPACITY = (
    Demand("provisioned", options=_PROVISIONED),
    Demand(
        "provisioned_index_without_capacity",
        PRODUCTS,
        _INDEX_CAPACITY,
        "",
        (error("capacity-mismatch", PRODUCTS), error("capacity-mismatch", PRODUCTS)),
        options=_PROVISIONED,
    ),
    Demand(
        "provisioned_index_without_write_capacity",
        PRODUCTS,
        _INDEX_CAPACITY,
        _INDEX_CAPACITY.partition("\n    write")[0],
        (error("capacity-mismatch", PRODUCTS),),
        options=_PROVISIONED,
    ),
    Demand(
        "provisioned_index_dynamic_without_capacity",
        PRODUCTS,
        _INDEX,
        _DYNAMIC
        % (
            "global_secondary_index",
            "[1]",
            'name = "CategoryIndex"\n      hash_key = "category"\n      range_key = "created_at"\n      projection_type = "ALL"',
        ),
        (error("capacity-mismatch", PRODUCTS), error("capacity-mismatch", PRODUCTS)),
        options=_PROVISIONED,
    ),
    Demand(
        "on_demand_index_with_capacity",
        PRODUCTS,
        _INDEX_CAPACITY,
        "\n    read_capacity = 5\n    write_capacity = 5",
        (error("capacity-mismatch", PRODUCTS), error("capacity-mismatch", PRODUCTS)),
    ),
    Demand(
        "on_demand_index_with_read_capacity",
        PRODUCTS,
        _INDEX_CAPACITY,
        "\n    read_capacity = var.read_capacity",
        (error("capacity-mismatch", PRODUCTS),),
    ),
    Demand("on_demand_index_without_capacity_arguments", PRODUCTS, _INDEX_CAPACITY, ""),
    Demand("sessions_provisioned", SESSIONS, '"PAY_PER_REQUEST"', '"PROVISIONED"\n  read_capacity = 5\n  write_capacity = 5'),
)

_TIME_TO_LIVE = (
    Demand("time_to_live_off", SESSIONS, _EXPIRY, _EXPIRY.replace("true", "false"), (error("missing-ttl", SESSIONS),)),
    Demand("time_to_live_removed", SESSIONS, _EXPIRY, "", (error("missing-ttl", SESSIONS),)),
    Demand("time_to_live_not_enabled", SESSIONS, "    enabled        = true\n", "", (error("missing-ttl", SESSIONS),)),
    Demand("time_to_live_by_another_attribute", SESSIONS, '"expires_at"', '"ttl"', (error("missing-ttl", SESSIONS),)),
    Demand("time_to_live_in_camel_case", SESSIONS, '"expires_at"', '"expiresAt"', (error("missing-ttl", SESSIONS),)),
    Demand(
        "time_to_live_known_later",
        SESSIONS,
        _EXPIRY,
        _EXPIRY.replace("true", "terraform_data.later.output"),
        (unknown("missing-ttl", SESSIONS),),
        appended=_LATER,
    ),
    Demand(
        "time_to_live_dynamic",
        SESSIONS,
        _EXPIRY,
        _DYNAMIC % ("ttl", '["expires_at"]', "attribute_name = ttl.value\n      enabled = true"),
    ),
    Demand("products_time_to_live_removed", PRODUCTS, _part("  ttl {\n", "  }\n"), ""),
    Demand("products_time_to_live_on", PRODUCTS, "enabled        = false", "enabled        = true"),
)

_PROTECTION = (
    Demand("products_protected", options=("-var=enable_deletion_protection=true",), gone=(note("no-deletion-protection", PRODUCTS),)),
    Demand("products_protection_removed", PRODUCTS, "deletion_protection_enabled = var.enable_deletion_protection", ""),
    Demand(
        "products_protection_known_later",
        PRODUCTS,
        "var.enable_deletion_protection",
        "terraform_data.later.output",
        (unknown("no-deletion-protection", PRODUCTS),),
        (note("no-deletion-protection", PRODUCTS),),
        appended=_LATER,
    ),
    Demand(
        "sessions_protected",
        SESSIONS,
        'table_class    = "STANDARD"',
        "deletion_protection_enabled = true",
        gone=(note("no-deletion-protection", SESSIONS),),
    ),
)

_BOTH_TABLES = (
    Demand(
        "recovery_off_by_input",
        findings=(error("no-point-in-time-recovery", PRODUCTS), error("no-point-in-time-recovery", SESSIONS)),
        options=("-var=enable_point_in_time_recovery=false",),
    ),
    Demand(
        "environment_empty",
        findings=(warning("wrong-table-name", PRODUCTS), warning("wrong-table-name", SESSIONS)),
        options=("-var=environment_name=",),
    ),
    Demand(
        "products_name_known_later",
        PRODUCTS,
        '${var.environment_name}-products"',
        '${terraform_data.later.id}-products"',
        (
            unknown("wrong-table-name", PRODUCTS),
            unknown("no-throttle-alarm", PRODUCTS),
            unknown("insensitive-alarm", PRODUCTS),
            unknown("unwatched-index", PRODUCTS),
        ),
        (note("insensitive-alarm", READ), note("insensitive-alarm", WRITE), *UNWATCHED),
        appended=_LATER,
    ),
)


def _of_each_alarm(address: str) -> tuple[Demand, ...]:
    """Edits after which one of the alarms does not watch throttling, and edits after which it still does."""
    kind = "read" if address == READ else "write"
    metric = f'"{kind.title()}ThrottledEvents"'
    weak = note("insensitive-alarm", address)
    dead, silent, _ = of_alarm(address)
    return (
        Demand(f"{kind}_alarm_removed", "", _block(address), "", (_UNWARNED,), of_alarm(address)),
        Demand(f"{kind}_alarm_counted_out", address, "  alarm_name ", "  count = 0\n  alarm_name ", (_UNWARNED,), of_alarm(address)),
        Demand(f"{kind}_alarm_on_another_table", address, _TABLE, "aws_dynamodb_table.sessions.name", (_UNWARNED,), (weak,)),
        Demand(
            f"{kind}_alarm_on_the_index",
            address,
            _TABLE,
            f'{_TABLE}\n    GlobalSecondaryIndexName = "CategoryIndex"',
            (_UNWARNED,),
            (weak, UNWATCHED[0]),
        ),
        Demand(f"{kind}_alarm_with_a_typo", address, metric, f'"{kind.title()}ThrotledEvents"', (_UNWARNED,), (weak,)),
        Demand(f"{kind}_alarm_on_consumption", address, metric, f'"Consumed{kind.title()}CapacityUnits"', (_UNWARNED,), (weak, dead)),
        Demand(f"{kind}_alarm_on_the_average", address, '"Sum"', '"Average"', (_UNWARNED,), (weak,)),
        # A comparison with less than zero is a second reason why the alarm can never fire.
        Demand(f"{kind}_alarm_falling", address, '"GreaterThanThreshold"', '"LessThanThreshold"', (_UNWARNED, dead), (weak,)),
        Demand(f"{kind}_alarm_in_another_region", address, "  alarm_name ", "  provider = aws.west\n  alarm_name ", (_UNWARNED,), (weak,)),
        # A rule that fails on the other metric does not also report an unknown on this one.
        Demand(
            f"{kind}_alarm_by_identifier",
            address,
            _TABLE,
            "aws_dynamodb_table.products.id",
            (unknown("no-throttle-alarm", PRODUCTS),),
            (weak, UNWATCHED[0]),
        ),
        Demand(f"{kind}_alarm_with_the_real_metric", address, metric, f'"{kind.title()}ThrottleEvents"', gone=(dead,)),
        Demand(f"{kind}_alarm_with_a_high_threshold", address, 'threshold           = "0"', "threshold = 1000", (weak,)),
        Demand(f"{kind}_alarm_telling_somebody", address, _NO_ACTIONS, f'alarm_actions = ["{_TOPIC_ARN}"]', gone=(silent,)),
    )


_READ_ALARM = (
    Demand(
        "read_alarm_in_production_only",
        READ,
        "  alarm_name ",
        '  count = var.environment_name == "prod" ? 1 : 0\n  alarm_name ',
        (_UNWARNED,),
        of_alarm(READ),
    ),
    Demand("read_alarm_on_another_environment", READ, _TABLE, '"prod-products"', (_UNWARNED,), (_WEAK,)),
    Demand(
        "read_alarm_on_a_missing_index",
        READ,
        _TABLE,
        f'{_TABLE}\n    GlobalSecondaryIndexName = "PriceIndex"',
        (_UNWARNED,),
        (_WEAK,),
    ),
    Demand("read_alarm_with_a_dimension_more", READ, _TABLE, f'{_TABLE}\n    Operation = "GetItem"', (_UNWARNED,), (_WEAK,)),
    Demand("read_alarm_with_a_dimension_misspelt", READ, "TableName", "Tablename", (_UNWARNED,), (_WEAK,)),
    Demand("read_alarm_without_dimensions", READ, _DIMENSIONS, "", (_UNWARNED,), (_WEAK,)),
    Demand("read_alarm_in_lower_case", READ, _READ_METRIC, '"readthrottleevents"', (_UNWARNED,), (_WEAK,)),
    Demand("read_alarm_on_requests", READ, _READ_METRIC, '"ThrottledRequests"', (_UNWARNED,), (_WEAK,)),
    Demand("read_alarm_on_one_cause", READ, _READ_METRIC, '"ReadKeyRangeThroughputThrottleEvents"', (_UNWARNED,), (_WEAK, _DEAD)),
    Demand("read_alarm_in_a_misspelt_namespace", READ, '"AWS/DynamoDB"', '"AWS/Dynamodb"', (_UNWARNED,), (_WEAK,)),
    Demand("read_alarm_in_another_namespace", READ, '"AWS/DynamoDB"', '"AWS/Lambda"', (_UNWARNED,), (_WEAK,)),
    Demand("read_alarm_in_an_own_namespace", READ, '"AWS/DynamoDB"', '"Shop"', (_UNWARNED,), of_alarm(READ)),
    Demand("read_alarm_on_the_maximum", READ, '"Sum"', '"Maximum"', (_UNWARNED,), (_WEAK,)),
    Demand("read_alarm_on_a_percentile", READ, 'statistic           = "Sum"', 'extended_statistic = "p99"', (_UNWARNED,), (_WEAK,)),
    Demand("read_alarm_falling_or_equal", READ, '"GreaterThanThreshold"', '"LessThanOrEqualToThreshold"', (_UNWARNED,), (_WEAK,)),
    # CloudWatch refuses both, which is a second reason.
    Demand(
        "read_alarm_with_too_many_datapoints",
        READ,
        "  alarm_name ",
        "  datapoints_to_alarm = 3\n  alarm_name ",
        (_UNWARNED, _DEAD),
        (_WEAK,),
    ),
    Demand(
        "read_alarm_over_too_long",
        READ,
        'evaluation_periods  = "2"',
        "evaluation_periods = 289",
        (_UNWARNED, _DEAD),
        (_WEAK,),
    ),
    # It may be a second alarm on the writes.
    Demand(
        "read_alarm_metric_known_later",
        READ,
        _READ_METRIC,
        "terraform_data.later.id",
        (unknown("no-throttle-alarm", PRODUCTS), unknown("dead-alarm", READ), unknown("insensitive-alarm", PRODUCTS)),
        (_WEAK, _DEAD, note("insensitive-alarm", WRITE)),
        appended=_LATER,
    ),
    Demand("read_alarm_on_the_number_of_samples", READ, '"Sum"', '"SampleCount"'),
    Demand("read_alarm_with_a_long_period", READ, '"300"', '"3600"', (_WEAK,)),
    Demand("read_alarm_with_many_periods", READ, 'evaluation_periods  = "2"', "evaluation_periods = 5", (_WEAK,)),
    Demand(
        "read_alarm_rising_or_equal",
        READ,
        '"GreaterThanThreshold"\n',
        '"GreaterThanOrEqualToThreshold"\n',
    ),
    Demand("read_alarm_sooner", READ, '"300"', '"60"'),
    Demand(
        "read_alarm_with_missing_data_treated",
        READ,
        "  alarm_name ",
        '  treat_missing_data = "notBreaching"\n  alarm_name ',
        gone=(_WEAK,),
    ),
    Demand(
        "read_alarm_telling_a_new_topic",
        READ,
        _NO_ACTIONS,
        "alarm_actions = [aws_sns_topic.alarms.arn]",
        (Finding("silent-alarm", "aws_sns_topic.alarms", "note"),),
        gone=(_SILENT,),
        appended=_TOPIC,
    ),
    Demand(
        "read_alarm_telling_a_composite_alarm",
        gone=(_SILENT,),
        appended=(
            '\nresource "aws_cloudwatch_composite_alarm" "products" {\n  alarm_name = "products"\n'
            f'  alarm_rule = "ALARM(${{{READ}.alarm_name}})"\n  alarm_actions = ["{_TOPIC_ARN}"]\n}}\n'
        ),
    ),
    Demand(
        "read_alarm_with_actions_disabled",
        READ,
        _NO_ACTIONS,
        f'alarm_actions = ["{_TOPIC_ARN}"]\n  actions_enabled = false',
    ),
    Demand("read_alarm_telling_only_that_all_is_well", READ, _NO_ACTIONS, f'ok_actions = ["{_TOPIC_ARN}"]'),
    Demand("read_alarm_by_literal_name", READ, _TABLE, '"dev-products"'),
    Demand("read_alarm_by_the_same_expression", READ, _TABLE, '"${var.environment_name}-products"'),
    Demand("read_alarm_by_local", READ, _TABLE, "local.watched", appended=f"\nlocals {{\n  watched = {_TABLE}\n}}\n"),
    Demand(
        "read_alarm_counted_in",
        READ,
        "  alarm_name ",
        "  count = 1\n  alarm_name ",
        of_alarm(f"{READ}[0]"),
        of_alarm(READ),
    ),
    Demand("read_alarm_as_a_query", READ, _READ_SIGNAL, _query("reads", _READ_METRIC, returned=True) + "  threshold = 0\n"),
    Demand(
        "read_alarm_as_an_expression_of_any_kind",
        READ,
        _READ_SIGNAL,
        _query("reads", _READ_METRIC, returned=False) + _expression("IF(reads > 1000, 1, 0)"),
        (note("insensitive-alarm", READ),),
    ),
)

_BOTH_ALARMS = (
    Demand("both_alarms_removed", "", _ALARMS, "", (_UNWARNED, _UNWARNED), (*of_alarm(READ), *of_alarm(WRITE))),
    # The more sensitive of two alarms on one metric counts; of two equal alarms, the first.
    Demand("both_alarms_on_reads", WRITE, _WRITE_METRIC, _READ_METRIC, (_UNWARNED,), (note("insensitive-alarm", WRITE),)),
    Demand("both_alarms_on_writes", READ, _READ_METRIC, _WRITE_METRIC, (_UNWARNED,), (note("insensitive-alarm", WRITE),)),
    Demand(
        "table_in_another_region_than_its_alarms",
        PRODUCTS,
        "  billing_mode ",
        "  provider = aws.west\n  billing_mode ",
        (_UNWARNED, _UNWARNED),
        (note("insensitive-alarm", READ), note("insensitive-alarm", WRITE)),
    ),
    Demand(
        "alarms_for_each_metric",
        "",
        _ALARMS,
        _alarm(
            '  for_each = toset(["ReadThrottledEvents", "WriteThrottledEvents"])\n  alarm_name = "dev-${each.key}"\n',
            _plain_signal("each.key"),
        ),
        (*of_alarm(f'{THROTTLE}["ReadThrottledEvents"]'), *of_alarm(f'{THROTTLE}["WriteThrottledEvents"]')),
        (*of_alarm(READ), *of_alarm(WRITE)),
    ),
    Demand(
        "alarms_for_each_table_and_metric",
        "",
        _ALARMS,
        _alarm(
            '  for_each = { for pair in setproduct(["Read", "Write"], [local.name]) : "${pair[0]}-${pair[1]}" => pair }\n'
            '  alarm_name = "${each.key}"\n',
            _plain_signal('"${each.value[0]}ThrottledEvents"').replace(_TABLE, "each.value[1]"),
        ),
        (*of_alarm(f'{THROTTLE}["Read-dev-products"]'), *of_alarm(f'{THROTTLE}["Write-dev-products"]')),
        (*of_alarm(READ), *of_alarm(WRITE)),
        appended=f"\nlocals {{\n  name = {_TABLE}\n}}\n",
    ),
    Demand(
        "alarms_for_each_of_one_metric",
        "",
        _ALARMS,
        _alarm('  for_each = toset(["ReadThrottledEvents"])\n  alarm_name = "dev-${each.key}"\n', _plain_signal("each.key")),
        (_UNWARNED, *of_alarm(f'{THROTTLE}["ReadThrottledEvents"]')),
        (*of_alarm(READ), *of_alarm(WRITE)),
    ),
    Demand(
        "alarms_for_each_cause",
        "",
        _block(READ),
        _alarm(
            '  for_each = toset(["AccountLimit", "KeyRangeThroughput", "MaxOnDemandThroughput", "ProvisionedThroughput"])\n'
            '  alarm_name = "dev-${each.key}"\n  treat_missing_data = "notBreaching"\n',
            _plain_signal('"Read${each.key}ThrottleEvents"'),
        ),
        tuple(warning("silent-alarm", f'{THROTTLE}["{cause}"]') for cause in _CAUSES),
        of_alarm(READ),
    ),
    Demand(
        "alarms_for_each_cause_but_one",
        "",
        _block(READ),
        _alarm(
            '  for_each = toset(["AccountLimit", "KeyRangeThroughput", "MaxOnDemandThroughput"])\n'
            '  alarm_name = "dev-${each.key}"\n  treat_missing_data = "notBreaching"\n',
            _plain_signal('"Read${each.key}ThrottleEvents"'),
        ),
        (_UNWARNED, *(warning("silent-alarm", f'{THROTTLE}["{cause}"]') for cause in _CAUSES[:3])),
        of_alarm(READ),
    ),
    # Both of its metrics are misspelled, but it has only one weakness.
    Demand(
        "one_alarm_on_the_sum",
        "",
        _ALARMS,
        _alarm(
            '  alarm_name = "dev-throttle"\n',
            _query("reads", _READ_METRIC, returned=False)
            + _query("writes", _WRITE_METRIC, returned=False)
            + _expression("FILL(reads, 0) + FILL(writes, 0)"),
        ),
        (warning("dead-alarm", THROTTLE), *of_alarm(THROTTLE)),
        (*of_alarm(READ), *of_alarm(WRITE)),
    ),
)

DEMANDS = (
    Demand("none"),
    *_of_each_table(PRODUCTS),
    *_of_each_table(SESSIONS),
    *_PRODUCTS,
    *_KEYS,
    *_INDEXES,
    *_CAPACITY,
    *_TIME_TO_LIVE,
    *_PROTECTION,
    *_BOTH_TABLES,
    *_of_each_alarm(READ),
    *_of_each_alarm(WRITE),
    *_READ_ALARM,
    *_BOTH_ALARMS,
)


def plan_of_demand(demand: Demand, ready: Path) -> bytes:
    """The plan that Terraform makes of the edited module today."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory), ready)
        for name in ("variables.tf", "outputs.tf"):
            root.write(name, (SPECIFICATION / name).read_text())
        root.write("provider.tf", PROVIDER + PROVIDER_WEST)
        root.write("main.tf", demand.configuration)
        return root.plan("-var=environment_name=dev", *demand.options)


def main() -> None:
    """Make all plans again."""
    with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(2) as pool:
        ready = installed(Path(directory))
        for demand, plan in zip(DEMANDS, pool.map(lambda demand: plan_of_demand(demand, ready), DEMANDS), strict=True):
            if keep(demand.plan, plan):
                print(f"wrote {demand.plan.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
