"""Reports built by hand for the HTML page: one with everything that it draws, and a large one."""

from __future__ import annotations

from msgspec.structs import replace

from dyncheck.dynamodb.drawing import AlarmDrawing, Gap, KeyDrawing, Part, PartKind, State, TableDrawing, Wire
from dyncheck.findings import Comparison, Earlier, Input, Report, Result, Status, Waiver
from dyncheck.model import Location, Related
from dyncheck.rule import Severity

TABLE = "module.shop.aws_dynamodb_table.products"
ORDERS = 'aws_dynamodb_table.orders["eu"]'
STRAY = "aws_cloudwatch_metric_alarm.prodcuts"
MAIN = "modules/shop/main.tf"

RULES = (
    ("attribute-mismatch", Severity.ERROR),
    ("capacity-mismatch", Severity.ERROR),
    ("invalid-billing-mode", Severity.ERROR),
    ("missing-index", Severity.ERROR),
    ("no-point-in-time-recovery", Severity.ERROR),
    ("unencrypted-table", Severity.ERROR),
    ("wrong-primary-key", Severity.ERROR),
    ("missing-tags", Severity.WARNING),
    ("wrong-table-name", Severity.WARNING),
    ("no-deletion-protection", Severity.NOTE),
)


def passed(rule: str, severity: Severity, table: str, address: str = "") -> Result:
    """A passed result."""
    return Result(rule, Status.PASS, severity, address or table, "", table=table)


WHOLE = Wire(State.WHOLE)
NO_METRIC = Wire(State.BROKEN, "CloudWatch has no such metric (nearest: WriteThrottleEvents)")
NO_ACTIONS = Wire(State.BROKEN, "it tells no one: alarm_actions is []")
LATER = Wire(State.UNKNOWN, "dimensions waits for random_id.x.hex")
OFTEN = "Sum > 0 in 2 of 2 periods of 300 s"

PRODUCTS_DRAWING = TableDrawing(
    TABLE,
    (
        Part(
            PartKind.TABLE,
            "dev-products",
            (KeyDrawing("partition", "id", "N"),),
            alarms=(
                AlarmDrawing(
                    "module.shop.aws_cloudwatch_metric_alarm.read", "dev-products-read", "ReadThrottleEvents", OFTEN, WHOLE, NO_ACTIONS
                ),
                AlarmDrawing(
                    "module.shop.aws_cloudwatch_metric_alarm.write", "dev-products-write", "WriteThrottledEvents", OFTEN, NO_METRIC, WHOLE
                ),
            ),
        ),
        Part(
            PartKind.INDEX,
            "CategoryIndex",
            (KeyDrawing("partition", "category", "S"), KeyDrawing("sort", "created_at", None)),
            "ALL",
            (
                AlarmDrawing(
                    "module.shop.aws_cloudwatch_metric_alarm.index",
                    None,
                    None,
                    "",
                    LATER,
                    Wire(State.UNKNOWN, "alarm_actions waits for var.topics"),
                ),
            ),
            (Gap("WriteThrottleEvents", 'alarm["WriteThrottleEvents"]["CategoryIndex"]', Wire(State.BROKEN, "no alarm is raised by it")),),
        ),
        Part(PartKind.LOCAL_INDEX, None, (KeyDrawing("partition", "id", "N"), KeyDrawing("sort", None, None)), None),
    ),
    ("There may be more indexes: global_secondary_index waits for var.indexes.",),
)
ORDERS_DRAWING = TableDrawing(
    ORDERS,
    (
        Part(
            PartKind.TABLE,
            None,
            (KeyDrawing("partition", "id", ""),),
            gaps=(
                Gap("ReadThrottleEvents", 'alarm["ReadThrottleEvents"]', Wire(State.BROKEN, "no alarm is raised by it")),
                Gap("WriteThrottleEvents", 'alarm["WriteThrottleEvents"]', LATER),
            ),
        ),
    ),
)
STRAY_DRAWING = TableDrawing(
    STRAY,
    (
        Part(
            PartKind.ELSEWHERE,
            "dev-prodcuts",
            alarms=(
                AlarmDrawing(
                    STRAY,
                    "dev-prodcuts-read",
                    "ReadThrottleEvents",
                    OFTEN,
                    Wire(State.UNKNOWN, "no table of this input has that name"),
                    WHOLE,
                ),
            ),
        ),
    ),
)

PITR = Result(
    "no-point-in-time-recovery",
    Status.FAIL,
    Severity.ERROR,
    TABLE,
    "Point-in-time recovery is off: point_in_time_recovery.enabled is false; expected true",
    "point_in_time_recovery.enabled",
    "Point-in-time recovery is off",
    "false",
    "true",
    "point_in_time_recovery {\n  enabled = true\n}",
    TABLE,
    Location(MAIN, 57, 59),
    (Related("modules/shop/variables.tf", 3, "var.recovery has its default here"),),
    excerpt=("point_in_time_recovery {", "  enabled = var.recovery", "}"),
)
UNWATCHED = Result(
    "unwatched-index",
    Status.FAIL,
    Severity.NOTE,
    TABLE,
    'No alarm fires on WriteThrottleEvents of index "CategoryIndex"',
    'alarm["WriteThrottleEvents"]["CategoryIndex"]',
    'No alarm fires on WriteThrottleEvents of index "CategoryIndex"',
    fix='dimensions = {\n  TableName                = aws_dynamodb_table.products.name\n  GlobalSecondaryIndexName = "CategoryIndex"\n}',
    table=TABLE,
)
DEAD = Result(
    "dead-alarm",
    Status.FAIL,
    Severity.WARNING,
    "module.shop.aws_cloudwatch_metric_alarm.write",
    'Alarm watches a metric that does not exist: metric_name is "WriteThrottledEvents"; expected "WriteThrottleEvents"',
    "metric_name",
    "Alarm watches a metric that does not exist",
    '"WriteThrottledEvents"',
    '"WriteThrottleEvents"',
    'metric_name = "WriteThrottleEvents"',
    TABLE,
)
ORDERS_PITR = Result(
    PITR.rule,
    Status.FAIL,
    Severity.ERROR,
    ORDERS,
    PITR.message,
    PITR.attribute,
    PITR.summary,
    table=ORDERS,
    expected="true",
    location=PITR.location,
)
WAIVED = Result(
    "no-deletion-protection",
    Status.WAIVED,
    Severity.NOTE,
    ORDERS,
    "Deletion protection is off",
    "deletion_protection_enabled",
    "Deletion protection is off",
    "not set",
    "true",
    table=ORDERS,
    waiver=Waiver("The table is rebuilt each night.", "dyncheck.toml", "team orders", "2027-12-31"),
)
UNKNOWN = Result(
    "wrong-table-name",
    Status.UNKNOWN,
    Severity.WARNING,
    ORDERS,
    "name waits for random_id.x.hex",
    "name",
    table=ORDERS,
    location=Location("main.tf", 4, 4),
)
MISSING = Result(
    "missing-table",
    Status.FAIL,
    Severity.ERROR,
    "sessions",
    'No table is under the contract "sessions"',
    summary='No table is under the contract "sessions"',
)

SMALL = Report(
    (
        Input(
            "plan.json",
            "plan",
            "5b" * 32,
            2,
            4,
            (
                DEAD,
                PITR,
                UNWATCHED,
                *(passed(rule, severity, TABLE) for rule, severity in RULES[5:]),
                passed("silent-alarm", Severity.WARNING, TABLE, "module.shop.aws_cloudwatch_metric_alarm.read"),
                passed("silent-alarm", Severity.WARNING, TABLE, "module.shop.aws_cloudwatch_metric_alarm.write"),
                WAIVED,
                UNKNOWN,
                ORDERS_PITR,
                passed("dead-alarm", Severity.WARNING, STRAY),
            ),
            ("The plan was made with -target, so it may not be all there is.",),
            "Terraform 1.11.4",
            diagrams=(PRODUCTS_DRAWING, ORDERS_DRAWING, STRAY_DRAWING),
        ),
        Input("live/eu", "hcl", "7c" * 32, 1, 0, (passed("unencrypted-table", Severity.ERROR, "aws_dynamodb_table.carts"),)),
    ),
    (MISSING,),
    comparison=Comparison(
        "main.json",
        frozenset({PITR.fingerprint}),
        (Earlier("missing-ttl", Severity.ERROR, ORDERS, "Time to live is off"),),
        (Earlier("wrong-table-name", Severity.WARNING, ORDERS, "the table's name is not like *-orders"),),
    ),
)


def large(tables: int, findings: int) -> Report:
    """A report with that number of tables, each with a drawing, and that number of findings, each in its own block."""
    each = findings // tables
    first, *others = PRODUCTS_DRAWING.parts
    results: list[Result] = []
    drawings: list[TableDrawing] = []
    for number in range(tables):
        address = f'module.shop["{number // 10}"].aws_dynamodb_table.t{number}'
        drawings.append(TableDrawing(address, (replace(first, name=f"dev-t{number}"), *others)))
        for position, (rule, severity) in enumerate(RULES):
            location = Location(MAIN, number * 100 + position + 1, number * 100 + position + 3)
            failed = replace(PITR, rule=rule, severity=severity, address=address, table=address, location=location)
            results.append(failed if position < each else passed(rule, severity, address))
    return Report((Input("plan.json", "plan", "5b" * 32, tables, 3 * tables, tuple(results), diagrams=tuple(drawings)),))
