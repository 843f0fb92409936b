"""The alarms of an account and what they notify, in the shape in which the provider keeps them in a state.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, EVENT_RULE, EVENT_TARGET, MUTE_RULE, SUBSCRIPTION, TOPIC
from dyncheck.model import Resource
from dyncheck.readers.capture.answers import is_missing
from dyncheck.readers.capture.calls import (
    DESCRIBE_ALARMS,
    GET_MUTE_RULE,
    GET_TOPIC,
    LIST_RULES,
    LIST_SUBSCRIPTIONS,
    LIST_TARGETS,
)
from dyncheck.readers.capture.captured_block import CapturedBlock
from dyncheck.readers.capture.document import Call, Capture
from dyncheck.readers.capture.tables import provider_of


def alarms(capture: Capture, region: str) -> Iterator[Resource]:
    """The alarms of a region, and the topics, mute rules and rules of EventBridge that decide who hears of them."""
    described = capture.call(DESCRIBE_ALARMS, region)
    found = (described.answer or {}) if described else {}
    for each in found.get("MetricAlarms", ()):
        yield _resource(capture, region, ALARM, each["AlarmArn"], each["AlarmName"], _metric_alarm(each))
    for each in found.get("CompositeAlarms", ()):
        yield _resource(capture, region, COMPOSITE_ALARM, each["AlarmArn"], each["AlarmName"], _composite_alarm(each))
    yield from _topics(capture, region)
    yield from _mute_rules(capture, region)
    yield from _event_rules(capture, region)


def missing_topics(capture: Capture) -> frozenset[str]:
    """The ARNs for which SNS says that there is no topic."""
    return frozenset(call.subject for region in capture.regions for call in capture.all_of(GET_TOPIC, region) if is_missing(call))


def _resource(capture: Capture, region: str, kind: str, address: str, name: str, values: dict[str, Any]) -> Resource:
    body = CapturedBlock("", {"region": region, **values})
    return Resource(address, kind, name, "", body, provider_of(capture, region), exists=True)


def _metric_alarm(alarm: dict[str, Any]) -> dict[str, Any]:
    return {
        "alarm_name": alarm["AlarmName"],
        "arn": alarm["AlarmArn"],
        "actions_enabled": alarm.get("ActionsEnabled", True),
        "alarm_actions": alarm.get("AlarmActions", []),
        "comparison_operator": alarm.get("ComparisonOperator"),
        "datapoints_to_alarm": alarm.get("DatapointsToAlarm"),
        "evaluation_periods": alarm.get("EvaluationPeriods"),
        "threshold": alarm.get("Threshold"),
        "threshold_metric_id": alarm.get("ThresholdMetricId"),
        "treat_missing_data": alarm.get("TreatMissingData", "missing"),
        "statistic": alarm.get("Statistic"),
        "extended_statistic": alarm.get("ExtendedStatistic"),
        **_metric(alarm),
        "period": alarm.get("Period"),
        "unit": alarm.get("Unit"),
        "metric_query": [_query(each) for each in alarm.get("Metrics", ())],
    }


def _metric(metric: dict[str, Any]) -> dict[str, Any]:
    return {
        "metric_name": metric.get("MetricName"),
        "namespace": metric.get("Namespace"),
        "dimensions": {each["Name"]: each["Value"] for each in metric.get("Dimensions", ())} or None,
    }


def _query(query: dict[str, Any]) -> dict[str, Any]:
    found = query.get("MetricStat")
    metric = (
        {**_metric(found["Metric"]), "period": found.get("Period"), "stat": found.get("Stat"), "unit": found.get("Unit")} if found else {}
    )
    return {
        "id": query["Id"],
        "expression": query.get("Expression"),
        "return_data": query.get("ReturnData", True),
        "account_id": query.get("AccountId"),
        "period": query.get("Period"),
        "metric": [metric] if metric else [],
    }


def _composite_alarm(alarm: dict[str, Any]) -> dict[str, Any]:
    suppressor = alarm.get("ActionsSuppressor")
    return {
        "alarm_name": alarm["AlarmName"],
        "arn": alarm["AlarmArn"],
        "alarm_rule": alarm.get("AlarmRule"),
        "actions_enabled": alarm.get("ActionsEnabled", True),
        "alarm_actions": alarm.get("AlarmActions", []),
        "actions_suppressor": [{"alarm": suppressor}] if suppressor else [],
    }


def _topics(capture: Capture, region: str) -> Iterator[Resource]:
    for call in capture.all_of(GET_TOPIC, region):
        arn = call.subject
        attributes = (call.answer or {}).get("Attributes") or {}
        if not attributes:
            continue
        values = {"arn": arn, "name": _last(arn), "policy": attributes.get("Policy"), "kms_master_key_id": attributes.get("KmsMasterKeyId")}
        yield _resource(capture, region, TOPIC, arn, _last(arn), values)
    for call in capture.all_of(LIST_SUBSCRIPTIONS, region):
        for number, each in enumerate(_items(call, "Subscriptions")):
            # Nothing is sent before the subscriber confirms.
            if each.get("SubscriptionArn") != "PendingConfirmation":
                yield _resource(
                    capture, region, SUBSCRIPTION, f"{call.subject}:{number}", _last(call.subject), {"topic_arn": each["TopicArn"]}
                )


def _mute_rules(capture: Capture, region: str) -> Iterator[Resource]:
    for call in capture.all_of(GET_MUTE_RULE, region):
        if not call.answer:
            continue
        rule = call.answer
        schedule = (rule.get("Rule") or {}).get("Schedule") or {}
        values = {
            "arn": rule.get("AlarmMuteRuleArn"),
            "name": call.subject,
            "start_date": rule.get("StartDate"),
            "expire_date": rule.get("ExpireDate"),
            "mute_targets": [{"alarm_names": (rule.get("MuteTargets") or {}).get("AlarmNames", [])}],
            "rule": [
                {
                    "schedule": [
                        {
                            "expression": schedule.get("Expression"),
                            "duration": schedule.get("Duration"),
                            "timezone": schedule.get("Timezone"),
                        }
                    ]
                }
            ],
        }
        yield _resource(capture, region, MUTE_RULE, rule.get("AlarmMuteRuleArn") or call.subject, call.subject, values)


def _event_rules(capture: Capture, region: str) -> Iterator[Resource]:
    for call in capture.all_of(LIST_RULES, region):
        for rule in _items(call, "Rules"):
            values = {
                "arn": rule["Arn"],
                "name": rule["Name"],
                "event_bus_name": rule.get("EventBusName", "default"),
                "event_pattern": rule.get("EventPattern"),
                "state": rule.get("State"),
            }
            yield _resource(capture, region, EVENT_RULE, rule["Arn"], rule["Name"], values)
    for call in capture.all_of(LIST_TARGETS, region):
        rule_name, bus = str(call.parameters["Rule"]), str(call.parameters.get("EventBusName", "default"))
        for target in _items(call, "Targets"):
            values = {"arn": target["Arn"], "rule": rule_name, "event_bus_name": bus}
            yield _resource(capture, region, EVENT_TARGET, f"{region}/{bus}/{rule_name}/{target['Id']}", rule_name, values)


def _items(call: Call, name: str) -> Iterable[dict[str, Any]]:
    found: Iterable[dict[str, Any]] = (call.answer or {}).get(name, ())
    return found


def _last(arn: str) -> str:
    return arn.rpartition(":")[2]
