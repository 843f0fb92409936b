"""Metric-math expressions, and the metrics that certainly raise them."""

from __future__ import annotations

import pytest

from dyncheck.dynamodb.metric_math import summands

KNOWN = ("reads", "writes")


@pytest.mark.parametrize(
    ("expression", "raised_by"),
    [
        ("reads", ("reads",)),
        ("reads + writes", ("reads", "writes")),
        ("(reads+writes)", ("reads", "writes")),
        ("SUM([reads, writes])", ("reads", "writes")),
        ("sum(metrics())", ("reads", "writes")),
        ("MAX([reads, writes])", ("reads", "writes")),
        ("FILL(reads, 0) + FILL(writes, REPEAT)", ("reads", "writes")),
        ("SUM([FILL(reads, 0), FILL(writes, 0)])", ("reads", "writes")),
        ("reads * 2", ("reads",)),
        ("0.5 * reads + writes", ("reads", "writes")),
        ("reads + reads", ("reads",)),
        (" reads\t+ writes ", ("reads", "writes")),
        ("fill(reads, 0) + max([writes])", ("reads", "writes")),
        ("2 * 3 * reads * 0.5", ("reads",)),
        ("2 * (reads + writes)", ("reads", "writes")),
        ("METRICS() + reads", ("reads", "writes")),
        ("SUM(METRICS())", ("reads", "writes")),
        ("SUM(reads)", ("reads",)),
        ("FILL(reads + writes, 0) + writes", ("reads", "writes")),
        ("SUM([reads]) + MAX([writes, reads])", ("reads", "writes")),
        (f"{'(' * 49}reads{')' * 49}", ("reads",)),
        (" + ".join(["(reads)"] * 60), ("reads",)),
    ],
)
def test_the_metrics_that_raise_an_increasing_expression(expression: str, raised_by: tuple[str, ...]) -> None:
    assert summands(expression, KNOWN) == raised_by


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "reads - writes",
        "reads / writes",
        "reads * 0",
        "reads * writes",
        "-reads",
        "MIN([reads, writes])",
        "AVG([reads, writes])",
        "IF(reads > 5, 0, 1)",
        "unknown",
        "reads +",
        "(reads",
        "SUM([reads)",
        "reads writes",
        "0 * reads",
        "2 reads",
        "2 * 3",
        "reads * -2",
        "reads * 2 *",
        "2 *",
        "(reads]",
        "SUM(reads, writes)",
        "SUM([reads, writes)",
        "SUM([reads, ])",
        "SUM reads",
        "SUM(reads",
        "METRICS(reads)",
        "METRICS",
        "METRICS(",
        "FILL(reads)",
        "FILL(reads, 0",
        "FILL(reads 0)",
        "FILL(reads, 0, 0)",
        "FILL",
        "READS",
        "reads + ,",
        f"{'(' * 1000}reads{')' * 1000}",
        " + ".join(["reads"] * 10_000),
        "1e3 * reads",
        "reads * True",
        "FILL(reads, value=0)",
        "reads # writes",
        "SEARCH('{AWS/DynamoDB,TableName} ThrottleEvents', 'Sum')",
    ],
)
def test_other_expressions_are_not_supported(expression: str) -> None:
    assert summands(expression, KNOWN) is None


def test_the_id_of_a_metric_may_be_a_keyword_of_python() -> None:
    assert summands("SUM([in, is])", ("in", "is")) == ("in", "is")
