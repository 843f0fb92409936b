"""Metric-math expressions as steps in the order of evaluation."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from dyncheck.dynamodb.metric_math import NotUnderstood, Step, steps_of


def written(expression: str) -> str:
    """The steps of an expression as words: `IF/3` for a call with three arguments."""
    return " ".join(_word(step) for step in steps_of(expression))


def _word(step: Step) -> str:
    if step.kind in ("call", "list"):
        return f"{step.value}/{step.count}"
    return f"{step.kind}:{step.value}" if step.kind == "text" else step.value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("reads", "reads"),
        (" reads\t+ writes ", "reads writes +"),
        ("a + b * c", "a b c * +"),
        ("(a + b) * c", "a b + c *"),
        ("a - b - c", "a b - c -"),
        ("a / b * c", "a b / c *"),
        ("a ^ 2", "a 2 ^"),
        ("-a * b", "a negate b *"),
        ("a - -b", "a b negate -"),
        ("a + b > c - 1", "a b + c 1 - >"),
        ("a > 1 && b <= 2 || c == 3", "a 1 > b 2 <= && c 3 == ||"),
        ("a >= 1 or b != 2 AND c < 3", "a 1 >= b 2 != c 3 < && ||"),
        ("IF(reads > 5, 1, 0)", "reads 5 > 1 0 IF/3"),
        ("if(reads, writes)", "reads writes IF/2"),
        ("SUM([FILL(reads, 0), FILL(writes, REPEAT)])", "reads 0 FILL/2 writes REPEAT FILL/2 /2 SUM/1"),
        ("SUM(METRICS())", "METRICS/0 SUM/1"),
        ('SUM(METRICS("re"))', "text:re METRICS/1 SUM/1"),
        ("SUM(METRICS('re'))", "text:re METRICS/1 SUM/1"),
        ("[]", "/0"),
        ("[a]", "a /1"),
        ("0.5 + .5 + 5. + 1e3 + 1E-3", "0.5 .5 + 5. + 1e3 + 1E-3 +"),
        ("m_1A", "m_1A"),
        ("((a))", "a"),
        ("AND1 + or_", "AND1 or_ +"),
    ],
)
def test_the_steps_of_an_expression(expression: str, expected: str) -> None:
    assert written(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        " ",
        "a +",
        "+ a",
        "a b",
        "2 a",
        "(a",
        "a)",
        "()",
        "(a, b)",
        "[a",
        "a]",
        "[a, ]",
        "[, a]",
        "[a)",
        "(a]",
        "IF(a]",
        "IF(a, )",
        "IF(, a)",
        "IF(a",
        "FILL(a 0)",
        "a, b",
        "a ! b",
        "a = b",
        "a & b",
        "a # b",
        "'text",
        "a 'text'",
        "a [b]",
        "SEARCH('{AWS/DynamoDB,TableName} ThrottleEvents', 'Sum'",
        "é",
    ],
)
def test_other_texts_are_not_understood(expression: str) -> None:
    with pytest.raises(NotUnderstood):
        steps_of(expression)


def test_the_steps_of_functions_and_operators_say_how_many_operands_they_take() -> None:
    assert steps_of("-F(a, 1) + 'x'") == (
        Step("id", "a"),
        Step("number", "1"),
        Step("call", "F", 2),
        Step("operator", "negate", 1),
        Step("text", "x"),
        Step("operator", "+", 2),
    )


@pytest.mark.parametrize(
    "expression",
    ["(" * 5_000 + "a" + ")" * 5_000, "SUM(" * 5_000 + "a" + ")" * 5_000, "-" * 5_000 + "a", " + ".join(["a"] * 5_000), "(" * 5_000],
    ids=["brackets", "calls", "signs", "sums", "open brackets"],
)
def test_long_and_deep_expressions_take_little_time(expression: str) -> None:
    start = time.process_time()
    with suppress(NotUnderstood):
        steps_of(expression)
    assert time.process_time() - start < 1
