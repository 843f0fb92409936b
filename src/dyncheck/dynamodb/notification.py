"""Whether anybody hears of an alarm: what its actions are, and whether they can deliver.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (AlarmActions)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.composite_alarm import CompositeAlarm
from dyncheck.dynamodb.entity import Entity
from dyncheck.dynamodb.links import BEFORE_RESOURCE, text_of
from dyncheck.dynamodb.place import arn_place, region_of, same_place
from dyncheck.dynamodb.topics import Fault, Topics, Unseen
from dyncheck.dynamodb.types import COMPOSITE_ALARM, DELIVERY, EVENT_RULE, EVENT_TARGET, KEYS, MUTE_RULE, TOPIC
from dyncheck.logic import foremost
from dyncheck.model import Deferred, Known, Opaque, Reference, Resource, Unknown, Value, quoted
from dyncheck.model.sensitive import concealed

if TYPE_CHECKING:
    from dyncheck.dynamodb.composite_notification import CompositeNotification, Refused
    from dyncheck.dynamodb.event_rules import EventRules
    from dyncheck.dynamodb.mute_rules import MuteRules

Speaker: TypeAlias = "Alarm | CompositeAlarm"


class Topic(Entity):
    """A topic that alarms notify."""


# What may be silent: an alarm, or a topic that alarms notify.
Notifier: TypeAlias = Alarm | Topic

# What an ARN starts with after its account, by its service, where CloudWatch informs someone.
_INFORMING = {
    "lambda": "function:",
    "ssm": "opsitem:",
    "ssm-incidents": "response-plan/",
    "aiops": "investigation-group/",
    "sns": "",
}

# The services whose actions start, stop or scale something, and inform no one.
_ACTING = frozenset({"automate", "autoscaling", "swf"})
_ACTING_TYPES = frozenset({"aws_autoscaling_policy", "aws_appautoscaling_policy"})

# Resource types whose ARN is taken for that of a topic by mistake: CloudWatch refuses it.
_REFUSED_TYPES = frozenset(
    {
        "aws_cloudwatch_event_bus",
        "aws_cloudwatch_event_rule",
        "aws_cloudwatch_log_group",
        "aws_kinesis_firehose_delivery_stream",
        "aws_kinesis_stream",
        "aws_sfn_state_machine",
        "aws_sns_topic_subscription",
        "aws_sqs_queue",
    }
)

_A_TOPIC = "the ARN of a topic, a Lambda function or another action that informs someone"
_FIX = "alarm_actions = [aws_sns_topic.alarms.arn]"


class Silence(Struct, frozen=True):
    """Why no one hears of an alarm: a problem without the alarm. `is_refusal` says that CloudWatch does not even create the alarm."""

    summary: str
    at: str
    found: str = ""
    expected: str = ""
    fix: str = ""
    is_refusal: bool = False


NO_ACTION = Silence("Alarm has no notification action", "alarm_actions", expected="a list of at least one ARN", fix=_FIX)
DISABLED = Silence("Alarm actions are disabled", "actions_enabled", expected="true", fix="actions_enabled = true")


def _is_arn(reference: Reference) -> bool:
    return reference.attribute in ("arn", "qualified_arn") or (reference.type, reference.attribute) == (TOPIC, "id")


class Actions:
    """Judges the actions of alarms. `destroyed` are the topics that the plan destroys, by their ARN; `missing` are ARNs without a topic."""

    def __init__(self, topics: Topics, destroyed: Mapping[str, str], missing: Set[str]) -> None:
        self._topics = topics
        self._destroyed = destroyed
        self._missing = missing

    def silences(self, alarm: Speaker) -> tuple[Silence, ...]:
        """Why the actions of an alarm inform no one; empty when they do. Raises `Unknown`."""
        items, unsure = self._items(alarm)
        judged: list[Silence | None] = []
        for item in items:
            try:
                judged.append(self._judged(item, alarm))
            except Unknown as reason:
                unsure = foremost(unsure, reason)
        silent = [silence for silence in judged if silence]
        if refused := tuple(silence for silence in silent if silence.is_refusal):
            return refused
        if not alarm.block.read("actions_enabled", True):
            return (DISABLED,)
        if len(silent) < len(judged):
            return ()
        if unsure:
            raise unsure
        return tuple(silent) or (NO_ACTION,)

    def topics_of(self, alarm: Speaker) -> Iterator[Resource]:
        """The topics of the input that the actions of an alarm lead to, or may lead to."""
        for item in self._items(alarm)[0]:
            if isinstance(item, Deferred):
                references = (each for each in item.references if each.type == TOPIC)
                yield from (topic for each in references for topic in self._topics.of_reference(each, alarm.resource))
            elif isinstance(item, Known) and (topic := self._topics.of_arn(item.value)):
                yield topic

    def _items(self, alarm: Speaker) -> tuple[Sequence[Value], Unknown | None]:
        """The actions, and why there may be others."""
        block = alarm.block
        value = block.value("alarm_actions")
        if not isinstance(value, Deferred):
            return _items_of(value), None
        at = block.at("alarm_actions")
        unknown = value.unknown(at, block.locate("alarm_actions"))
        arns = [Deferred((reference,)) for reference in value.references if _is_arn(reference)]
        # Where every ARN informs someone, it does not matter which of them are actions.
        if arns and not any(self._is_doubtful(arn, alarm) for arn in arns):
            return arns, None
        parts = block.parts("alarm_actions")
        if isinstance(parts, list):
            return [part if isinstance(part, Deferred) else Known(part) for part in parts], None
        if arns and len(arns) == len(value.references) and not any(self._may_inform(arn, alarm) for arn in arns):
            return arns, None
        return (), value.unknown(at, block.locate("alarm_actions"), "; one of these informs no one") if arns else unknown

    def _is_doubtful(self, arn: Deferred, alarm: Speaker) -> bool:
        try:
            return self._judged(arn, alarm) is not None
        except Unknown:
            return True

    def _may_inform(self, arn: Deferred, alarm: Speaker) -> bool:
        try:
            return self._judged(arn, alarm) is None
        except Unknown:
            return True

    def _judged(self, action: Value, alarm: Speaker) -> Silence | None:
        """Why an action informs no one; None when it does. Raises `Unknown`."""
        if isinstance(action, Deferred):
            return self._of_deferred(action, alarm)
        if not isinstance(action, Known) or isinstance(action.value, Opaque) or not isinstance(action.value, str):
            return None
        return self._of_arn(action.value, alarm)

    def _of_arn(self, arn: str, alarm: Speaker) -> Silence | None:
        _, _, service, region, account, rest = (*arn.split(":", BEFORE_RESOURCE), *[""] * BEFORE_RESOURCE)[: BEFORE_RESOURCE + 1]
        found = quoted(arn)
        if service in _ACTING:
            return _acting(found)
        start = _INFORMING.get(service)
        if start is None or not arn.startswith("arn:") or not rest.startswith(start) or (service == "sns" and (not rest or ":" in rest)):
            return _refused("CloudWatch takes no such action", found, _A_TOPIC)
        if service != "sns":
            return None
        here = _region(alarm)
        if here and region and here != region:
            return _in_another_region(found, region, here)
        topic = self._topics.of_arn(arn)
        if topic:
            return self._of_topic(topic, alarm, found)
        if arn in self._missing:
            return _undelivered("The topic of the alarm does not exist", found, "a topic that exists")
        if arn in self._destroyed:
            if others := self._topics.maybe_of_arn(arn):
                why = f"is {found}, a topic that this plan destroys ({self._destroyed[arn]}) and may create again ({others[0].address})"
                raise Unknown(alarm.block.at("alarm_actions"), f"{why}. Write a moved block, so that it stays")
            return _undelivered(f"The topic of the alarm is destroyed by this plan ({self._destroyed[arn]})", found, "a topic that stays")
        for other in self._topics.maybe_of_arn(arn):
            if self._informs_of(other, alarm):
                continue
            raise Unknown(
                alarm.block.at("alarm_actions"), f"is {found}, which may be the topic {other.address}, and that one may inform no one"
            )
        own = _account(alarm.resource)
        if own and account and own != account:
            raise Unknown(
                alarm.block.at("alarm_actions"),
                f"is a topic of the account {account}, and whether its policy lets alarms of the account {own} publish is not in the input",
            )
        return None

    def _informs_of(self, topic: Resource, alarm: Speaker) -> bool:
        try:
            return self._of_topic(topic, alarm, "") is None
        except Unknown:
            return False

    def _of_deferred(self, action: Deferred, alarm: Speaker) -> Silence | None:
        at = alarm.block.at("alarm_actions")
        if not action.references:
            raise action.unknown(at)
        found = [self._of_reference(reference, action, alarm) for reference in action.references]
        if len({silence is None for silence in found}) > 1:
            raise action.unknown(at, more="; one of them informs no one")
        return found[0]

    def _of_reference(self, reference: Reference, action: Deferred, alarm: Speaker) -> Silence | None:
        kind = reference.type or ""
        topics = self._topics.of_reference(reference, alarm.resource) if kind == TOPIC else ()
        if kind == TOPIC and topics and reference.attribute in ("arn", "id", None):
            found = [self._of_topic(topic, alarm, reference.text) for topic in topics]
            if len({silence is None for silence in found}) > 1:
                raise action.unknown(alarm.block.at("alarm_actions"), more="; one of the topics informs no one")
            return found[0]
        if not _is_arn(reference):
            raise action.unknown(alarm.block.at("alarm_actions"))
        if kind in _ACTING_TYPES:
            return _acting(reference.text)
        if kind in _REFUSED_TYPES:
            return _refused("CloudWatch takes no such action", reference.text, _A_TOPIC)
        return None

    def _of_topic(self, topic: Resource, alarm: Speaker, found: str) -> Silence | None:
        if topic.doubt:
            raise Unknown(alarm.block.at("alarm_actions"), f"is {found}, and {topic.doubt}")
        here, there = _region(alarm), _region_of(topic)
        if here and there and here != there:
            return _in_another_region(found, there, here)
        is_own = self._is_own_account(topic, alarm, here, there)
        sender = (_account(alarm.resource), here, text_of(alarm.resource, "alarm_name"))
        try:
            fault = self._topics.fault(topic, sender, is_own_account=is_own)
        except Unknown as reason:
            raise Unknown(alarm.block.at("alarm_actions"), f"is a topic ({topic.address}) that {reason.why}") from None
        return _of_fault(fault, topic, found) if fault else None

    def _is_own_account(self, topic: Resource, alarm: Speaker, here: str | None, there: str | None) -> bool | None:
        """Whether the topic is in the account of the alarm, None when that is not known. Raises `Unknown` for an unknown region."""
        try:
            return same_place(alarm.resource, topic)
        except Unknown as reason:
            if here and here == there:
                return None
            raise Unknown(
                alarm.block.at("alarm_actions"),
                f"is the topic {topic.address}, which may be in another region than the alarm: {reason}. "
                "Give both provider configurations a constant region",
            ) from None


def _items_of(value: Value) -> Sequence[Value]:
    if not isinstance(value, Known):
        return ()
    if isinstance(value.value, Opaque):
        return (value,) if value.value else ()
    return [Known(concealed(item) if value.sensitive else item, value.sensitive) for item in value.value]


def _region(alarm: Speaker) -> str | None:
    """The region of an alarm; None where it comes from the environment."""
    return _region_of(alarm.resource)


def _region_of(resource: Resource) -> str | None:
    place = arn_place(resource)
    return place[0] if place else region_of(resource)


def _account(resource: Resource) -> str | None:
    place = arn_place(resource)
    return place[1] if place else None


def _acting(found: str) -> Silence:
    return Silence("Alarm action starts, stops or scales something, and informs no one", "alarm_actions", found, _A_TOPIC, _FIX)


def _refused(summary: str, found: str, expected: str) -> Silence:
    return Silence(summary, "alarm_actions", found, expected, is_refusal=True)


def _in_another_region(found: str, there: str, here: str) -> Silence:
    return _refused(f"CloudWatch refuses the alarm: its topic is in {there}, and the alarm is in {here}", found, f"a topic in {here}")


def _undelivered(summary: str, found: str, expected: str) -> Silence:
    return Silence(summary, "alarm_actions", found, expected)


def _of_fault(fault: Fault, topic: Resource, found: str) -> Silence:
    return _undelivered(f"The topic of the alarm ({topic.address}) {fault.why}", found, fault.expected)


Way: TypeAlias = "Callable[[], tuple[Silence, ...]]"


class Notification:
    """All ways in which someone hears of an alarm: its actions, composite alarms on it, and rules of EventBridge.

    `unseen` says why a resource that concerns another one may be missing; `end` raises that as `Unknown`. `composites` and
    `alarms` are all composite and metric alarms.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        data: Callable[[], Iterable[Resource]],
        unseen: Unseen,
        destroyed: Mapping[str, str],
        missing: Set[str],
        end: Callable[[str, Resource], None],
        composites: tuple[CompositeAlarm, ...],
        alarms: tuple[Alarm, ...],
    ) -> None:
        self._by_type: dict[str, list[Resource]] = {}
        for resource in resources:
            if resource.type in DELIVERY or resource.type in KEYS:
                self._by_type.setdefault(resource.type, []).append(resource)
        self._topics = Topics(self._by_type, data, unseen)
        self._actions = Actions(self._topics, destroyed, missing)
        self._end = end
        self._composites = composites
        self._alarms = alarms
        self._heard: dict[str, tuple[Silence, ...] | Unknown] = {}

    def silences(self, alarm: Alarm) -> tuple[Silence, ...]:
        """Why no one hears of an alarm; empty when someone does. Raises the foremost `Unknown`."""
        own = _attempt(lambda: self._of_actions(alarm))
        if isinstance(own, tuple) and any(silence.is_refusal for silence in own):
            return own
        return _best((lambda: _settled(own), lambda: self._of_composites(alarm), lambda: self._of_events(alarm)))

    def unheard_topics(self, alarms: Iterable[Speaker]) -> Iterator[Resource]:
        """The topics that the actions of the alarms lead to and that certainly have no subscription in the input."""
        found: dict[str, Resource] = {}
        for alarm in alarms:
            # Whether an alarm is heard is unknown then, and reported there.
            with suppress(Unknown):
                found |= {topic.address: topic for topic in self._actions.topics_of(alarm)}
        return (topic for topic in found.values() if self._topics.is_unsubscribed(topic))

    def _of_composites(self, alarm: Alarm) -> tuple[Silence, ...]:
        """The silences of the composite alarms that an alarm raises."""
        if not self._composites:
            self._end(COMPOSITE_ALARM, alarm.resource)
            return (NO_ACTION,)
        if self._on_heard.notifies(alarm):
            return ()
        self._end(COMPOSITE_ALARM, alarm.resource)
        if raised := self._on_any.raised_by(alarm):
            return tuple(_under(raised, self._silences_of(raised)))
        refused = self._on_any.refused(alarm)
        return (_refused_rule(alarm, refused),) if refused else (NO_ACTION,)

    def _silences_of(self, composite: CompositeAlarm) -> tuple[Silence, ...]:
        """Why no one hears of a composite alarm when it is raised. May raise `Unknown`."""
        heard = self._heard.get(composite.address)
        if heard is None:
            ways = (partial(self._of_actions, composite), partial(self._of_events, composite))
            heard = self._heard[composite.address] = _attempt(lambda: _best(ways))
        return _settled(heard)

    @cached_property
    def _on_heard(self) -> CompositeNotification:
        """The notification by the composite alarms that someone hears of."""
        return self._composite_notification(lambda composite: not self._silences_of(composite))

    @cached_property
    def _on_any(self) -> CompositeNotification:
        return self._composite_notification(lambda _: True)

    def _composite_notification(self, acts: Callable[[CompositeAlarm], bool]) -> CompositeNotification:
        # Most inputs have no composite alarms.
        from dyncheck.dynamodb.composite_notification import CompositeNotification

        return CompositeNotification(self._composites, self._alarms, acts)

    def _of_actions(self, alarm: Speaker) -> tuple[Silence, ...]:
        silences = self._actions.silences(alarm)
        if any(silence.is_refusal for silence in silences) or silences == (NO_ACTION,) or MUTE_RULE not in self._by_type:
            return silences
        muting = self._mute_rules.muting(alarm.resource)
        return (_muted(muting),) if muting else silences

    def _of_events(self, alarm: Speaker) -> tuple[Silence, ...]:
        if EVENT_RULE in self._by_type and self._event_rules.catch(alarm):
            return ()
        self._end(EVENT_RULE, alarm.resource)
        return (NO_ACTION,)

    @cached_property
    def _event_rules(self) -> EventRules:
        from dyncheck.dynamodb.event_rules import EventRules

        return EventRules(self._by_type[EVENT_RULE], self._by_type.get(EVENT_TARGET, ()))

    @cached_property
    def _mute_rules(self) -> MuteRules:
        from dyncheck.dynamodb.mute_rules import MuteRules

        return MuteRules(self._by_type[MUTE_RULE])


Answer = TypeVar("Answer")


def _attempt(ask: Callable[[], Answer]) -> Answer | Unknown:
    try:
        return ask()
    except Unknown as reason:
        return reason


def _settled(answer: Answer | Unknown) -> Answer:
    if isinstance(answer, Unknown):
        raise answer
    return answer


def _best(ways: Iterable[Way]) -> tuple[Silence, ...]:
    """The silence of the best of several ways; empty when one of them informs someone. Raises the foremost `Unknown`."""
    unknown: Unknown | None = None
    found: list[tuple[Silence, ...]] = []
    try:
        for way in ways:
            try:
                silences = way()
            except Unknown as reason:
                unknown = foremost(unknown, reason)
                continue
            if not silences:
                return ()
            found.append(silences)
    except Unknown as reason:
        # There may be more ways than the input shows.
        unknown = foremost(unknown, reason)
    if unknown:
        raise unknown
    # An action that does not work says more than one that is missing.
    return next((silences for silences in found if silences != (NO_ACTION,)), (NO_ACTION,))


def _under(composite: CompositeAlarm, silences: tuple[Silence, ...]) -> Iterator[Silence]:
    """The silences of a composite alarm, as those of an alarm that raises it."""
    for silence in silences:
        summary = f"No one hears of {composite.address}, which the alarm raises: {silence.summary}"
        yield Silence(summary, "alarm_actions")


def _refused_rule(alarm: Alarm, refused: Refused) -> Silence:
    why = f"CloudWatch refuses the alarm_rule of {refused.composite.address}: {refused.why}"
    return replace(NO_ACTION, found=f"{alarm.block.show('alarm_actions')}, and {why}")


def _muted(rule: Resource) -> Silence:
    why = "its duration is not shorter than its interval, and it does not expire"
    return Silence(f"The actions of the alarm never run: {rule.address} mutes it at all times, because {why}", "alarm_actions")
