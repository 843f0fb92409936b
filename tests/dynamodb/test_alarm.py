"""Alarms: the metrics they watch, whether they can fire, and whether they notify."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dyncheck.dynamodb import Alarm, Demand, Inventory, Table
from dyncheck.dynamodb.types import ALARM
from dyncheck.model import Deferred, Known, Question, Unknown, Value
from tests.dynamodb.reading import Anything, Arguments, Values, alarm, block, inventory_of, outcome, resource, table

ORDERS = """
resource "aws_dynamodb_table" "orders" {
  name     = "orders"
  hash_key = "id"
}

resource "terraform_data" "later" {}

resource "aws_sns_topic" "alarms" {}
"""
LATER = "terraform_data.later.output"
METRIC: Arguments = {
    "namespace": '"AWS/DynamoDB"',
    "metric_name": '"ReadThrottleEvents"',
    "period": "60",
    "dimensions": "{ TableName = aws_dynamodb_table.orders.name }",
}
ARGUMENTS: Arguments = {
    "alarm_name": '"reads"',
    "comparison_operator": '"GreaterThanThreshold"',
    "threshold": "0",
    "evaluation_periods": "2",
}


def single(**changed: str | None) -> str:
    """An alarm on throttled reads of the table, with some arguments changed."""
    return block('resource "aws_cloudwatch_metric_alarm" "reads"', ARGUMENTS | METRIC | {"statistic": '"Sum"'} | changed)


def queries(*blocks: str, **changed: str | None) -> str:
    """An alarm on several metrics or expressions."""
    return block('resource "aws_cloudwatch_metric_alarm" "reads"', ARGUMENTS | changed, *blocks)


def metric(name: str, returned: str | None = None, account: str | None = None, **changed: str | None) -> str:
    """A metric query with a metric."""
    inner = block("metric", METRIC | {"stat": '"Sum"'} | changed)
    return block("metric_query", {"id": f'"{name}"', "return_data": returned, "account_id": account}, inner)


def expression(name: str, text: str | None, returned: str | None = None) -> str:
    """A metric query with an expression."""
    return block("metric_query", {"id": f'"{name}"', "expression": text and f'"{text}"', "return_data": returned})


READS = Demand(("ReadThrottleEvents",))
WRITES = {"metric_name": '"WriteThrottleEvents"'}
ADDRESS = "unknown: aws_cloudwatch_metric_alarm.reads: "
NOT_DETERMINED = ", and dyncheck cannot determine which metrics raise it"
FILL_GAPS = ": it has no value where another of its metrics has none; fill the gaps, as FILL(m1, 0) does"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(single(), [], id="correct"),
        pytest.param(single(namespace='"aws/dynamodb"'), ['namespace is "aws/dynamodb"'], id="another namespace"),
        pytest.param(single(namespace=None), ["namespace is not set"], id="no namespace"),
        pytest.param(single(metric_name='"readThrottleEvents"'), ['metric is "readThrottleEvents"'], id="another metric"),
        pytest.param(single(dimensions='{ TableName = "other" }'), ['dimensions are { TableName = "other" }'], id="another table"),
        pytest.param(single(dimensions=None), ["dimensions are not set"], id="no table"),
        pytest.param(
            single(dimensions='{ TableName = "orders", Operation = "Query" }'),
            ['dimensions are { Operation = "Query", TableName = "orders" }'],
            id="one additional dimension",
        ),
        pytest.param(single(statistic='"SampleCount"'), [], id="number of samples"),
        pytest.param(single(statistic='"Average"'), ['statistic is "Average"'], id="average"),
        pytest.param(single(statistic=None), ["statistic is not set"], id="no statistic"),
        pytest.param(single(statistic=None, extended_statistic='"p99"'), ['statistic is "p99"'], id="percentile"),
        pytest.param(single(statistic='"Maximum"', extended_statistic='"p99"'), ['statistic is "Maximum"'], id="maximum and a percentile"),
        pytest.param(single(statistic='"Sum"', extended_statistic='"p99"'), [], id="sum and a percentile"),
        pytest.param(single(comparison_operator='"GreaterThanOrEqualToThreshold"'), [], id="at least"),
        pytest.param(
            single(comparison_operator='"GreaterThanUpperThreshold"', threshold=None),
            ["GreaterThanUpperThreshold needs the id of an anomaly band in threshold_metric_id"],
            id="above no band",
        ),
        pytest.param(
            single(comparison_operator='"LessThanThreshold"'), ['comparison_operator is "LessThanThreshold"'], id="less than a threshold"
        ),
        pytest.param(single(unit='"Count"'), [], id="the unit of the metric"),
        pytest.param(single(unit='"Bytes"'), ['unit is "Bytes"'], id="another unit"),
        pytest.param(single(datapoints_to_alarm="2"), [], id="all data points"),
        pytest.param(
            single(datapoints_to_alarm="3"),
            ["datapoints_to_alarm (3) is more than evaluation_periods (2)"],
            id="more data points than periods",
        ),
        pytest.param(single(period="60", evaluation_periods="1440"), [], id="a day of minutes"),
        pytest.param(
            single(period="60", evaluation_periods="1441"),
            ["1441 periods of 60 seconds exceed the limit of 86400 seconds"],
            id="more than a day of minutes",
        ),
        pytest.param(single(period="3600", evaluation_periods="168"), [], id="a week of hours"),
        pytest.param(
            single(period="3600", evaluation_periods="169"),
            ["169 periods of 3600 seconds exceed the limit of 604800 seconds"],
            id="more than a week of hours",
        ),
        pytest.param(single(period="0"), ["period is 0"], id="a period of zero seconds"),
        pytest.param(single(period="604800", evaluation_periods=None), [], id="an unset number of periods"),
        pytest.param(single(period=None, evaluation_periods="100000"), ["period is not set"], id="no period"),
        pytest.param(
            single(statistic='"Average"', unit='"Bytes"', threshold=LATER),
            ['statistic is "Average"', 'unit is "Bytes"'],
            id="several mismatches",
        ),
        pytest.param(single(namespace=LATER, unit='"Bytes"'), ['unit is "Bytes"'], id="a certain mismatch and an unknown"),
        pytest.param(single(namespace=LATER, unit=LATER), f"{ADDRESS}namespace waits for {LATER}", id="several unknowns"),
        pytest.param(single(dimensions=f"{{ TableName = {LATER} }}"), f"{ADDRESS}dimensions waits for {LATER}", id="an unknown table"),
        pytest.param(
            queries(metric("m", "true"), metric("n", account='"123456789012"', period="3600"), evaluation_periods="169"),
            ["169 periods of 3600 seconds exceed the limit of 604800 seconds"],
            id="the longest of several periods",
        ),
        pytest.param(
            queries(metric("m", "true", account='"123456789012"')),
            f'{ADDRESS}account_id is "123456789012", and the account of the table is known only after apply',
            id="an account that may differ",
        ),
        pytest.param(queries(metric("m", "true", stat='"p90"')), ['statistic is "p90"'], id="a percentile in a query"),
        pytest.param(queries(metric("m", "false")), ["it has no metric"], id="no returned metric"),
        pytest.param(queries(metric("m", "true"), metric("n", "false", **WRITES)), [], id="the returned metric"),
        pytest.param(
            queries(metric("m", "false"), metric("n", "true", **WRITES)),
            ['metric is "WriteThrottleEvents"'],
            id="another returned metric",
        ),
        pytest.param(
            queries(
                metric("m", "true"),
                expression("band", "ANOMALY_DETECTION_BAND(m)", "true"),
                comparison_operator='"GreaterThanUpperThreshold"',
                threshold=None,
                threshold_metric_id='"band"',
            ),
            [],
            id="a band",
        ),
        pytest.param(queries(expression("e", "FILL(m, 0)", "true"), metric("m")), [], id="an expression on the metric"),
        pytest.param(
            queries(expression("e", "SUM([m, n])", "true"), metric("m"), metric("n", **WRITES)),
            [],
            id="the metric with the fewest mismatches",
        ),
        pytest.param(
            queries(expression("e", "m + n", "true"), metric("m"), metric("n", **WRITES)),
            f'{ADDRESS}metric_query["e"].expression is "m + n"{NOT_DETERMINED}{FILL_GAPS}',
            id="a sum without a value where one metric has none",
        ),
        pytest.param(queries(expression("e", "2 * f", "true"), expression("f", "SUM([m, n])"), metric("m"), metric("n")), [], id="nested"),
        pytest.param(queries(expression("e", "SUM(METRICS())", "true"), metric("m")), [], id="all metrics"),
        pytest.param(queries(expression("e", "IF(m > 5, 1, 0)", "true"), metric("m")), [], id="a condition"),
        pytest.param(
            queries(expression("e", "IF(m > 5, 1, 0)", "true"), metric("m"), threshold="1"),
            ["its expression does not breach the threshold when the metric grows"],
            id="a condition that is never more than one",
        ),
        pytest.param(
            queries(expression("e", "IF(m > 5, 0, 1)", "true"), metric("m"), comparison_operator='"LessThanThreshold"', threshold="1"),
            [],
            id="an expression that falls when the metric grows",
        ),
        pytest.param(
            queries(expression("f", "e + m"), expression("e", "f", "true"), metric("m")),
            ['the expression "f" needs its own result'],
            id="two circular expressions",
        ),
        pytest.param(
            queries(expression("e", "RATE(m)", "true"), metric("m")),
            f'{ADDRESS}metric_query["e"].expression is "RATE(m)"{NOT_DETERMINED}',
            id="an unsupported expression",
        ),
        pytest.param(
            queries(
                expression("e", "100 * (1 - m / n)", "true"),
                metric("m"),
                metric("n", **WRITES),
                comparison_operator='"LessThanThreshold"',
                threshold="99",
            ),
            f'{ADDRESS}metric_query["e"].expression is "100 * (1 - m / n)"{NOT_DETERMINED}',
            id="an availability, which falls when the metric grows",
        ),
        pytest.param(
            queries(expression("e", "RATE(m)", "true"), metric("m", **WRITES)),
            ['metric is "WriteThrottleEvents"'],
            id="an unsupported expression on other metrics",
        ),
        pytest.param(
            queries(expression("e", "m + sum(search('{AWS/DynamoDB,TableName}', 'Sum'))", "true"), metric("m", **WRITES)),
            [
                'metric is "WriteThrottleEvents"',
                "an alarm cannot search for metrics, as \"m + sum(search('{AWS/DynamoDB,TableName}', 'Sum'))\" does; "
                "expected metrics by name or a SELECT query",
            ],
            id="an expression that searches for metrics",
        ),
        pytest.param(
            queries(expression("e", "RESEARCH(m)", "true"), metric("m", **WRITES)),
            ['metric is "WriteThrottleEvents"'],
            id="a function name that contains search",
        ),
        pytest.param(
            queries(expression("e", "f", "true"), expression("f", "g"), expression("g", "e + m"), metric("m")),
            ['the expression "f" needs its own result'],
            id="three circular expressions",
        ),
        pytest.param(
            queries(expression("e", "e + m", "true"), metric("m")),
            ['the expression "e + m" needs its own result'],
            id="an expression on itself",
        ),
        pytest.param(
            queries(expression("e", None, "true"), metric("m")),
            ["a query has neither a metric nor an expression; expected one of them"],
            id="an empty query and a metric",
        ),
        pytest.param(queries(expression("e", None, "true")), ["it has no metric"], id="an empty query"),
    ],
)
def test_mismatches_of_an_alarm_on_throttled_reads(text: str, expected: list[str] | str) -> None:
    held = inventory_of(ORDERS + text)
    reads = alarm(held)
    found = outcome(lambda: [mismatch() for mismatch in reads.mismatches(table(held), READS)])
    assert found == expected
    assert outcome(lambda: reads.watches(table(held), READS)) == (expected if isinstance(expected, str) else not expected)


def test_an_alarm_on_an_index_does_not_watch_the_table() -> None:
    held = inventory_of(ORDERS + single(dimensions='{ TableName = "orders", GlobalSecondaryIndexName = "ByDate" }'))
    parts = [(), *((("GlobalSecondaryIndexName", index),) for index in ("ByDate", "BySize"))]
    watched = [alarm(held).watches(table(held), Demand(("ReadThrottleEvents",), part)) for part in parts]
    assert watched == [False, True, False]


def test_an_alarm_in_another_region_does_not_watch_the_table() -> None:
    providers = 'provider "aws" {\n  region = "eu-west-1"\n}\nprovider "aws" {\n  alias  = "east"\n  region = "us-east-1"\n}\n'
    held = inventory_of(ORDERS + providers + single(provider="aws.east"))
    assert [mismatch() for mismatch in alarm(held).mismatches(table(held), READS)] == ["it is in another region or account than the table"]
    assert alarm(held).is_on(table(held)) is False


@pytest.mark.parametrize(
    ("text", "concerned"),
    [
        pytest.param(single(), True, id="a metric of a table"),
        pytest.param(single(namespace='"aws/dynamodb"', dimensions=None), True, id="a misspelled DynamoDB namespace"),
        pytest.param(single(namespace='"AWS/Lambda"'), True, id="another service on the table"),
        pytest.param(single(namespace='"AWS/Lambda"', dimensions='{ TableName = "other" }'), False, id="another service on another table"),
        pytest.param(single(namespace='"Shop"'), False, id="a custom namespace"),
        pytest.param(single(namespace=None), False, id="no namespace"),
        pytest.param(single(namespace=LATER), True, id="an unknown namespace"),
        pytest.param(queries(metric("m", namespace='"Shop"'), metric("n")), True, id="one of two metrics"),
        pytest.param(queries(metric("m", namespace='"Shop"')), False, id="no metric"),
        pytest.param(queries(expression("e", "SEARCH('{AWS/DynamoDB,TableName}', 'Sum')")), True, id="a search"),
        pytest.param(queries(expression("e", "SEARCH('{AWS/Lambda,FunctionName}', 'Sum')")), False, id="a search for another service"),
        pytest.param(queries(metric("m", namespace='"Shop"'), expression("e", None)), False, id="no expression"),
    ],
)
def test_alarms_on_dynamodb(text: str, concerned: bool) -> None:
    held = inventory_of(ORDERS + text)
    assert [each.resource.name for each in held.alarms] == ["reads"] * concerned


@pytest.mark.parametrize(
    ("text", "near"),
    [
        pytest.param(single(), True, id="the table"),
        pytest.param(single(dimensions='{ TableName = "orders" }'), True, id="the table name"),
        pytest.param(single(dimensions='{ TableName = "other" }'), False, id="another name"),
        pytest.param(single(dimensions=f"{{ TableName = {LATER} }}"), True, id="an unknown name"),
        pytest.param(single(dimensions=None), False, id="no name"),
        pytest.param(
            queries(expression("e", "SEARCH('{AWS/DynamoDB,TableName}', 'Sum')"), metric("m", dimensions=None)), True, id="a search"
        ),
        pytest.param(
            queries(expression("e", "FILL(m, 0)"), metric("m", dimensions='{ TableName = "other" }')),
            False,
            id="an expression without a search",
        ),
        pytest.param(queries(block("metric_query", {"id": '"e"', "expression": LATER})), True, id="an unknown expression"),
    ],
)
def test_alarms_that_may_be_on_a_table(text: str, near: bool) -> None:
    held = inventory_of(ORDERS + text)
    assert [each.resource.name for each in held.alarms_near(table(held))] == ["reads"] * near


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (None, False),
        ("[]", False),
        ('["arn:aws:sns:us-east-1:123456789012:alarms"]', True),
        ("[aws_sns_topic.alarms.arn]", True),
        ("[aws_sns_topic.alarms.id]", True),
        (f"[{LATER}]", f"unknown: alarm_actions waits for {LATER}"),
        ("[terraform_data.later.id]", "unknown: alarm_actions waits for terraform_data.later.id"),
        ("[terraform_data.later.output, aws_sns_topic.alarms.arn]", True),
    ],
    ids=[
        "unset",
        "none",
        "one",
        "a topic",
        "a topic by its id",
        "unknown",
        "an id of another type",
        "a topic among others",
    ],
)
def test_actions_of_an_alarm(actions: str | None, expected: bool | str) -> None:
    held = inventory_of(ORDERS + single(alarm_actions=actions))
    assert outcome(lambda: held.is_notified(alarm(held))) == expected


PROVIDERS = """
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias = "west"
  region = "us-west-2"
}

provider "aws" {
  alias = "role"
  region = "us-east-1"
  assume_role {
    role_arn = "arn"
  }
}
"""


@pytest.mark.parametrize(
    ("place", "notified"),
    [
        ({}, True),
        ({"region": '"us-east-1"'}, True),
        ({"region": '"us-west-2"'}, False),
        ({"provider": "aws.west"}, False),
        (
            {"provider": "aws.role"},
            "unknown: provider differs: aws and aws.role may use different regions or accounts",
        ),
    ],
    ids=["one provider", "its region", "another region", "a provider of another region", "perhaps another account"],
)
def test_a_composite_alarm_notifies_of_alarms_in_its_region_alone(place: Arguments, notified: bool | str) -> None:
    arguments = {"alarm_name": '"all"', "alarm_rule": '"ALARM(reads)"', "alarm_actions": '["arn:aws:sns:us-east-1:123456789012:t"]'} | place
    held = inventory_of(PROVIDERS + ORDERS + single() + block('resource "aws_cloudwatch_composite_alarm" "all"', arguments))
    assert outcome(lambda: held.is_notified(alarm(held))) == notified


def test_a_composite_alarm_without_actions_does_not_notify() -> None:
    arguments: Arguments = {"alarm_name": '"all"', "alarm_rule": '"ALARM(reads)"'}
    held = inventory_of(ORDERS + single() + block('resource "aws_cloudwatch_composite_alarm" "all"', arguments))
    assert held.is_notified(alarm(held)) is False


def test_unset_arguments_have_the_defaults_of_cloudwatch() -> None:
    read = alarm(inventory_of(ORDERS + single(threshold=None, evaluation_periods="3")))
    assert (read.threshold, read.datapoints_to_alarm, read.treat_missing_data) == (None, 3, "missing")


def test_an_alarm_without_a_table_is_not_on_a_table_with_an_unknown_name() -> None:
    held = inventory_of(ORDERS.replace('"orders"\n  hash', f"{LATER}\n  hash") + single(dimensions='{ Operation = "Query" }'))
    found = outcome(lambda: [mismatch() for mismatch in alarm(held).mismatches(table(held), READS)])
    assert found == ['dimensions are { Operation = "Query" }']


@pytest.mark.parametrize("argument", ["namespace", "dimensions"])
def test_an_unknown_argument_has_its_question(argument: str) -> None:
    question = Question("name", "null")
    values: dict[str, Value] = {
        "namespace": Known("AWS/DynamoDB"),
        "metric_name": Known("ReadThrottleEvents"),
        "statistic": Known("Sum"),
        "period": Known(60),
        "comparison_operator": Known("GreaterThanThreshold"),
        "threshold": Known(0),
        "dimensions": Known({"TableName": "orders"}),
        argument: Deferred(question=question),
    }
    held = Inventory([resource(name=Known("orders")), replace(resource(type_=ALARM), body=Values(**values))])
    with pytest.raises(Unknown) as unknown:
        Alarm(held.resources[1], held).mismatches(table(held), READS)
    assert unknown.value.question is question


def test_the_unknown_of_a_symbolic_value_has_the_address_of_its_alarm() -> None:
    held = Inventory([resource(name=Known("orders")), resource(type_=ALARM, namespace=Known(Anything()))])
    # The alarm has four certain mismatches, so the symbolic value is not evaluated.
    assert len(Alarm(held.resources[1], held).mismatches(table(held), Demand((None,)))) == 4  # type: ignore[arg-type]
    values: dict[str, Value] = {
        "statistic": Known("Sum"),
        "period": Known(60),
        "comparison_operator": Known("GreaterThanThreshold"),
        "threshold": Known(0),
        "dimensions": Known({"TableName": "orders"}),
        "metric_name": Known("ReadThrottleEvents"),
    }
    alarm_on_anything = Alarm(replace(resource(type_=ALARM), body=Values(namespace=Known(Anything()), **values)), held)
    found = outcome(lambda: alarm_on_anything.mismatches(Table(held.resources[0], held), READS))
    assert found == "unknown: aws_cloudwatch_metric_alarm.orders depends on what anything is"


def test_the_metrics_of_an_alarm_can_be_iterated_twice() -> None:
    found = alarm(inventory_of(ORDERS + queries(expression("e", "SUM([m, n])", "true"), metric("m"), metric("n", **WRITES))))
    for signals in (found.signals, found.all_signals):
        for _ in range(2):
            assert [signal.metric for signal in signals] == ["ReadThrottleEvents", "WriteThrottleEvents"]


@pytest.mark.parametrize(
    ("account", "expected"), [("123456789012", []), ("210987654321", ['account_id is "210987654321"']), ("2345", ['account_id is "2345"'])]
)
def test_a_metric_of_an_account(account: str, expected: list[str]) -> None:
    arn = Known("arn:aws:dynamodb:us-east-1:123456789012:table/orders")
    inner = Values(
        namespace=Known("AWS/DynamoDB"),
        metric_name=Known("ReadThrottleEvents"),
        stat=Known("Sum"),
        period=Known(60),
        dimensions=Known({"TableName": "orders"}),
    )
    inner.path = 'metric_query["m"].metric'
    query = Values({"metric": (inner,)}, id=Known("m"), return_data=Known(True), account_id=Known(account))
    body = Values({"metric_query": (query,)}, comparison_operator=Known("GreaterThanThreshold"), threshold=Known(0))
    held = Inventory([resource(name=Known("orders"), arn=arn), replace(resource(type_=ALARM), body=body)])
    watching = Alarm(held.resources[1], held)
    assert [mismatch() for mismatch in watching.mismatches(table(held), READS)] == expected


class Filled(Anything):
    """A symbolic text that is not empty."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


def test_a_symbolic_expression_may_search() -> None:
    query = Values(id=Known("e"), expression=Known(Filled()), return_data=Known(True))
    held = Inventory([replace(resource(type_=ALARM), body=Values({"metric_query": (query,)}))])
    assert outcome(lambda: Alarm(held.resources[0], held).searches) == "unknown: depends on what anything is"


def test_unknown_actions_have_their_question() -> None:
    question = Question("actions", "filled")
    held = Inventory([resource(type_=ALARM, alarm_name=Known("reads"), alarm_actions=Deferred(question=question))])
    with pytest.raises(Unknown) as unknown:
        held.silences(Alarm(held.resources[0], held))
    assert unknown.value.question is question


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(single(dimensions=None), True, id="no table"),
        pytest.param(single(dimensions='{ TableName = "others" }'), True, id="another table"),
        pytest.param(single(statistic='"Average"'), False, id="another statistic"),
        pytest.param(single(period=None), False, id="no period"),
        pytest.param(single(metric_name='"WriteThrottleEvents"'), False, id="an alternative metric"),
        pytest.param(queries(metric("m"), metric("n", **WRITES)), False, id="an alternative metric and a correct one"),
        pytest.param(queries(metric("m", stat='"Average"'), metric("n", "true")), True, id="one correct metric of two"),
        pytest.param(single(namespace=LATER), True, id="an unknown namespace may be correct"),
        pytest.param(single(metric_name=LATER), False, id="an unknown metric"),
    ],
)
def test_an_alarm_that_lacks_only_the_table(text: str, expected: bool) -> None:
    found = alarm(inventory_of(ORDERS + text)).lacks_only_table(READS, frozenset({"WriteThrottleEvents"}))
    assert found is expected
