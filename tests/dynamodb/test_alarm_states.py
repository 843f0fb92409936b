"""What an alarm raises, compared with a search through all states of all alarms, and the work that it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from random import Random
from typing import Any

import pytest

from dyncheck.dynamodb import alarm_states
from dyncheck.dynamodb.alarm_rule import STATES, Condition, Steps, parse
from dyncheck.dynamodb.alarm_states import Network, TooComplex, Vertex
from tests.dynamodb.test_alarm_rule import holds

from msgspec.structs import replace  # isort: skip


def at(name: str) -> Vertex:
    """The vertex of a name."""
    return 0, name


def steps(text: str) -> Steps:
    """The only meaning of a rule, with vertices in place of the names."""
    (meaning,) = parse(text).meanings
    return tuple(replace(step, alarms=tuple(map(at, step.alarms))) if isinstance(step, Condition) else step for step in meaning)


def network(rules: Mapping[str, str], *targets: str) -> Network:
    """A network of these rules; without targets, every composite alarm is one."""
    return Network({at(name): steps(text) for name, text in rules.items()}, map(at, targets or rules))


def raised(rules: Mapping[str, str], alarm: str, *targets: str) -> str | None:
    """The name of a target that the alarm raises."""
    found = network(rules, *targets).raised_by(at(alarm))
    return found[1] if found else None


def is_raised(rules: Mapping[str, str], alarm: str, targets: Iterable[str], leaves: Iterable[str]) -> bool:
    """The definition: whether the alarm going into ALARM, and nothing else, turns the rule of a target true.

    The rules are in the order of their dependencies.
    """

    def settled(states: dict[str, str]) -> dict[str, str]:
        for name, text in rules.items():
            states[name] = "ALARM" if holds(parse(text), states) else "OK"
        return states

    for chosen in product(STATES, repeat=len([*leaves])):
        before = dict(zip(leaves, chosen, strict=True))
        if before[alarm] != "ALARM":
            after = settled(before | {alarm: "ALARM"})
            before = settled(before)
            if any(before[target] != "ALARM" == after[target] for target in targets):
                return True
    return False


def made(random: Random, depth: int, names: list[str]) -> str:
    """A random rule."""
    kind = random.random() if depth else random.random() / 2
    if kind < 0.04:
        return random.choice(["TRUE", "FALSE"])
    if kind < 0.4:
        return f"{random.choice(['ALARM', *STATES])}({random.choice(names)})"
    if kind < 0.5:
        listed = random.sample(names, random.randint(1, min(3, len(names))))
        return f"AT_LEAST({random.randint(1, len(listed))}, {random.choice(['', 'NOT '])}{random.choice(STATES)}, ({', '.join(listed)}))"
    if kind < 0.6:
        return f"NOT ({made(random, depth - 1, names)})"
    return f"({made(random, depth - 1, names)}) {random.choice(['AND', 'OR'])} ({made(random, depth - 1, names)})"


@pytest.mark.parametrize("seed", range(400))
def test_a_random_network_raises_what_the_definition_says(seed: int) -> None:
    random = Random(seed)
    leaves = ["w", "x", "y", "z"][: random.randint(1, 4)]
    rules: dict[str, str] = {}
    for number in range(random.randint(1, 4)):
        rules[f"c{number}"] = made(random, random.randint(0, 3), [*leaves, *rules])
    targets = random.sample([*rules], random.randint(1, len(rules)))
    found = {leaf: raised(rules, leaf, *targets) for leaf in leaves}
    assert {leaf: name is not None for leaf, name in found.items()} == {leaf: is_raised(rules, leaf, targets, leaves) for leaf in leaves}
    assert {name for name in found.values() if name} <= {*targets}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALARM(x)", True),
        ("NOT OK(x)", True),
        ("NOT INSUFFICIENT_DATA(x)", True),
        ("ALARM(x) AND ALARM(y)", True),
        ("ALARM(y) AND NOT ALARM(z) AND ALARM(x)", True),
        ("AT_LEAST(2, ALARM, (x, y, z))", True),
        ("AT_LEAST(3, NOT OK, (x, y, z))", True),
        ("ALARM(x) OR NOT ALARM(y)", True),
        ("NOT ALARM(x)", False),
        ("OK(x)", False),
        ("INSUFFICIENT_DATA(x)", False),
        ("ALARM(y)", False),
        ("TRUE", False),
        ("ALARM(x) AND FALSE", False),
        ("ALARM(x) OR TRUE", False),
        ("ALARM(x) AND OK(x)", False),
        ("ALARM(x) OR NOT ALARM(x)", False),
        ("ALARM(x) AND ALARM(y) AND OK(y)", False),
        ("ALARM(y) AND NOT ALARM(x)", False),
        ("AT_LEAST(1, NOT ALARM, (x, y))", False),
        ("ALARM(x) AND (ALARM(y) OR NOT ALARM(y))", True),
        ("(ALARM(x) AND ALARM(y)) OR ALARM(y)", False),
    ],
)
def test_an_alarm_raises_a_rule_when_it_can_turn_it_true(rule: str, expected: bool) -> None:
    assert (raised({"c": rule}, "x") == "c") is expected


def test_the_members_of_a_cycle_are_never_raised_and_stay_in_insufficient_data() -> None:
    cycle = {"a": "ALARM(b) OR ALARM(x)", "b": "ALARM(c)", "c": "ALARM(a)", "self": "ALARM(self) OR ALARM(x)"}
    assert raised(cycle, "x") is None
    above = {"above": "ALARM(x) AND INSUFFICIENT_DATA(a)", "never": "ALARM(x) AND ALARM(a)", "below": "ALARM(x)"}
    assert raised(cycle | above, "x", "never", "a", "self") is None
    assert raised(cycle | above, "x", "above") == "above"
    # With an alarm that is used twice, states are tried out: not those that a member of a cycle is never in.
    assert raised(cycle | {"t": "ALARM(x) AND OK(a) AND NOT ALARM(a)"}, "x", "t") is None
    assert raised(cycle | {"b": "ALARM(c) OR ALARM(below)", "below": "ALARM(x)"}, "x", "below") == "below"


def test_a_composite_alarm_is_in_alarm_or_ok_but_not_in_insufficient_data() -> None:
    inner = {"inner": "ALARM(y)"}
    assert raised(inner | {"t": "ALARM(x) AND INSUFFICIENT_DATA(inner)"}, "x", "t") is None
    assert raised(inner | {"t": "ALARM(x) AND NOT ALARM(inner)"}, "x", "t") == "t"
    assert raised(inner | {"t": "NOT OK(inner)"}, "y", "t") == "t"


def test_an_alarm_that_no_rule_uses_raises_nothing() -> None:
    assert raised({"c": "ALARM(x)"}, "other") is None


def test_what_depends_on_an_alarm_is_above_it() -> None:
    held = network({"a": "ALARM(x)", "b": "OK(a) OR ALARM(y)", "c": "ALARM(z)"})
    assert held.above({at("x"): "one", at("c"): "two"}) == {at("x"): "one", at("a"): "one", at("b"): "one", at("c"): "two"}
    assert {*held.leaves} == {at("x"), at("y"), at("z")}


def hard(size: int) -> str:
    """A rule that only a search through all states could show to be false: it says that `size` pigeons fit into fewer holes."""
    holes = range(size - 1)
    placed = [" OR ".join(f"ALARM(p{pigeon}h{hole})" for hole in holes) for pigeon in range(size)]
    apart = [
        f"NOT ALARM(p{one}h{hole}) OR NOT ALARM(p{other}h{hole})" for hole in holes for one in range(size) for other in range(one + 1, size)
    ]
    return " AND ".join(f"({part})" for part in ["ALARM(x)", *placed, *apart])


def test_a_small_search_ends_and_a_long_one_is_given_up() -> None:
    assert raised({"c": hard(3)}, "x") is None
    rules = {"c": hard(6)}
    held = network(rules)
    for _ in range(2):
        with pytest.raises(TooComplex) as reason:
            held.raised_by(at("x"))
        assert reason.value.target == at("c")
    assert raised(rules | {"d": "ALARM(x) AND (ALARM(y) OR OK(y))"}, "x") == "d"


def chain(size: int, rule: Callable[[int], str]) -> dict[str, str]:
    return {f"c{number}": rule(number) for number in range(size)}


# Networks of a size, their targets, and the alarms that are asked for.
GROWING: dict[str, Callable[[int], tuple[dict[str, str], list[str], list[str]]]] = {
    "one each": lambda size: (chain(size, lambda n: f"ALARM(x{n})"), [], names(size)),
    "nested": lambda size: (chain(size, lambda n: f"ALARM(c{n - 1})" if n else "ALARM(x0)"), [f"c{size - 1}"], ["x0"]),
    "nested with alarms": lambda size: (
        chain(size, lambda n: f"ALARM(c{n - 1}) OR ALARM(x{n})" if n else "ALARM(x0)"),
        [f"c{size - 1}"],
        names(size),
    ),
    "nested for nothing": lambda size: (
        chain(size, lambda n: f"ALARM(c{n - 1}) OR ALARM(x{n})" if n else "ALARM(x0)") | {"t": f"ALARM(c{size - 1}) AND FALSE"},
        ["t"],
        names(size),
    ),
    "ladder": lambda size: (
        chain(size, lambda n: f"ALARM(c{n - 1}) OR ALARM(c{n - 2}) OR ALARM(x{n})" if n > 1 else f"ALARM(x{n})"),
        [f"c{size - 1}"],
        names(size),
    ),
    "used twice": lambda size: (
        chain(size, lambda n: f"ALARM(c{n - 1}) OR (ALARM(c{n - 1}) AND ALARM(y))" if n else "ALARM(x0)"),
        [f"c{size - 1}"],
        ["x0"],
    ),
}


def names(size: int) -> list[str]:
    return [f"x{number}" for number in range(size)]


@pytest.mark.parametrize("name", GROWING)
def test_the_work_grows_linearly(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated = 0
    value = Network.value

    def counting(self: Network, *arguments: Any, **more: Any) -> int:
        nonlocal evaluated
        evaluated += 1
        return value(self, *arguments, **more)

    monkeypatch.setattr(alarm_states.Network, "value", counting)
    counts = []
    for size in (50, 100, 200):
        rules, targets, alarms = GROWING[name](size)
        evaluated = 0
        held = network(rules, *targets)
        for alarm in alarms:
            held.raised_by(at(alarm))
        counts.append(evaluated)
    assert counts[2] - counts[1] == 2 * (counts[1] - counts[0]), f"{counts} evaluations of rules for 50, 100 and 200 composite alarms"
