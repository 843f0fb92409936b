"""Alarm can never fire.

Why: CloudWatch accepts an alarm on a metric that does not exist, and never raises it. The table looks monitored but is not.
Fix: use the exact name of the metric and exactly the dimensions that DynamoDB sends.
    metric_name = "ReadThrottleEvents"
    dimensions  = { TableName = aws_dynamodb_table.products.name }
"""

from dyncheck.dynamodb import METRICS, NAMESPACE, Alarm, Inventory, Signal, Table, nearest_metric, usual_operation
from dyncheck.rule import Problems, each, first, quoted, rule, some, warning

# How it is spelt is not a decision. What it measures, and when it fires, is one.
SPELLING = ("datapoints_to_alarm", "dimensions", "metric_name", "namespace", "unit")


@rule(Alarm, severity=warning, fix=dict.fromkeys(SPELLING, "safe"))
def check(alarm: Alarm) -> Problems:
    yield from each((_rejected, _signals, _too_short, _unreachable), lambda part: part(alarm))


def _rejected(alarm: Alarm) -> Problems:
    for refusal in alarm.refusals():
        yield alarm.problem(f"CloudWatch rejects the alarm: {refusal.why}", at=refusal.at, inside=refusal.inside, fix=refusal.fix)


def _signals(alarm: Alarm) -> Problems:
    yield from each(alarm.all_signals, lambda signal: _signal(alarm, signal))


def _too_short(alarm: Alarm) -> Problems:
    if alarm.too_short:
        yield alarm.problem(f"Alarm can never fire: {alarm.too_short}", at="period", fix="period = 60")


def _unreachable(alarm: Alarm) -> Problems:
    if not alarm.unreachable:
        return
    value = "the value of its expression" if alarm.block.blocks("metric_query") else "the metric"
    summary = f"Alarm can never fire because {value} is never {alarm.unreachable}"
    if (alarm.comparison or "").startswith("Less"):
        yield alarm.problem(summary, at="comparison_operator", value='"GreaterThanThreshold"')
    else:
        yield alarm.problem(summary, at="threshold", expected=f"less than {alarm.farthest:g}")


def _signal(alarm: Alarm, signal: Signal) -> Problems:
    block = signal.block
    if signal.namespace != NAMESPACE:
        # AWS sends table metrics in this namespace only, and a custom namespace may hold any metric. This signal must be on the
        # table, not only another one of the alarm.
        near = Inventory.of(alarm).tables_named_by(signal)
        if signal.is_dynamodb or (signal.is_aws and some(near, lambda table: _is_on(alarm, signal, table))):
            yield alarm.problem("Alarm watches a namespace without table metrics", at="namespace", inside=block, value=quoted(NAMESPACE))
    elif signal.metric not in METRICS:
        metric = quoted(nearest_metric(signal.metric or "") or "ReadThrottleEvents")
        yield alarm.problem("Alarm watches a metric that does not exist", at="metric_name", inside=block, value=metric)
    elif signal.dimension_names not in METRICS[signal.metric].dimensions:
        yield alarm.problem(
            f"Alarm watches dimensions that DynamoDB does not send with {signal.metric}",
            at="dimensions",
            inside=block,
            expected=_sent(signal.metric),
            fix=_right_dimensions(alarm, signal, signal.metric),
        )
    elif not signal.fits_unit:
        unit = quoted(METRICS[signal.metric].unit)
        yield alarm.problem("Alarm uses a unit that the metric does not have", at="unit", inside=block, value=unit)
    elif not signal.period:
        summary = "CloudWatch rejects an alarm without a period"
        yield alarm.problem(summary, at="period", inside=block, expected="a number of seconds", fix="period = 300")
    elif signal.account is None and not signal.free and _is_elsewhere(alarm, signal):
        summary = "Alarm is in another region or account than the table that it names, and sees no metrics of it"
        at = "region" if alarm.block.configures("region") else "dimensions"
        yield alarm.problem(summary, at=at, inside=signal.block if at == "dimensions" else None)
    else:
        yield from _missing_index(alarm, signal)


def _is_on(alarm: Alarm, signal: Signal, table: Table) -> bool:
    return alarm.names(signal, table) and table.is_home_of(alarm.resource)


def _is_elsewhere(alarm: Alarm, signal: Signal) -> bool:
    """Whether the input shows the table that the signal names, and certainly no copy of it beside the alarm.

    A table with a stream may have a replica there that another configuration manages.
    """
    named = [table for table in Inventory.of(alarm).tables_named_by(signal) if alarm.names(signal, table)]
    return bool(named) and not some(named, lambda table: _is_beside(alarm, table) or table.has_stream)


def _is_beside(alarm: Alarm, table: Table) -> bool:
    return some(table.copies, lambda copy: copy.is_home_of(alarm.resource))


def _sent(metric: str) -> str:
    """The sets of dimensions that DynamoDB sends with a metric, for messages."""
    sets = [", ".join(sorted(names, reverse=True)) for names in METRICS[metric].dimensions]
    return " or ".join(f"{{{names}}}" for names in sets) if any(sets) else "no dimensions"


def _right_dimensions(alarm: Alarm, signal: Signal, metric: str) -> str:
    """The set of dimensions that DynamoDB sends and that differs least from the alarm's, with the alarm's own values where it has them."""
    names = min(METRICS[metric].dimensions, key=lambda sent: len(sent ^ {*signal.dimensions}))
    near = Inventory.of(alarm).tables_near(alarm)
    table = near[0].resource if near else None
    values = {name: quoted(value) for name, value in signal.dimensions.items()}
    values["Operation"] = values.get("Operation") or quoted(usual_operation(metric))
    if table:
        values |= {"TableName": table.reference("name"), "StreamLabel": table.reference("stream_label")}
    pairs = [f"{name} = {values.get(name) or quoted('...')}" for name in sorted(names, reverse=True)]
    return f"dimensions = {{ {', '.join(pairs)} }}" if pairs else "dimensions = {}"


def _missing_index(alarm: Alarm, signal: Signal) -> Problems:
    index = signal.dimensions_of_part.get("GlobalSecondaryIndexName")
    if index is None:
        return
    table = first(Inventory.of(alarm).tables_named_by(signal), lambda table: _is_on(alarm, signal, table))
    if table and not table.index(index):
        yield alarm.problem(
            "Alarm watches an index that the table does not have",
            at="dimensions",
            inside=signal.block,
            found=signal.block.show("dimensions"),
            fix="# name an index of the table in GlobalSecondaryIndexName",
        )
