"""Decides which composite alarms go into ALARM because another alarm does.

An alarm x raises a composite alarm T when there are states of all other alarms, and a state of x other than ALARM, with which the rule of
T is false, and with x in ALARM and everything else the same, the rule of T is true. An alarm without a rule here may be in any
of the three states. A composite alarm is in ALARM when its rule is true, else in OK: CloudWatch has it in INSUFFICIENT_DATA only
right after creation. The members of a cycle are not evaluated, so they stay in INSUFFICIENT_DATA.

Every rule gets a set of pairs: its possible values before and after x goes into ALARM. Sets of pairs are combined as if the parts of
a rule were independent of each other. That is exact where each alarm is used once. Elsewhere the set has pairs too many: an alarm
that does not raise T then is certain, and one that does is searched for, by fixing the states of the alarms that are used
more than once.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from heapq import heappop, heappush
from typing import TypeAlias, TypeVar

from dyncheck.dynamodb.alarm_rule import STATES, Condition, Steps

# An alarm: a place and a name in it.
Vertex: TypeAlias = "tuple[int | str, str]"
Value = TypeVar("Value")

# The changes of some alarms: the pairs of a composite alarm, or the state before of the alarm that goes into ALARM.
Changes: TypeAlias = "tuple[tuple[Vertex, int | str], ...]"

# A pair of a value before and one after is a number: 2 for true before, and 1 for true after. A set of pairs is a set of bits.
FALSE, RISES, FALLS, TRUE = 1 << 0, 1 << 1, 1 << 2, 1 << 3

# How many children of rules a search may read for one question, and how many shared alarms of a rule are compared.
_BUDGET = 100_000
_MOST_SHARED = 1_000

# How many changes are looked up together.
_FEW = 4

_NOT_ALARM = ("OK", "INSUFFICIENT_DATA")


class TooComplex(Exception):
    """The search for states that raise a composite alarm exceeds its budget."""

    def __init__(self, target: Vertex) -> None:
        super().__init__(target)
        self.target = target


class Network:
    """Alarms and the rules of the composite alarms among them; `targets` are those whose ALARM counts."""

    def __init__(self, rules: Mapping[Vertex, Steps], targets: Iterable[Vertex]) -> None:
        order, self._cyclic = _children_first({vertex: _children(rule) for vertex, rule in rules.items()})
        self.order = tuple(order)
        self._position = {vertex: position for position, vertex in enumerate(self.order)}
        self._rules = {vertex: rules[vertex] for vertex in self.order}
        self._children = {vertex: _children(rule) for vertex, rule in self._rules.items()}
        self._targets = frozenset(targets).intersection(self.order)
        self.parents: dict[Vertex, list[int]] = {}
        uses: Counter[Vertex] = Counter()
        for position, children in enumerate(self._children.values()):
            uses.update(children)
            for child in dict.fromkeys(children):
                self.parents.setdefault(child, []).append(position)
        self._shared = frozenset(vertex for vertex, count in uses.items() if count > 1)
        self._hopeless: set[Vertex] = set()

    def raised_by(self, alarm: Vertex) -> Vertex | None:
        """A target that the alarm raises. Raises `TooComplex` where that cannot be decided."""
        if alarm not in self.parents:
            return None
        certain = self._certain_case.first(alarm)
        if certain is not None or self._possible_case.first(alarm) is None:
            return certain
        for case in self._fixed_cases:
            if (found := case.first(alarm)) is not None:
                return found
        return self._searched(alarm)

    def last_parent(self, vertex: Vertex) -> int:
        """The last position of a composite alarm that depends on it; -1 without one."""
        return self.parents[vertex][-1] if vertex in self.parents else -1

    def above(self, vertices: Mapping[Vertex, Value]) -> dict[Vertex, Value]:
        """These vertices, and all composite alarms that depend on them, each with the value of one of these."""
        found = dict(vertices)
        waiting = deque(found)
        while waiting:
            vertex = waiting.popleft()
            for position in self.parents.get(vertex, ()):
                parent = self.order[position]
                if parent not in found:
                    found[parent] = found[vertex]
                    waiting.append(parent)
        return found

    @cached_property
    def leaves(self) -> tuple[Vertex, ...]:
        """The alarms without a rule that some rule uses."""
        return tuple(vertex for vertex in self.parents if vertex not in self._rules)

    @cached_property
    def _certain_case(self) -> _Case:
        """The targets whose rules use each alarm once, so that sets of pairs are exact."""
        return _Case(self, self._targets.intersection(self._without_repetition()), STATES)

    @cached_property
    def _possible_case(self) -> _Case:
        return _Case(self, self._targets, STATES)

    @cached_property
    def _fixed_cases(self) -> tuple[_Case, ...]:
        """All alarms that are used more than once are in one state, and all others are used once: sets of pairs are exact."""
        many = self._used_many_times()
        return tuple(_Case(self, self._targets, (state,), many) for state in ("OK", "ALARM"))

    def _without_repetition(self) -> Iterator[Vertex]:
        """The composite alarms that depend on no alarm in two ways."""
        shared_below: dict[Vertex, set[Vertex] | None] = {}
        for vertex, children in self._children.items():
            found = _disjoint((self._shared & {child}, shared_below.get(child, set())) for child in children)
            shared_below[vertex] = found
            if found is not None:
                yield vertex

    def _used_many_times(self) -> frozenset[Vertex]:
        """The vertices that have two parents, or an ancestor that has."""
        found = set(self._shared)
        for vertex in reversed(self.order):
            if vertex in found:
                found.update(self._children[vertex])
        return frozenset(found)

    def _searched(self, alarm: Vertex) -> Vertex | None:
        hopeless: Vertex | None = None
        for before in _NOT_ALARM:
            for target, pairs, _ in self._possible_case.changes(alarm, before):
                if not pairs & RISES or target not in self._targets:
                    continue
                if target not in self._hopeless and self._is_found(target, alarm, before):
                    return target
                if target in self._hopeless:
                    hopeless = target
        if hopeless is not None:
            raise TooComplex(hopeless)
        return None

    def _is_found(self, target: Vertex, alarm: Vertex, before: str) -> bool:
        """Whether states of the alarms that the target uses more than once exist with which the alarm raises it."""
        cone = self._cone(target)
        uses = Counter({target: 1})
        for vertex in reversed(cone):
            for child in self._children[vertex]:
                uses[child] += uses[vertex]
                uses[child] = min(uses[child], 2)
        repeated = [vertex for vertex, count in uses.items() if count > 1 and vertex not in self._rules and vertex != alarm]
        cost = sum(len(self._children[vertex]) + 1 for vertex in cone)
        budget = _BUDGET
        waiting: list[tuple[str, ...]] = [()]
        while waiting:
            budget -= cost
            if budget < 0:
                self._hopeless.add(target)
                return False
            states = waiting.pop()
            if self._pairs(cone, alarm, before, dict(zip(repeated, states, strict=False))) & RISES:
                if len(states) == len(repeated):
                    return True
                waiting.extend((*states, state) for state in STATES)
        return False

    def _cone(self, target: Vertex) -> list[Vertex]:
        """The composite alarms that the target depends on, and itself, children first."""
        found = {target}
        waiting = [target]
        while waiting:
            for child in self._children[waiting.pop()]:
                if child in self._rules and child not in found:
                    found.add(child)
                    waiting.append(child)
        return sorted(found, key=self._position.__getitem__)

    def _pairs(self, cone: Sequence[Vertex], alarm: Vertex, before: str, states: Mapping[Vertex, str]) -> int:
        """The pairs of the last composite alarm, with these states of some alarms."""
        known: dict[Vertex, int] = {}

        def states_of(vertex: Vertex) -> tuple[str, ...]:
            return (states[vertex],) if vertex in states else self.states_of(vertex)

        for vertex in cone:
            known[vertex] = self.value(vertex, known.get, states_of, alarm, before)
        return known[cone[-1]]

    def states_of(self, vertex: Vertex) -> tuple[str, ...]:
        """The states that an alarm without a rule may be in."""
        return ("INSUFFICIENT_DATA",) if vertex in self._cyclic else STATES

    def value(
        self,
        vertex: Vertex,
        pairs_of: Callable[[Vertex], int | None],
        states_of: Callable[[Vertex], tuple[str, ...]],
        alarm: Vertex | None = None,
        before: str = "",
    ) -> int:
        """The pairs of the rule of a composite alarm, when an alarm goes from the state `before` into ALARM."""

        def operand(child: Vertex, state: str) -> int:
            if child == alarm:
                return 1 << (2 * (before == state) + (state == "ALARM"))
            pairs = pairs_of(child)
            if pairs is None:
                states = states_of(child)
                return (TRUE if state in states else 0) | (FALSE if states != (state,) else 0)
            return {"ALARM": pairs, "OK": _negated(pairs)}.get(state, FALSE)

        stack: list[int] = []
        for step in self._rules[vertex]:
            if isinstance(step, Condition):
                stack.append(_met(step, operand))
            elif step == "NOT":
                stack.append(_negated(stack.pop()))
            else:
                stack.append(_joined(step, stack.pop(), stack.pop()))
        return stack.pop()


class _Case:
    """The pairs of all composite alarms when `fixed` alarms may be in some states only, and the others in any state."""

    def __init__(
        self, network: Network, targets: frozenset[Vertex], states: tuple[str, ...], fixed: frozenset[Vertex] = frozenset()
    ) -> None:
        self._network = network
        self._targets = targets
        self._states = states
        self._fixed = fixed
        # What is raised further on, by the changes that it depends on.
        self._raised: dict[Changes, Vertex | None] = {}

    def first(self, alarm: Vertex) -> Vertex | None:
        """The first target that the alarm may raise."""
        for before in _NOT_ALARM:
            passed: list[Changes] = []
            found: Vertex | None = None
            for vertex, pairs, relevant in self.changes(alarm, before):
                if pairs & RISES and vertex in self._targets:
                    found = vertex
                    break
                if relevant in self._raised:
                    found = self._raised[relevant]
                    break
                if len(relevant) <= _FEW:
                    passed.append(relevant)
            self._raised.update(dict.fromkeys(passed, found))
            if found is not None:
                return found
        return None

    def changes(self, alarm: Vertex, before: str) -> Iterator[tuple[Vertex, int, Changes]]:
        """The composite alarms that depend on the alarm, with their pairs, children first.

        The last part are the changes that all further ones depend on.
        """
        network = self._network
        changed: dict[Vertex, int] = {}
        relevant: Changes = ((alarm, before),)

        def pairs_of(vertex: Vertex) -> int | None:
            return changed.get(vertex) or self._ranges.get(vertex)

        waiting = list(network.parents[alarm])
        seen = set(waiting)
        while waiting:
            position = heappop(waiting)
            vertex = network.order[position]
            pairs = network.value(vertex, pairs_of, self._states_of, alarm, before)
            if pairs == self._ranges[vertex]:
                continue
            changed[vertex] = pairs
            relevant = tuple([change for change in (*relevant, (vertex, pairs)) if network.last_parent(change[0]) > position])
            yield vertex, pairs, relevant
            for parent in network.parents.get(vertex, ()):
                if parent not in seen:
                    seen.add(parent)
                    heappush(waiting, parent)

    @cached_property
    def _ranges(self) -> dict[Vertex, int]:
        """The values of all composite alarms when nothing changes."""
        found: dict[Vertex, int] = {}
        for vertex in self._network.order:
            found[vertex] = self._network.value(vertex, found.get, self._states_of)
        return found

    def _states_of(self, vertex: Vertex) -> tuple[str, ...]:
        possible = self._network.states_of(vertex)
        return self._states if vertex in self._fixed and len(possible) > 1 else possible


def _children(rule: Steps) -> tuple[Vertex, ...]:
    return tuple([child for step in rule if isinstance(step, Condition) for child in step.alarms])


def _children_first(children: Mapping[Vertex, tuple[Vertex, ...]]) -> tuple[list[Vertex], set[Vertex]]:
    """The vertices that are in no cycle, children before parents, and the members of cycles (Tarjan's algorithm)."""
    order: list[Vertex] = []
    cyclic: set[Vertex] = set()
    number: dict[Vertex, int] = {}
    lowest: dict[Vertex, int] = {}
    unfinished: dict[Vertex, None] = {}
    for start in children:
        path = [] if start in number else [(start, iter(children[start]))]
        while path:
            vertex, rest = path[-1]
            if vertex not in number:
                number[vertex] = lowest[vertex] = len(number)
                unfinished[vertex] = None
            following = next((child for child in rest if child in children), None)
            if following is not None and following not in number:
                path.append((following, iter(children[following])))
            elif following is not None:
                if following in unfinished:
                    lowest[vertex] = min(lowest[vertex], number[following])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[vertex])
                if lowest[vertex] == number[vertex]:
                    members = _popped(unfinished, vertex)
                    if len(members) > 1 or vertex in children[vertex]:
                        cyclic.update(members)
                    else:
                        order.append(vertex)
    return order, cyclic


def _popped(unfinished: dict[Vertex, None], vertex: Vertex) -> list[Vertex]:
    """Remove the last vertices of a dictionary, back to this one."""
    members = [unfinished.popitem()[0]]
    while members[-1] != vertex:
        members.append(unfinished.popitem()[0])
    return members


def _disjoint(parts: Iterable[tuple[frozenset[Vertex], set[Vertex] | None]]) -> set[Vertex] | None:
    """The union of disjoint sets; None when an element is in two of them, or when there are too many elements."""
    union: set[Vertex] = set()
    for own, below in parts:
        if below is None or union & own or union & below or own & below or len(union) > _MOST_SHARED:
            return None
        union |= own | below
    return union


def _met(condition: Condition, operand: Callable[[Vertex, str], int]) -> int:
    """The pairs of a condition."""
    pairs = [operand(alarm, condition.state) for alarm in condition.alarms]
    if condition.negated:
        pairs = list(map(_negated, pairs))
    return pairs[0] if condition.least == len(pairs) == 1 else _at_least(condition.least, pairs)


def _at_least(least: int, operands: list[int]) -> int:
    """The pairs of "at least so many operands are true"."""
    free = operands.count(FALSE | TRUE)
    missing = least - operands.count(TRUE)
    # How many of the operands that change are true before, and after.
    sums = {(0, 0)}
    for pairs in operands:
        if pairs & (RISES | FALLS):
            sums = {(before + (pair >> 1), after + (pair & 1)) for before, after in sums for pair in _members(pairs)}
    found = 0
    for before, after in sums:
        for more in range(free + 1):
            found |= 1 << (2 * (before + more >= missing) + (after + more >= missing))
    return found


@cache
def _members(pairs: int) -> tuple[int, ...]:
    return tuple([pair for pair in range(4) if pairs & (1 << pair)])


@cache
def _negated(pairs: int) -> int:
    return sum(1 << (3 - pair) for pair in _members(pairs))


@cache
def _joined(operator: str, one: int, other: int) -> int:
    found = 0
    for first in _members(one):
        for second in _members(other):
            found |= 1 << (first & second if operator == "AND" else first | second)
    return found
