"""EventBridge rules on the state changes of alarms: such a rule informs someone, also where the actions of the alarm are off.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.composite_alarm import CompositeAlarm
from dyncheck.dynamodb.event_patterns import Field, can_match, wildcard_pieces
from dyncheck.dynamodb.links import leads_to, may_pass_on, text_of
from dyncheck.dynamodb.place import arn_place, may_be_same_place, region_of, same_place
from dyncheck.logic import some
from dyncheck.model import Deferred, Known, Resource, Unknown, Unset

_DEFAULT_BUS = "default"

# How a pattern names an alarm: by its whole name, the start or the end of it, or the resource block that its ARN waits for.
Name: TypeAlias = "tuple[str, str]"
_WHOLE, _START, _END, _BLOCK = "whole", "start", "end", "block"

# A field whose presence or content dyncheck does not know.
_UNSURE = Deferred(reason="may be missing from the event")

# The fields of every event of an alarm that changes to ALARM. None is a field that may have any text.
_GENERAL: dict[str, Field] = {
    "version": ("0",),
    "id": None,
    "detail-type": ("CloudWatch Alarm State Change",),
    "source": ("aws.cloudwatch",),
    "account": None,
    "time": None,
    "region": None,
    "resources": None,
    "replay-name": _UNSURE,
}

_REASONS: dict[str, Field] = {"reason": None, "reasonData": _UNSURE, "timestamp": None, "actionsSuppressedBy": _UNSURE}
_STATE: dict[str, Field] = {**_REASONS, "value": ("ALARM",), "actionsSuppressedReason": _UNSURE, "evaluationState": _UNSURE}
_PREVIOUS: dict[str, Field] = {**_REASONS, "value": ("OK", "INSUFFICIENT_DATA"), "evaluationState": _UNSURE}


class Detail(dict[str, Field]):
    """The `detail` of an event: a field that is not listed may exist."""

    def get(self, name: str, default: Field = None) -> Field:  # type: ignore[override]  # noqa: ARG002
        return super().get(name, _UNSURE)


_DETAIL: dict[str, Field] = {"state": Detail(_STATE), "previousState": Detail(_PREVIOUS), "configuration": _UNSURE}


class EventRules:
    """The rules that certainly or perhaps inform someone of an alarm, found by the names in their patterns."""

    def __init__(self, rules: Iterable[Resource], targets: Iterable[Resource]) -> None:
        self._targets: dict[str, list[Resource]] = {}
        self._loose: list[Resource] = []
        for target in targets:
            value = target.body.value("rule")
            if isinstance(value, Known) and isinstance(value.value, str):
                self._targets.setdefault(value.value, []).append(target)
            else:
                self._loose.append(target)
        # Rules by what the names of all alarms in their patterns have; the others may be about any alarm.
        self._by_name: dict[Name, list[tuple[Resource, Any]]] = {}
        self._general: list[tuple[Resource, Any]] = []
        self._has_target: dict[str, bool | Unknown] = {}
        for rule in rules:
            self._add(rule)

    def _add(self, rule: Resource) -> None:
        try:
            pattern = _pattern(rule)
            if pattern is None or not _may_match(pattern):
                return
        except Unknown as reason:
            pattern = reason
        names = _names(pattern)
        if names is None:
            self._general.append((rule, pattern))
        else:
            for name in names:
                self._by_name.setdefault(name, []).append((rule, pattern))

    def catch(self, alarm: Alarm | CompositeAlarm) -> bool:
        """Whether a rule informs someone when the alarm changes to ALARM. May raise `Unknown`."""
        return some(self._near(alarm.resource), lambda each: self._catches(*each, alarm.resource))

    def _near(self, alarm: Resource) -> Iterator[tuple[Resource, Any]]:
        yield from self._general
        yield from self._by_name.get((_BLOCK, alarm.block_address), ())
        name = alarm.body.value("alarm_name")
        if isinstance(name, Known) and isinstance(name.value, str):
            for size in range(len(name.value) + 1):
                yield from self._by_name.get((_START, name.value[:size]), ())
                yield from self._by_name.get((_END, name.value[size:]), ())
            yield from self._by_name.get((_WHOLE, name.value), ())
        elif isinstance(name, Deferred) and self._by_name:
            raise name.unknown("alarm_name", more=", and rules of EventBridge report alarms by name")

    def _catches(self, rule: Resource, pattern: Any, alarm: Resource) -> bool:
        """Whether a rule catches the alarm. A part that certainly excludes it decides."""
        tests: tuple[Callable[[], bool], ...] = (
            lambda: _is_enabled(rule),
            lambda: _is_on_default_bus(rule),
            lambda: may_be_same_place(rule, alarm) and same_place(rule, alarm),
            lambda: self._has_targets(rule),
            lambda: _matches(rule, pattern, alarm),
        )
        try:
            return not some(tests, lambda test: not test())
        except Unknown as reason:
            raise Unknown("", f"may be reported by {rule.address}: {reason}") from None

    def _has_targets(self, rule: Resource) -> bool:
        found = self._has_target.get(rule.address)
        if found is None:
            try:
                found = some(self._targets_near(rule), lambda target: _is_of(target, rule))
            except Unknown as reason:
                found = reason
            self._has_target[rule.address] = found
        if isinstance(found, Unknown):
            raise found
        return found

    def _targets_near(self, rule: Resource) -> Iterator[Resource]:
        yield from self._targets.get(text_of(rule, "name") or "", ())
        yield from self._loose


def _pattern(rule: Resource) -> Any:
    """The pattern of a rule, which may have `Deferred` parts; None for a rule on a schedule. Raises `Unknown`."""
    value = rule.body.value("event_pattern")
    if isinstance(value, Unset):
        return None
    if isinstance(value, Deferred):
        found = rule.body.parts("event_pattern")
        if isinstance(found, dict):
            return found
        raise value.unknown("event_pattern")
    from msgspec import DecodeError
    from msgspec.json import decode

    try:
        return decode(value.value)
    except (DecodeError, TypeError, RecursionError):
        raise Unknown("event_pattern", "is not a JSON document") from None


def _may_match(pattern: Any) -> bool:
    """Whether a pattern may match the event of any alarm that changes to ALARM."""
    try:
        return can_match(pattern, {**_GENERAL, "detail": Detail(alarmName=None, **_DETAIL)})
    except Unknown:
        return True


def _matches(rule: Resource, pattern: Any, alarm: Resource) -> bool:
    if isinstance(pattern, Unknown):
        raise pattern
    try:
        return can_match(pattern, event_of(alarm, rule))
    except Unknown as reason:
        raise reason.within("event_pattern") from None


def event_of(alarm: Resource, rule: Resource) -> Mapping[str, Field]:
    """The event of an alarm that changes to ALARM, as far as it is known to a pattern of that rule."""
    place = arn_place(alarm)
    arn = text_of(alarm, "arn")
    try:
        region = place[0] if place else region_of(alarm)
    except Unknown:
        region = None
    name = alarm.body.value("alarm_name")
    return {
        **_GENERAL,
        "account": (place[1],) if place else Deferred(reason="is the account of the alarm, which is known only after apply"),
        "region": (region,) if region else Deferred(reason="is the region of the alarm, which the input does not show"),
        "resources": (arn,) if arn else partial(_is_arn, alarm, rule, region),
        "detail": Detail(alarmName=(name.value,) if isinstance(name, Known) else name if isinstance(name, Deferred) else (), **_DETAIL),
    }


def _is_arn(alarm: Resource, rule: Resource, region: str | None, expected: Any, at: str) -> bool:
    """Whether an alternative of a pattern fits the ARN of an alarm, which is known only after apply."""
    if isinstance(expected, Deferred) and len(expected.references) == 1:
        (reference,) = expected.references
        leads = leads_to(reference, rule, alarm)
        if reference.attribute == "arn" and leads is not None:
            return leads
    if isinstance(expected, str):
        parts = expected.split(":", 6)
        named = text_of(alarm, "alarm_name")
        if parts[2:3] != ["cloudwatch"] or (region and parts[3] != region) or (named and parts[6:] != [named]):
            return False
    raise Unknown(at, "is the ARN of the alarm, which is known only after apply")


def _names(pattern: Any) -> list[Name] | None:
    """What the names or resource blocks of all alarms that a pattern admits have; None where it may admit any alarm."""
    if not isinstance(pattern, dict):
        return None
    detail = pattern.get("detail")
    for given, read in ((detail.get("alarmName") if isinstance(detail, dict) else None, _of_name), (pattern.get("resources"), _of_arn)):
        found = [read(each) for each in given] if isinstance(given, list) else [None]
        if None not in found:
            return [each for each in found if each]
    return None


def _of_name(expected: Any) -> Name | None:
    if isinstance(expected, str):
        return (_WHOLE, expected)
    if not isinstance(expected, dict) or len(expected) != 1:
        return None
    ((operator, text),) = expected.items()
    if not isinstance(text, str) or operator not in ("prefix", "suffix", "wildcard"):
        return None
    if operator == "suffix":
        return (_END, text)
    return (_START, wildcard_pieces(text)[0] if operator == "wildcard" else text)


def _of_arn(expected: Any) -> Name | None:
    if isinstance(expected, str):
        return (_WHOLE, expected.split(":", 6)[-1])
    references = expected.references if isinstance(expected, Deferred) else ()
    return (_BLOCK, references[0].resource or "") if len(references) == 1 else None


def _is_enabled(rule: Resource) -> bool:
    if rule.doubt:
        raise Unknown("", f"{rule.address} may not exist: {rule.doubt}")
    state = rule.body.text("state")
    if state:
        return state != "DISABLED"
    return rule.body.read("is_enabled") is not False


def _is_on_default_bus(rule: Resource) -> bool:
    bus = rule.body.text("event_bus_name") or _DEFAULT_BUS
    return bus == _DEFAULT_BUS or bus.endswith(":event-bus/default")


def _is_of(target: Resource, rule: Resource) -> bool:
    """Whether a target is one of the rule. May raise `Unknown`."""
    if target.doubt:
        raise Unknown("", f"{target.address} may not exist: {target.doubt}")
    if not _is_on_default_bus(target):
        return False
    value, name = target.body.value("rule"), text_of(rule, "name")
    if isinstance(value, Known):
        if name is None:
            return bool(value.value == text_of(rule, "id"))
        return bool(value.value == name) and may_be_same_place(target, rule)
    if isinstance(value, Deferred):
        leads = [leads_to(reference, target, rule) for reference in value.references]
        if leads == [True]:
            return True
        if leads and not any(each is not False for each in leads) and not any(map(may_pass_on, value.references)):
            return False
        raise value.unknown(f"rule of {target.address}")
    return False
