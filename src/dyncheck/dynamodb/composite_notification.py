"""Whether a composite alarm notifies of an alarm.

A composite alarm notifies of the alarms that raise it (`alarm_states` defines that), when its actions run: it has some, they are enabled,
and its suppressor is not in ALARM. A composite alarm with a suppressor stands for "it is in ALARM, and the suppressor is not". So one
that is its own suppressor, or is in ALARM only together with its suppressor, never notifies.

A rule names other alarms by name or ARN. They are in the account and region of the composite alarm; an alarm of that name elsewhere is
another one. An alarm that the input does not show, or whose rule is not known, may be in any state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb.alarm import Alarm
from dyncheck.dynamodb.alarm_rule import MEANINGS, AlarmRule, Condition, InvalidRule, Steps, name_in_arn, parse, words
from dyncheck.dynamodb.alarm_states import Network, TooComplex, Vertex
from dyncheck.dynamodb.composite_alarm import CompositeAlarm
from dyncheck.dynamodb.place import arn_place, region_of, same_place
from dyncheck.logic import first, foremost
from dyncheck.model import Opaque, Resource, Unknown
from dyncheck.model.sensitive import Sensitive

# These stand for the place or the name in a vertex.
_NO_PLACE, _NO_NAME, _ELSEWHERE, _ACTIONS = "no place", "no name", "elsewhere", "actions"


class Refused(Struct, frozen=True):
    """A composite alarm whose rule CloudWatch refuses, and the reason."""

    composite: CompositeAlarm
    why: str


class CompositeNotification:
    """The composite alarms of an input, and the alarms that they notify of.

    `acts` says whether a composite alarm has actions, and they are enabled. `alarms` are all metric alarms of the input.
    """

    def __init__(self, composites: Iterable[CompositeAlarm], alarms: Iterable[Alarm], acts: Callable[[CompositeAlarm], bool]) -> None:
        self._places = _Places()
        # All places first: they decide which ARNs are elsewhere.
        self._shown = {vertex for alarm in alarms if (vertex := self._shown_vertex(alarm))}
        self._composites: dict[Vertex, CompositeAlarm] = {}
        self._rules: dict[Vertex, AlarmRule] = {}
        self._refused: dict[Vertex, Refused] = {}
        # Why the name or place of a composite alarm is not known, and why its rule is not.
        self._unnamed: dict[Vertex, Unknown] = {}
        self._unread: dict[Vertex, Unknown] = {}
        # Why a composite alarm may not exist as the input shows it, and why its actions may not run.
        self._doubts: dict[Vertex, Unknown] = {}
        self._silence: dict[Vertex, Unknown] = {}
        # The targets of the network: the vertex whose ALARM runs the actions of a composite alarm, with the vertex of that.
        self._targets: dict[Vertex, Vertex] = {}
        self._suppressed: dict[Vertex, Steps] = {}
        for composite in composites:
            self._add(composite)
        for vertex, composite in self._composites.items():
            self._add_target(vertex, composite, acts)

    def notifies(self, alarm: Alarm) -> bool:
        """Whether a composite alarm notifies of the alarm. May raise `Unknown`."""
        unknown = self._unread_rule
        try:
            vertex = self._vertex_of_alarm(alarm)
            if vertex and self._is_heard(vertex):
                return True
            if vertex:
                self._check_other_places(vertex)
        except Unknown as reason:
            unknown = foremost(reason, unknown) if unknown else reason
        if unknown:
            raise unknown
        return False

    def raised_by(self, alarm: Alarm) -> CompositeAlarm | None:
        """A composite alarm that certainly notifies of the alarm; None where that is not certain of any."""
        try:
            vertex = self._vertex_of_alarm(alarm)
            targets = [self._raised(network, vertex) for network in self._certain] if vertex else []
        except Unknown:
            return None
        target = targets[0] if targets and all(targets) else None
        return self._composites[self._targets[target]] if target else None

    def refused(self, alarm: Alarm) -> Refused | None:
        """The first composite alarm with an invalid rule that names the alarm; None where that is not certain."""
        try:
            return self._refused_names.get((self._places.of(alarm.resource), alarm.name))
        except Unknown:
            return None

    def _add(self, composite: CompositeAlarm) -> None:
        vertex = self._new_vertex(composite)
        self._composites[vertex] = composite
        resource = composite.resource
        if resource.doubt:
            self._doubts[vertex] = Unknown("", f"{resource.address} may not exist: {resource.doubt}", None, resource.question)
        try:
            text = composite.rule
        except Unknown as reason:
            self._unread[vertex] = reason
            return
        try:
            rule = parse(text)
        except InvalidRule as reason:
            self._refused[vertex] = Refused(composite, "it is not valid" if isinstance(text, Sensitive) else str(reason))
            return
        self._rules[vertex] = rule
        if rule.doubt:
            self._doubts[vertex] = composite.unknown("alarm_rule", "may not be valid" if isinstance(text, Sensitive) else rule.doubt)

    def _new_vertex(self, composite: CompositeAlarm) -> Vertex:
        place: int | str = _NO_PLACE
        vertex: Vertex
        try:
            place = composite.asked(lambda: self._places.of(composite.resource))
            vertex = (place, composite.name)
        except Unknown as reason:
            vertex = (place, f"{_NO_NAME}: {composite.address}")
            self._unnamed[vertex] = reason
        if vertex in self._composites:
            why = f"is also the name of {composite.address}, and only one of the two remains"
            self._doubts[vertex] = self._composites[vertex].unknown("alarm_name", why)
            vertex = (place, f"{_NO_NAME}: {composite.address}")
            self._doubts[vertex] = composite.unknown("alarm_name", "is also the name of another composite alarm")
        return vertex

    def _add_target(self, vertex: Vertex, composite: CompositeAlarm, acts: Callable[[CompositeAlarm], bool]) -> None:
        suppressor = None
        try:
            if not composite.asked(lambda: acts(composite)):
                return
            suppressor = composite.suppressor
        except Unknown as reason:
            self._silence[vertex] = reason
        if suppressor is None:
            self._targets[vertex] = vertex
        elif (other := self._named(vertex, suppressor)) != vertex:
            target = (_ACTIONS, composite.address)
            self._targets[target] = vertex
            self._suppressed[target] = (Condition(1, (vertex,)), Condition(1, (other,)), "NOT", "AND")

    def _named(self, vertex: Vertex, reference: str) -> Vertex:
        """The alarm that a composite alarm refers to."""
        place, arn = vertex[0], name_in_arn(reference)
        if arn is None:
            return place, reference
        region, account, name = arn
        return (place, name) if self._places.may_be(place, region, account) else (_ELSEWHERE, reference)

    @cached_property
    def _meanings(self) -> list[dict[Vertex, Steps]]:
        """All rules, in each of their possible meanings."""
        is_ambiguous = any(rule.ambiguity for rule in self._rules.values())
        return [
            {vertex: tuple(self._steps(vertex, rule.meaning(number))) for vertex, rule in self._rules.items()} | self._suppressed
            for number in range(MEANINGS if is_ambiguous else 1)
        ]

    def _steps(self, vertex: Vertex, steps: Steps) -> Iterator[Condition | str]:
        for step in steps:
            if isinstance(step, Condition):
                yield replace(step, alarms=tuple([self._named(vertex, name) for name in step.alarms]))
            else:
                yield step

    @cached_property
    def _possible(self) -> list[Network]:
        """The networks with the targets that may count."""
        return [Network(rules, self._targets) for rules in self._meanings]

    @cached_property
    def _certain(self) -> list[Network]:
        """The networks with the targets that certainly count."""
        return [Network(rules, self._targets.keys() - self._reasons.keys()) for rules in self._meanings]

    @cached_property
    def _reasons(self) -> dict[Vertex, Unknown]:
        """Why a target may not count."""
        silence = {target: self._silence[vertex] for target, vertex in self._targets.items() if vertex in self._silence}
        # An alarm that the input does not show may be a composite alarm whose name is not known. A rule that is not known may lead back.
        strangers = dict.fromkeys(self._strangers, next(iter(self._unnamed.values()))) if self._unnamed else {}
        return self._possible[0].above(strangers | self._unread | self._doubts) | silence

    @cached_property
    def _relaying(self) -> list[Network]:
        """The networks whose targets are composite alarms that another rule may name, which may notify."""
        return [Network(rules, self._relays) for rules in self._meanings] if self._relays else []

    @cached_property
    def _relays(self) -> dict[Vertex, Unknown]:
        """The composite alarms that another rule may name, and why that is not certain."""
        found = dict(self._unnamed) if self._has_heard_stranger else {}
        if self._places.are_many:
            for vertex, composite in self._composites.items():
                try:
                    self._check_other_places(vertex)
                except Unknown as reason:
                    found[vertex] = composite.unknown(reason.path, reason)
        return found

    def _is_heard(self, vertex: Vertex) -> bool:
        heard = [self._raised(network, vertex) for network in self._certain]
        if all(heard):
            return True
        if target := next(filter(None, heard), None):
            raise self._ambiguities[target]
        for networks, reasons in ((self._possible, self._reasons), (self._relaying, self._relays)):
            for network in networks:
                if target := self._raised(network, vertex):
                    raise reasons[target]
        return False

    def _raised(self, network: Network, vertex: Vertex) -> Vertex | None:
        try:
            return network.raised_by(vertex)
        except TooComplex as reason:
            composite = self._composites[self._targets.get(reason.target, reason.target)]
            raise composite.unknown("alarm_rule", "is too complex to be decided") from None

    @cached_property
    def _ambiguities(self) -> dict[Vertex, Unknown]:
        """The composite alarms whose meaning is not certain, and the reason."""
        ambiguous = {vertex: rule.ambiguity for vertex, rule in self._rules.items() if rule.ambiguity}
        return self._possible[0].above({vertex: self._composites[vertex].unknown("alarm_rule", why) for vertex, why in ambiguous.items()})

    @cached_property
    def _unread_rule(self) -> Unknown | None:
        """Why a rule is not known that may notify of any alarm."""
        above = self._possible[0].above(self._unread)
        reasons = [above[vertex] for vertex in self._targets.values() if vertex in above]
        if self._has_heard_stranger:
            reasons += [reason for vertex, reason in self._unread.items() if vertex in self._unnamed]
        found: Unknown | None = None
        for reason in reasons:
            found = foremost(found, reason)
        return found

    @cached_property
    def _heard(self) -> dict[str, list[Vertex]]:
        """The alarms without a known rule that may notify, by their name."""
        found: dict[str, list[Vertex]] = {}
        for vertex in self._possible[0].leaves:
            if any(_may_be_raised(network, vertex) for network in self._possible):
                found.setdefault(vertex[1], []).append(vertex)
        return found

    @cached_property
    def _has_heard_stranger(self) -> bool:
        """Whether an alarm that the input does not show may notify."""
        return any(vertex in self._strangers for vertices in self._heard.values() for vertex in vertices)

    @cached_property
    def _strangers(self) -> frozenset[Vertex]:
        """The alarms that rules name and the input does not show."""
        return frozenset(self._possible[0].leaves) - self._shown

    def _shown_vertex(self, alarm: Alarm) -> Vertex | None:
        try:
            place, name = self._places.of(alarm.resource), alarm.name
        except Unknown:
            return None
        return None if isinstance(name, Opaque) else (place, name)

    def _vertex_of_alarm(self, alarm: Alarm) -> Vertex | None:
        """The vertex of a metric alarm; None where no rule names it."""
        try:
            place, name = self._places.of(alarm.resource), alarm.name
        except Unknown as reason:
            if self._heard:
                raise reason.at(f"{alarm.address}: {reason.path}") from None
            return None
        if isinstance(name, Opaque):
            name = first(self._heard, lambda heard: name == heard) or ""
        return place, name

    def _check_other_places(self, vertex: Vertex) -> None:
        """Raise `Unknown` when an alarm of that name in what may be the same place may notify."""
        for other in self._heard.get(vertex[1], ()):
            if other[0] == _NO_PLACE:
                raise next(reason for placeless, reason in self._unnamed.items() if placeless[0] == _NO_PLACE)
            if other[0] != vertex[0]:
                self._places.check_different(vertex[0], other[0])

    @cached_property
    def _refused_names(self) -> dict[Vertex, Refused]:
        found: dict[Vertex, Refused] = {}
        for vertex, refused in self._refused.items():
            for word in sorted(words(refused.composite.rule)):
                found.setdefault(self._named(vertex, word), refused)
        return found


def _may_be_raised(network: Network, vertex: Vertex) -> bool:
    try:
        return network.raised_by(vertex) is not None
    except TooComplex:
        return True


class _Places:
    """Numbers for places: an account and a region."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        # A resource in each place, and what is known of the place.
        self._residents: list[Resource] = []
        self._regions: dict[int | str, str] = {}
        self._accounts: dict[int | str, str] = {}

    @property
    def are_many(self) -> bool:
        return len(self._residents) > 1

    def of(self, resource: Resource) -> int:
        """The number of the place of a resource. Raises `Unknown` when its region is not known."""
        arn, region = arn_place(resource), region_of(resource)
        key = (resource.provider, arn, region)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = next(
                (known for known in range(len(self._residents)) if self._is_in(resource, known)), len(self._residents)
            )
            if number == len(self._residents):
                self._residents.append(resource)
            if arn:
                self._accounts[number] = arn[1]
            if arn or region:
                self._regions[number] = arn[0] if arn else region or ""
        return number

    def may_be(self, place: int | str, region: str, account: str) -> bool:
        """Whether a place may be that region of that account."""
        return self._regions.get(place, region) == region and self._accounts.get(place, account) == account

    def check_different(self, one: int | str, other: int | str) -> None:
        """Raise `Unknown` when two places may be the same."""
        if isinstance(one, int) and isinstance(other, int):
            same_place(self._residents[one], self._residents[other])

    def _is_in(self, resource: Resource, place: int) -> bool:
        try:
            return same_place(resource, self._residents[place])
        except Unknown:
            return False
