"""The alarm can never fire.

Why: CloudWatch accepts an alarm on a metric that does not exist, and shows it as quiet for ever. It looks like a
watched table and is none.
Fix: use the metric's exact name and exactly the dimensions DynamoDB sends it with.
    metric_name = "ReadThrottleEvents"
    dimensions  = { TableName = aws_dynamodb_table.products.name }
"""

from dyncheck.dynamodb import CAUSES, DIMENSIONS, NAMESPACE, Alarm, Signal, Table, nearest_metric
from dyncheck.rule import Problem, Problems, each, first, quoted, rule, some, warning

# Throttle metrics, of which the unit is certain.
COUNTS_OF_EVENTS = {*CAUSES, *(cause for causes in CAUSES.values() for cause in causes)}


@rule(Alarm, severity=warning)
def check(alarm: Alarm) -> Problems:
    refusal = alarm.refusal()
    if refusal:
        yield alarm.problem(f"CloudWatch refuses the alarm: {refusal}", at="evaluation_periods", fix="evaluation_periods = 2")
    yield from each(alarm.all_signals, lambda signal: _signal(alarm, signal))
    yield from _comparison(alarm)


def _signal(alarm: Alarm, signal: Signal) -> Problems:
    if signal.namespace != NAMESPACE:
        # AWS sends the metrics of a table in this namespace only; a namespace of one's own may hold anything.
        if signal.is_dynamodb or (signal.is_aws and some(alarm.inventory.tables_near(alarm), lambda table: _is_on(alarm, signal, table))):
            yield _problem(alarm, signal, "no metric of a table is in this namespace", "namespace", quoted(NAMESPACE))
    elif signal.metric not in DIMENSIONS:
        wanted = quoted(nearest_metric(signal.metric or "") or "ReadThrottleEvents")
        yield _problem(alarm, signal, "the alarm can never fire, for CloudWatch has no such metric", "metric_name", wanted)
    elif signal.dimension_names not in DIMENSIONS[signal.metric]:
        yield alarm.problem(
            f"the alarm can never fire, for DynamoDB sends {signal.metric} {_sent(signal.metric)} only",
            at="dimensions",
            inside=signal.block,
            found=signal.block.show("dimensions"),
            fix=_right_dimensions(alarm, signal, signal.metric),
        )
    elif signal.metric in COUNTS_OF_EVENTS and not signal.fits_unit:
        yield _problem(alarm, signal, "the alarm can never fire, for no data point of the metric has this unit", "unit", '"Count"')
    elif not signal.period:
        yield alarm.problem(
            "CloudWatch refuses the alarm, for its metric has no period",
            at="period",
            inside=signal.block,
            wanted="a number of seconds",
            fix="period = 300",
        )
    else:
        yield from _missing_index(alarm, signal)


def _is_on(alarm: Alarm, signal: Signal, table: Table) -> bool:
    """Whether the signal itself is on the table, and not only another one of the alarm."""
    return alarm.names(signal, table) and alarm.is_on(table)


def _sent(metric: str) -> str:
    """How DynamoDB sends a metric: with which dimensions."""
    sets = [", ".join(sorted(names, reverse=True)) for names in DIMENSIONS[metric]]
    return f"with the dimensions {' or '.join(f'{{{names}}}' for names in sets)}" if any(sets) else "without dimensions"


def _right_dimensions(alarm: Alarm, signal: Signal, metric: str) -> str:
    """The dimensions that DynamoDB does send, those nearest to the alarm's own where there are several sets."""
    names = min(DIMENSIONS[metric], key=lambda sent: len(sent ^ signal.dimension_names))
    near = alarm.inventory.tables_near(alarm)
    table = f"aws_dynamodb_table.{near[0].resource.name}.name" if near else '"..."'
    pairs = [f"{name} = {table if name == 'TableName' else quoted('...')}" for name in sorted(names, reverse=True)]
    return f"dimensions = {{ {', '.join(pairs)} }}" if pairs else "dimensions = {}"


def _missing_index(alarm: Alarm, signal: Signal) -> Problems:
    index = signal.dimensions_of_part.get("GlobalSecondaryIndexName")
    if index is None:
        return
    table = first(alarm.inventory.tables_near(alarm), alarm.is_on)
    if table and not some(table.indexes, lambda candidate: candidate.name == index):
        yield alarm.problem(
            "the alarm can never fire, for its table has no such index",
            at="dimensions",
            inside=signal.block,
            found=signal.block.show("dimensions"),
            fix="# name an index of the table in GlobalSecondaryIndexName",
        )


def _comparison(alarm: Alarm) -> Problems:
    """No DynamoDB metric is ever negative."""
    comparison, threshold = alarm.comparison, alarm.threshold
    if threshold is None:
        return
    if (comparison == "LessThanThreshold" and threshold <= 0) or (comparison == "LessThanOrEqualToThreshold" and threshold < 0):
        yield alarm.problem(
            f"the alarm can never fire, for the metric is never below {alarm.block.show('threshold')}",
            at="comparison_operator",
            wanted='"GreaterThanThreshold"',
            fix='comparison_operator = "GreaterThanThreshold"',
        )


def _problem(alarm: Alarm, signal: Signal, summary: str, argument: str, wanted: str) -> Problem:
    return alarm.problem(summary, at=argument, inside=signal.block, wanted=wanted, fix=f"{argument} = {wanted}")
