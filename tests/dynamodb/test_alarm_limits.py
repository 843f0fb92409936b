"""What CloudWatch rejects about alarms, and alarms whose values or periods never raise them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dyncheck.dynamodb import Alarm, Inventory
from dyncheck.dynamodb.types import ALARM
from dyncheck.model import Deferred, Reference, Value
from tests.dynamodb.reading import Values, alarm, inventory_of, outcome, resource, table
from tests.dynamodb.test_alarm import LATER, ORDERS, READS, WRITES, expression, metric, queries, single

E, F = 'metric_query["e"].expression', 'metric_query["f"].expression'


def rejected(text: str) -> object:
    """The reasons why CloudWatch rejects an alarm, each with its argument and its fix."""
    read = alarm(inventory_of(ORDERS + text))
    return outcome(
        lambda: [(refusal.inside.at(refusal.at) if refusal.inside else refusal.at, refusal.why, refusal.fix) for refusal in read.refusals()]
    )


def actions(count: int) -> str:
    """A list of so many actions."""
    return str([f"arn:aws:sns:us-east-1:123456789012:t{number}" for number in range(count)]).replace("'", '"')


LONG = "m" + " + m" * 600
BAND = expression("b", "anomaly_detection_band(m)", "false")
BANDED = {"comparison_operator": '"LessThanLowerThreshold"', "threshold": None, "threshold_metric_id": '"b"'}
IN_ALL = "a number; expected a time series"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(single(), [], id="nothing"),
        pytest.param(
            single(datapoints_to_alarm="3"),
            [("datapoints_to_alarm", "datapoints_to_alarm (3) is more than evaluation_periods (2)", "datapoints_to_alarm = 2")],
            id="data points",
        ),
        pytest.param(
            single(period="60", evaluation_periods="1441"),
            [("evaluation_periods", "1441 periods of 60 seconds exceed the limit of 86400 seconds", "evaluation_periods = 2")],
            id="a long window",
        ),
        pytest.param(single(threshold=None), [("threshold", "GreaterThanThreshold needs a threshold", "threshold = 0")], id="no threshold"),
        pytest.param(single(threshold=LATER), [], id="a threshold that is known later"),
        pytest.param(
            single(comparison_operator='"LessThanOrEqualToThreshold"', threshold=None),
            [("threshold", "LessThanOrEqualToThreshold needs a threshold", "threshold = 0")],
            id="no threshold below",
        ),
        pytest.param(single(comparison_operator='"Odd"', threshold=None), [], id="an unknown comparison"),
        pytest.param(queries(metric("m", "true"), BAND, **BANDED), [], id="a band"),
        pytest.param(queries(metric("m", "true"), BAND.replace("false", "true"), **BANDED), [], id="a band that is returned"),
        pytest.param(
            queries(metric("m", "true"), BAND, **BANDED | {"threshold": "5"}),
            [("threshold", "it has both a threshold and a threshold_metric_id; expected one of them", "")],
            id="a band and a threshold",
        ),
        pytest.param(
            queries(metric("m", "true"), BAND, **BANDED | {"comparison_operator": '"LessThanThreshold"'}),
            [
                (
                    "comparison_operator",
                    'LessThanThreshold compares with a number, and threshold_metric_id is "b"',
                    'comparison_operator = "GreaterThanUpperThreshold"',
                )
            ],
            id="a band and a comparison with a number",
        ),
        pytest.param(
            queries(metric("m", "true"), **BANDED),
            [("threshold_metric_id", 'threshold_metric_id is "b", and no query has that id', "")],
            id="no such band",
        ),
        pytest.param(
            queries(metric("m", "true"), expression("b", "m + 1", "false"), **BANDED),
            [("threshold_metric_id", 'threshold_metric_id is "b"; expected an expression with ANOMALY_DETECTION_BAND', "")],
            id="no band",
        ),
        pytest.param(single(alarm_actions=actions(5)), [], id="five actions"),
        pytest.param(single(ok_actions=actions(6)), [("ok_actions", "ok_actions has 6 actions; expected 5 at most", "")], id="six actions"),
        pytest.param(
            single(insufficient_data_actions=actions(7)),
            [("insufficient_data_actions", "insufficient_data_actions has 7 actions; expected 5 at most", "")],
            id="seven actions",
        ),
        pytest.param(single(alarm_actions=f"[{LATER}]"), [], id="an action that is known later"),
        pytest.param(single(dimensions=f"{{ {', '.join(f'd{n} = 1' for n in range(30))} }}"), [], id="thirty dimensions"),
        pytest.param(
            single(dimensions=f"{{ {', '.join(f'd{n} = 1' for n in range(31))} }}"),
            [("dimensions", "a metric has 31 dimensions; expected 30 at most", "")],
            id="more dimensions",
        ),
        pytest.param(single(dimensions=LATER), [], id="dimensions that are known later"),
        pytest.param(single(evaluation_periods=LATER), f"unknown: evaluation_periods waits for {LATER}", id="periods that are known later"),
        pytest.param(
            queries(expression("e", "M + 1", "true"), metric("M")),
            [
                (
                    'metric_query["M"].id',
                    'the id of a query is "M"; expected a lower-case letter, then letters, digits and underscores',
                    'id = "m1"',
                )
            ],
            id="an id in capitals",
        ),
        pytest.param(
            queries(metric("m", "true"), metric("m", "false")),
            [('metric_query["m"].id', 'two queries have the id "m"; expected different ids', "")],
            id="one id twice",
        ),
        pytest.param(queries(expression("e", "SUM(METRICS())", "true"), *(metric(f"m{n}") for n in range(10))), [], id="ten metrics"),
        pytest.param(
            queries(expression("e", "SUM(METRICS())", "true"), *(metric(f"m{n}") for n in range(11))),
            [("metric_query", "it has 11 metrics; expected 10 at most", "")],
            id="eleven metrics",
        ),
        pytest.param(
            queries(metric("n", "true"), metric("m", "true")),
            [("metric_query", '2 queries return data ("m", "n"); expected one', "")],
            id="two returned",
        ),
        pytest.param(
            queries(metric("m")),
            [("metric_query", "no query returns data; expected return_data = true in one of them", "return_data = true")],
            id="none returned",
        ),
        pytest.param(queries(metric("m"), BAND, **BANDED), [], id="only the band is compared"),
        pytest.param(
            queries(metric("m", "true").replace("metric_query {", 'metric_query {\n  expression = "m + 1"')),
            [('metric_query["m"].expression', "a query has both a metric and an expression; expected one of them", "")],
            id="a metric and an expression",
        ),
        pytest.param(
            queries(metric("m", "true"), expression("e", None)),
            [(E, "a query has neither a metric nor an expression; expected one of them", "")],
            id="an empty query",
        ),
        pytest.param(
            queries(metric("m"), expression("e", LONG, "true")),
            [(E, "an expression has 2401 characters; expected 2048 at most", "")],
            id="a long expression",
        ),
        pytest.param(
            queries(metric("m", "true"), expression("e", "SEARCH ('x', 'Sum')")),
            [(E, "an alarm cannot search for metrics, as \"SEARCH ('x', 'Sum')\" does; expected metrics by name or a SELECT query", "")],
            id="a search",
        ),
        pytest.param(
            queries(expression("e", "x + m + x + REPEAT + f", "true"), expression("f", "y"), metric("m")),
            [
                (E, 'the expression "x + m + x + REPEAT + f" names "x", and no query has that id', ""),
                (F, 'the expression "y" names "y", and no query has that id', ""),
            ],
            id="unknown ids",
        ),
        pytest.param(
            queries(metric("m", "true"), expression("e", "f + m"), expression("f", "e")),
            [(E, 'the expression "f + m" needs its own result', "")],
            id="a circle",
        ),
        pytest.param(
            queries(expression("f", "SUM(m)", "true"), metric("m")), [(F, f'the expression "SUM(m)" returns {IN_ALL}', "")], id="a number"
        ),
        pytest.param(
            queries(expression("e", "METRICS()", "true"), metric("m"), metric("n")),
            [(E, 'the expression "METRICS()" returns 2 time series; expected one', "")],
            id="two series",
        ),
        pytest.param(queries(expression("e", "METRICS()", "true"), metric("m")), [], id="one series"),
        pytest.param(queries(expression("e", "odd odd", "true"), metric("m")), [], id="not understood"),
    ],
)
def test_what_cloudwatch_rejects(text: str, expected: object) -> None:
    assert rejected(text) == expected


def of(**values: Value) -> Alarm:
    """An alarm with these arguments."""
    held = Inventory([replace(resource(type_=ALARM), body=Values(**values))])
    return Alarm(held.resources[0], held)


@pytest.mark.parametrize(
    ("count", "expected"), [(5, None), (6, "unknown: alarm_actions waits for a0, a1, a2, a3, a4, a5; CloudWatch accepts 5 actions at most")]
)
def test_many_actions_that_are_known_later(count: int, expected: str | None) -> None:
    references = tuple(Reference(f"a{number}") for number in (*range(count), 0))
    assert outcome(lambda: of(alarm_actions=Deferred(references)).refusal) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(single(period="60"), None, id="a minute"),
        pytest.param(single(period=None), None, id="no period"),
        pytest.param(single(period="10", evaluation_periods="1"), None, id="one data point"),
        pytest.param(
            single(period="10", treat_missing_data='"NOTBREACHING"'),
            "DynamoDB sends one data point in 60 seconds, and 2 of 2 periods of 10 seconds need more",
            id="two data points",
        ),
        pytest.param(
            single(period="30", evaluation_periods="4", datapoints_to_alarm="3", treat_missing_data='"ignore"'),
            "DynamoDB sends one data point in 60 seconds, and 3 of 4 periods of 30 seconds need more",
            id="three in two minutes",
        ),
        pytest.param(single(period="30", evaluation_periods="4", datapoints_to_alarm="2"), None, id="two in two minutes"),
        pytest.param(single(period="30", evaluation_periods="3", datapoints_to_alarm="2"), None, id="two in more than one minute"),
        pytest.param(
            single(period="20"),
            "unknown: period is 20 seconds: DynamoDB sends one data point in 60 seconds, and 2 of 2 periods of 20 seconds need more, "
            "unless CloudWatch fills them",
            id="missing data",
        ),
        pytest.param(single(period="10", treat_missing_data='"ignore"', namespace='"Shop"'), None, id="a custom metric"),
        pytest.param(queries(metric("m", "true"), metric("n", period="10"), treat_missing_data='"ignore"'), None, id="the longest period"),
        pytest.param(
            queries(expression("e", "FILL(m, REPEAT)", "true"), metric("m", period="10"), treat_missing_data='"ignore"'),
            "unknown: period is 10 seconds: DynamoDB sends one data point in 60 seconds, and 2 of 2 periods of 10 seconds need more, "
            "unless CloudWatch fills them",
            id="an expression",
        ),
    ],
)
def test_periods_that_are_too_short(text: str, expected: str | None) -> None:
    read = alarm(inventory_of(ORDERS + text))
    assert outcome(lambda: read.too_short) == expected
    if expected and not expected.startswith("unknown"):
        held = inventory_of(ORDERS + text)
        assert [mismatch() for mismatch in alarm(held).mismatches(table(held), READS)] == [expected]


UTILIZATION = {"metric_name": '"AccountProvisionedReadCapacityUtilization"', "dimensions": None}
LESS, AT_MOST, AT_LEAST = '"LessThanThreshold"', '"LessThanOrEqualToThreshold"', '"GreaterThanOrEqualToThreshold"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(single(threshold="1e9"), None, id="any count"),
        pytest.param(single(threshold=LATER), None, id="any threshold of a count"),
        pytest.param(single(comparison_operator=LESS, threshold="1"), "below 1", id="no events"),
        pytest.param(single(comparison_operator=LESS, threshold="2"), None, id="few events"),
        pytest.param(single(comparison_operator=AT_MOST, threshold="0"), "0 or below", id="at most none"),
        pytest.param(single(comparison_operator=AT_MOST, threshold="1"), None, id="at most one"),
        pytest.param(single(comparison_operator=LESS, threshold="1", statistic='"Average"'), None, id="the average of an event"),
        pytest.param(single(comparison_operator=LESS, threshold="0", metric_name='"ReadThrottledEvents"'), "below 0", id="no such metric"),
        pytest.param(single(comparison_operator=LESS, threshold="1", metric_name='"ReadThrottledEvents"'), None, id="above zero"),
        pytest.param(single(comparison_operator=LESS, threshold="0", namespace='"Shop"'), None, id="a custom metric"),
        pytest.param(single(comparison_operator=LESS, threshold=LATER), f"unknown: threshold waits for {LATER}", id="known later"),
        pytest.param(
            single(comparison_operator=LESS, threshold="0", treat_missing_data='"Breaching"'),
            'unknown: treat_missing_data is "breaching", so missing data may raise the alarm, although no value does',
            id="missing data",
        ),
        pytest.param(single(**UTILIZATION, statistic='"Maximum"', threshold="100"), "above 100", id="more than all"),
        pytest.param(single(**UTILIZATION, statistic='"Maximum"', threshold="99"), None, id="nearly all"),
        pytest.param(
            single(**UTILIZATION, statistic='"Average"', threshold="101", comparison_operator=AT_LEAST), "101 or above", id="at least"
        ),
        pytest.param(single(**UTILIZATION, statistic='"Minimum"', threshold="100", comparison_operator=AT_LEAST), None, id="all"),
        pytest.param(single(**UTILIZATION, statistic='"Sum"', threshold="100"), None, id="the sum of percents"),
        pytest.param(single(**UTILIZATION, statistic=None, extended_statistic='"p99.9"', threshold="100"), "above 100", id="a percentile"),
        pytest.param(single(**UTILIZATION, statistic=None, extended_statistic='"TM(10%:90%)"', threshold="100"), "above 100", id="a mean"),
        pytest.param(single(**UTILIZATION, statistic=None, extended_statistic='"PR(1:2)"', threshold="100"), None, id="a rank"),
        pytest.param(single(**UTILIZATION, statistic=None, threshold="100"), None, id="no statistic"),
        pytest.param(queries(metric("m", "true"), BAND, **BANDED), None, id="a band"),
        pytest.param(queries(expression("e", "m > 5", "true"), metric("m"), threshold="1"), "above 1", id="a comparison"),
        pytest.param(queries(expression("e", "m > 5", "true"), metric("m"), threshold="0.5"), None, id="half a comparison"),
        pytest.param(queries(expression("e", "RATE(m)", "true"), metric("m"), comparison_operator=LESS), None, id="a rate"),
        pytest.param(queries(expression("e", "[m]", "true"), metric("m"), comparison_operator=LESS), "below 0", id="a list of one"),
        pytest.param(queries(expression("e", "[m, m]", "true"), metric("m"), comparison_operator=LESS), None, id="a list of two"),
        pytest.param(queries(metric("m", "true"), comparison_operator=LESS), "below 0", id="a metric in a query"),
        pytest.param(queries(metric("m", "true"), metric("n", "true"), comparison_operator=LESS), None, id="two metrics"),
        pytest.param(queries(expression("e", "e", "true"), comparison_operator=LESS), None, id="a circle"),
        pytest.param(
            queries(expression("e", "SUM(METRICS())", "true"), *(metric(f"m{n}") for n in range(11)), comparison_operator=LESS),
            None,
            id="too many metrics",
        ),
    ],
)
def test_values_that_never_raise_the_alarm(text: str, expected: str | None) -> None:
    assert outcome(lambda: alarm(inventory_of(ORDERS + text)).unreachable) == expected


@pytest.mark.parametrize(
    ("text", "above", "expected"),
    [
        ("FILL(m, 0) + FILL(n, 0)", 0, True),
        ("m / PERIOD(m)", 0, True),
        ("IF(m > 0, 1, 0)", 0, True),
        ("IF(m > 5, 1, 0)", 0, False),
        ("IF(m > 5, 1, 0)", 5, True),
        ("IF(m > 5, 1, 0)", 5.5, True),
        ("IF(m > 5, 1, 0)", 4, False),
        ("SUM([m, n]) > 5", 0, False),
        ("FLOOR(m / 10)", 0, False),
        ("FLOOR(m / 10)", 9, True),
        ("[IF(m > 5, 1, 0)]", 0, False),
    ],
)
def test_the_counts_that_raise_an_expression(text: str, above: float, expected: bool) -> None:
    read = alarm(inventory_of(ORDERS + queries(expression("e", text, "true"), metric("m"), metric("n", **WRITES))))
    assert read.is_on_expression is True
    assert read.is_raised_above(above, ("ReadThrottleEvents",)) is expected


def test_the_counts_that_raise_an_expression_may_be_unknown() -> None:
    read = alarm(inventory_of(ORDERS + queries(expression("e", "RATE(m)", "true"), metric("m"))))
    assert outcome(lambda: read.is_raised_above(0, ("ReadThrottleEvents",))) == (
        'unknown: aws_cloudwatch_metric_alarm.reads: metric_query["e"].expression is "RATE(m)", and dyncheck cannot determine which '
        "metrics raise it"
    )


@pytest.mark.parametrize("text", [single(), queries(metric("m", "true")), queries(metric("m"))], ids=["a metric", "a query", "no value"])
def test_alarms_that_are_not_on_an_expression(text: str) -> None:
    assert alarm(inventory_of(ORDERS + text)).is_on_expression is False


@pytest.mark.parametrize(
    ("text", "comparison", "expected"),
    [
        ("FILL(m, 0)", "GreaterThanUpperThreshold", True),
        ("FILL(m, 0)", "LessThanLowerOrGreaterThanUpperThreshold", True),
        ("FILL(m, 0)", "LessThanLowerThreshold", "unknown"),
        ("IF(m > 5, 1, 0)", "GreaterThanUpperThreshold", "unknown"),
    ],
)
def test_a_band_around_an_expression(text: str, comparison: str, expected: bool | str) -> None:
    banded = BANDED | {"comparison_operator": f'"{comparison}"'}
    held = inventory_of(ORDERS + queries(expression("e", text, "true"), metric("m"), BAND, **banded))
    found = outcome(lambda: alarm(held).watches(table(held), READS))
    assert str(found)[: len(str(expected))] == str(expected)


def test_a_band_of_which_no_metric_is_returned_is_not_determined() -> None:
    held = inventory_of(ORDERS + queries(metric("m"), BAND, **BANDED | {"comparison_operator": '"GreaterThanUpperThreshold"'}))
    assert outcome(lambda: alarm(held).watches(table(held), READS)) == (
        'unknown: aws_cloudwatch_metric_alarm.reads: threshold_metric_id is "b", and no other query returns data, '
        "so dyncheck cannot determine which metrics raise the alarm"
    )
