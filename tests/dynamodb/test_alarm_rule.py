"""The grammar of the rules of composite alarms, compared with an evaluation of its own on random rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from random import Random
from typing import TypeAlias

import pytest

from dyncheck.dynamodb.alarm_rule import MEANINGS, STATES, AlarmRule, Condition, InvalidRule, name_in_arn, parse, words

# A rule as the generator makes it: its text, and its truth by the states of the alarms.
Made: TypeAlias = "tuple[str, Callable[[Mapping[str, str]], bool]]"

NAMES = ("a", "b", 'say "c"', "d (1)")


def condition(random: Random) -> Made:
    """A constant, a state, or AT_LEAST."""
    kind = random.choice(["constant", "state", "state", "count", "percentage"])
    state = random.choice(STATES)
    if kind == "constant":
        value = random.random() < 0.5
        return ("TRUE" if value else "FALSE"), lambda _: value
    if kind == "state":
        name = random.choice(NAMES)
        return f"{state}{space(random)}({spelled(random, name)})", lambda states: states[name] == state
    names = random.sample(NAMES, random.randint(1, len(NAMES)))
    negated = random.random() < 0.5
    amount = random.randint(1, len(names) if kind == "count" else 100)
    listed = f",{space(random)}".join(spelled(random, name) for name in names)
    text = f"AT_LEAST({amount}{'%' if kind == 'percentage' else ''}, {'NOT ' if negated else ''}{state}{space(random)}, ({listed}))"
    scale = 1 if kind == "count" else 100 / len(names)
    return text, lambda states: sum((states[name] == state) != negated for name in names) * scale >= amount - 1e-9


def spelled(random: Random, name: str) -> str:
    """A name in quotes, or bare where that is possible."""
    return name if len(name) == 1 and random.random() < 0.5 else '"' + name.replace('"', '\\"') + '"'


def space(random: Random) -> str:
    return random.choice(["", " ", "\n\t"])


def made(random: Random, depth: int) -> Made:
    """A random rule, with brackets around each operand that has an operator."""
    if depth == 0 or random.random() < 0.2:
        return condition(random)
    text, truth = made(random, depth - 1)
    if random.random() < 0.3:
        return f"NOT{' ' * random.randint(0, 2)}({text})", lambda states: not truth(states)
    other_text, other = made(random, depth - 1)
    if random.random() < 0.5:
        return f"({text}){space(random)}AND{space(random)}({other_text})", lambda states: truth(states) and other(states)
    return f"({text}) OR ({other_text})", lambda states: truth(states) or other(states)


def holds(rule: AlarmRule, states: Mapping[str, str], meaning: int = 0) -> bool:
    """The truth of a parsed rule."""
    stack: list[bool] = []
    for step in rule.meaning(meaning):
        if isinstance(step, Condition):
            stack.append(sum((states[name] == step.state) != step.negated for name in step.alarms) >= step.least)
        elif step == "NOT":
            stack.append(not stack.pop())
        else:
            one, other = stack.pop(), stack.pop()
            stack.append(one and other if step == "AND" else one or other)
    (found,) = stack
    return found


def printed(rule: AlarmRule) -> str:
    """A parsed rule as text, with brackets around every operand."""
    stack: list[str] = []
    for step in rule.meaning(0):
        if isinstance(step, Condition) and not step.alarms:
            stack.append("FALSE" if step.least else "TRUE")
        elif isinstance(step, Condition):
            listed = ", ".join('"' + name.replace('"', '\\"') + '"' for name in step.alarms)
            stack.append(f"AT_LEAST({step.least}, {'NOT ' if step.negated else ''}{step.state}, ({listed}))")
        elif step == "NOT":
            stack.append(f"NOT ({stack.pop()})")
        else:
            other, one = stack.pop(), stack.pop()
            stack.append(f"({one}) {step} ({other})")
    return stack.pop()


@pytest.mark.parametrize("seed", range(300))
def test_a_random_rule_has_the_truth_table_that_it_was_made_with(seed: int) -> None:
    random = Random(seed)
    text, truth = made(random, 4)
    rule = parse(text)
    assert (rule.ambiguity, rule.doubt) == ("", "")
    again = parse(printed(rule))
    for chosen in product(STATES, repeat=len(NAMES)):
        states = dict(zip(NAMES, chosen, strict=True))
        assert holds(rule, states) == holds(again, states) == truth(states), (text, states)


ALL_STATES = [dict(zip("abc", chosen, strict=True)) for chosen in product(STATES, repeat=3)]


# The examples of the documentation of AWS, with shorter names, and the forms that AWS's own tools write.
@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("ALARM(a) AND ALARM(b)", lambda a, b, _: a == b == "ALARM"),
        ("ALARM(a) AND NOT ALARM(b)", lambda a, b, _: a == "ALARM" != b),
        ("(ALARM(a) OR ALARM(b)) AND OK(c)", lambda a, b, c: "ALARM" in {a, b} and c == "OK"),
        ('ALARM("a") OR OK(b) OR INSUFFICIENT_DATA ( "c" )', lambda a, b, c: a == "ALARM" or b == "OK" or c == "INSUFFICIENT_DATA"),
        ("AT_LEAST(2, ALARM, (a, b, c))", lambda *states: states.count("ALARM") >= 2),
        ("AT_LEAST(50%, OK, (a, b, c))", lambda *states: states.count("OK") >= 2),
        ("AT_LEAST(60%, NOT ALARM, (a, b, c))", lambda *states: states.count("ALARM") <= 1),
        ("AT_LEAST(100%, NOT INSUFFICIENT_DATA, (a,b))", lambda a, b, _: "INSUFFICIENT_DATA" not in {a, b}),
        ("(NOT (ALARM(a)))", lambda a, *_: a != "ALARM"),
        ("NOT NOT ALARM(a)", lambda a, *_: a == "ALARM"),
        ("NOT(ALARM(a))AND(ALARM(b))", lambda a, b, _: a != "ALARM" == b),
        ("\n\tALARM(\n a )\n", lambda a, *_: a == "ALARM"),
        ("TRUE", lambda *_: True),
        ("NOT TRUE OR FALSE", lambda *_: False),
    ],
)
def test_a_documented_form_has_its_documented_meaning(text: str, truth: Callable[..., bool]) -> None:
    rule = parse(text)
    assert (rule.ambiguity, rule.doubt, len(rule.meanings)) == ("", "", 1)
    assert [holds(rule, states) for states in ALL_STATES] == [truth(*states.values()) for states in ALL_STATES]


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("a-b_c.1%/#", "a-b_c.1%/#"),
        ("ALARM", "ALARM"),
        ('a"b', 'a"b'),
        ('"a b, (c)"', "a b, (c)"),
        ('"("', "("),
        (r'"say \"now\""', 'say "now"'),
        ('"a\nb"', "a\nb"),
        ("arn:aws:cloudwatch:us-east-1:123456789012:alarm:a", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"),
    ],
)
def test_an_alarm_is_named_bare_or_in_quotes(reference: str, name: str) -> None:
    expected = Condition(1, (name,), "ALARM")
    assert parse(f"ALARM({reference})") == AlarmRule(((expected,),))
    assert parse(f"AT_LEAST(1, NOT OK, ({reference}, other))").meanings == ((Condition(1, (name, "other"), "OK", negated=True),),)


def test_a_rule_that_mixes_operators_has_each_possible_meaning() -> None:
    rule = parse("ALARM(a) OR ALARM(b) AND ALARM(c) OR FALSE")
    assert rule.ambiguity == "mixes AND and OR without brackets, and AWS does not document which of them comes first"
    found = [[holds(rule, states, number) for states in ALL_STATES] for number in range(MEANINGS)]
    on = [[states[name] == "ALARM" for name in "abc"] for states in ALL_STATES]
    and_first = [a or (b and c) for a, b, c in on]
    or_first = [(a or b) and c for a, b, c in on]
    assert found == [and_first, or_first, or_first, and_first]
    assert parse("(ALARM(a) AND ALARM(b)) OR (ALARM(c) AND (ALARM(d) OR ALARM(e)))").ambiguity == ""
    assert parse("(ALARM(a) AND ALARM(b) OR ALARM(c)) AND TRUE").ambiguity == rule.ambiguity


def test_from_left_to_right_is_one_of_the_meanings() -> None:
    rule = parse("ALARM(a) AND ALARM(b) OR ALARM(c) AND ALARM(a)")
    on = [[states[name] == "ALARM" for name in "abc"] for states in ALL_STATES]
    expected = [
        [(a and b) or (c and a) for a, b, c in on],
        [a and (b or c) and a for a, b, c in on],
        [((a and b) or c) and a for a, b, c in on],
    ]
    assert [[holds(rule, states, number) for states in ALL_STATES] for number in range(3)] == expected


def test_not_comes_first_in_each_meaning() -> None:
    rule = parse("NOT ALARM(a) OR ALARM(b) AND NOT ALARM(c)")
    on = [[states[name] == "ALARM" for name in "abc"] for states in ALL_STATES]
    and_first = [not a or (b and not c) for a, b, c in on]
    or_first = [(not a or b) and not c for a, b, c in on]
    assert [[holds(rule, states, number) for states in ALL_STATES] for number in range(MEANINGS)] == [
        and_first,
        or_first,
        or_first,
        and_first,
    ]
    other = parse("NOT ALARM(a) AND ALARM(b) OR NOT ALARM(c)")
    and_first = [(not a and b) or not c for a, b, c in on]
    or_first = [not a and (b or not c) for a, b, c in on]
    assert [[holds(other, states, number) for states in ALL_STATES] for number in range(MEANINGS)] == [
        and_first,
        or_first,
        and_first,
        and_first,
    ]


def test_constants_are_conditions_without_alarms() -> None:
    assert (parse("TRUE"), parse("FALSE")) == (AlarmRule(((Condition(0),),)), AlarmRule(((Condition(1),),)))


def test_an_alarm_that_is_listed_twice_counts_twice_or_once() -> None:
    arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"
    rule = parse(f"AT_LEAST(60%, ALARM, (a, b, {arn}))")
    assert rule.ambiguity == "lists an alarm twice in AT_LEAST, and AWS does not document how often it counts"
    assert rule.meanings == (
        *[(Condition(2, ("a", "b", arn), "ALARM"),)] * 3,
        (Condition(2, (arn, "b"), "ALARM"),),
    )
    assert parse("AT_LEAST(1, ALARM, (a, b)) OR AT_LEAST(1, ALARM, (a, b))").ambiguity == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the rule is empty"),
        (" \n", "expected a condition, found the end of the rule"),
        ("not a rule", 'expected ALARM, OK, INSUFFICIENT_DATA, AT_LEAST, TRUE, FALSE, NOT or a bracket, found "a" at character 5'),
        ("ALARM(a) AND", "expected a condition, found the end of the rule"),
        ("NOT", "expected a condition, found the end of the rule"),
        ("AND TRUE", 'expected ALARM, OK, INSUFFICIENT_DATA, AT_LEAST, TRUE, FALSE, NOT or a bracket, found "AND" at character 1'),
        (
            "TRUE AND OR TRUE",
            'expected ALARM, OK, INSUFFICIENT_DATA, AT_LEAST, TRUE, FALSE, NOT or a bracket, found "OR" at character 10',
        ),
        ("ALARM(a) ALARM(b)", 'expected AND, OR, found "ALARM" at character 10'),
        ("(ALARM(a) ALARM(b))", 'expected AND, OR or a closing bracket, found "ALARM" at character 11'),
        ("ALARM(a) NOT ALARM(b)", 'expected AND, OR, found "NOT" at character 10'),
        ("ALARM(a))", 'expected AND, OR, found ")" at character 9'),
        ("(ALARM(a)", "expected a closing bracket, found the end of the rule"),
        ("((ALARM(a))", "expected a closing bracket, found the end of the rule"),
        ("()", 'expected ALARM, OK, INSUFFICIENT_DATA, AT_LEAST, TRUE, FALSE, NOT or a bracket, found ")" at character 2'),
        ('"ALARM"(a)', 'expected ALARM, OK, INSUFFICIENT_DATA, AT_LEAST, TRUE, FALSE, NOT or a bracket, found "ALARM" at character 2'),
        ('ALARM(a) "AND" ALARM(b)', 'expected AND, OR, found "AND" at character 11'),
        ("ALARM", 'expected "(", found the end of the rule'),
        ("ALARM a", 'expected "(", found "a" at character 7'),
        ('ALARM "(" a)', 'expected "(", found "(" at character 8'),
        ("ALARM()", 'expected the name or ARN of an alarm, found ")" at character 7'),
        ('ALARM("")', 'expected the name or ARN of an alarm, found "" at character 8'),
        ("ALARM(", "expected the name or ARN of an alarm, found the end of the rule"),
        ("ALARM(a b)", 'expected ")", found "b" at character 9'),
        ("ALARM(a, b)", 'expected ")", found "," at character 8'),
        ('ALARM("a)', "a quote is not closed"),
        ("AT_LEAST(ALARM, (a))", 'expected a number or a percentage, found "ALARM" at character 10'),
        ("AT_LEAST(-1, ALARM, (a))", 'expected a number or a percentage, found "-1" at character 10'),
        ("AT_LEAST(1.5%, ALARM, (a))", 'expected a number or a percentage, found "1.5%" at character 10'),
        ("AT_LEAST(", "expected a number or a percentage, found the end of the rule"),
        ("AT_LEAST(1, TRUE, (a))", 'expected ALARM, OK or INSUFFICIENT_DATA, found "TRUE" at character 13'),
        ("AT_LEAST(1, NOT NOT OK, (a))", 'expected ALARM, OK or INSUFFICIENT_DATA, found "NOT" at character 17'),
        ('AT_LEAST(1, "ALARM", (a))', 'expected ALARM, OK or INSUFFICIENT_DATA, found "ALARM" at character 14'),
        ("AT_LEAST(1, NOT", "expected a state, found the end of the rule"),
        ("AT_LEAST(1,", "expected a state, found the end of the rule"),
        ("AT_LEAST(1 ALARM, (a))", 'expected ",", found "ALARM" at character 12'),
        ("AT_LEAST(1, ALARM (a))", 'expected ",", found "(" at character 19'),
        ("AT_LEAST(1, ALARM, a)", 'expected "(", found "a" at character 20'),
        ("AT_LEAST(1, ALARM, ())", 'expected the name or ARN of an alarm, found ")" at character 21'),
        ("AT_LEAST(1, ALARM, (a,))", 'expected the name or ARN of an alarm, found ")" at character 23'),
        ("AT_LEAST(1, ALARM, (a b))", 'expected a comma or a closing bracket, found "b" at character 23'),
        ('AT_LEAST(1, ALARM, (a ","))', 'expected a comma or a closing bracket, found "," at character 24'),
        ('AT_LEAST(1, ALARM, (a ")"))', 'expected a comma or a closing bracket, found ")" at character 24'),
        ("AT_LEAST(1, ALARM, (a", "expected a comma or a closing bracket, found the end of the rule"),
        ("AT_LEAST(1, ALARM, (a)", 'expected ")", found the end of the rule'),
        ("AT_LEAST(1, ALARM, (ALARM(a)))", 'expected a comma or a closing bracket, found "(" at character 26'),
        (f"ALARM(a) {'x' * 41}", f'expected AND, OR, found "{"x" * 40}..." at character 10'),
        (f"ALARM(a) {'x' * 40}", f'expected AND, OR, found "{"x" * 40}" at character 10'),
        ("x" * 10_241, "it has 10241 characters, and the limit is 10240"),
        (" OR ".join(f"ALARM(a{number})" for number in range(101)), "it has 101 alarms, and the limit is 100"),
        (f"{'(' * 501}TRUE{')' * 501}", "it has 502 elements, and the limit is 500"),
        (f"{'(' * 500}ALARM(a){')' * 500}", "it has 501 elements, and the limit is 500"),
        (" OR ".join(["TRUE"] * 501), "it has 501 elements, and the limit is 500"),
    ],
)
def test_a_rule_outside_the_grammar_or_the_limits_is_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidRule) as refused:
        parse(text)
    assert str(refused.value) == why


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("alarm(a)", 'has "alarm" in lower case, and AWS documents only ALARM'),
        ("ALARM(a) And TRUE", 'has "And" in lower case, and AWS documents only AND'),
        ("AT_LEAST(1, not ok, (a))", 'has "ok" in lower case, and AWS documents only OK'),
        ('AT_LEAST("50%", ALARM, (a))', "has a percentage in quotes, and AWS does not document whether that is valid"),
        ("AT_LEAST(0, ALARM, (a))", "has AT_LEAST with 0, which is not between 1 and 1"),
        ("AT_LEAST(3, ALARM, (a, b))", "has AT_LEAST with 3, which is not between 1 and 2"),
        ("AT_LEAST(0%, ALARM, (a, b))", "has AT_LEAST with 0%, which is not between 1 and 100"),
        ("AT_LEAST(101%, ALARM, (a, b))", "has AT_LEAST with 101%, which is not between 1 and 100"),
        (f"AT_LEAST({'9' * 9_000}, ALARM, (a))", "has AT_LEAST with a long number, which is not between 1 and 1"),
        (f"AT_LEAST({'9' * 7}, ALARM, (a))", "has AT_LEAST with 9999999, which is not between 1 and 1"),
        (f"AT_LEAST({'9' * 8}, ALARM, (a))", "has AT_LEAST with a long number, which is not between 1 and 1"),
        (f"{'(' * 249}ALARM(a){')' * 249}", "has 501 elements with all brackets, and the limit is 500"),
        (" OR ".join(["AT_LEAST(1, ALARM, (a))"] * 101), "has 505 elements with all brackets, and the limit is 500"),
        (f"{'(' * 250}TRUE{')' * 250}", "has 501 elements with all brackets, and the limit is 500"),
    ],
)
def test_a_rule_that_aws_may_refuse_has_the_reason(text: str, doubt: str) -> None:
    assert parse(text).doubt == doubt


@pytest.mark.parametrize(
    "text",
    [
        "x" * 0 + "ALARM(" + "a" * 10_233 + ")",
        " OR ".join(f"ALARM(a{number})" for number in range(100)),
        f"{'(' * 248}ALARM(a){')' * 248}",
        " OR ".join(["AT_LEAST(1, ALARM, (a))"] * 100),
        f"{'(' * 249}TRUE{')' * 249}",
        f"{'NOT ' * 2_500}ALARM(a)",
        " OR ".join([f"ALARM({name}a)" for name in ("", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:")] * 50),
        "AT_LEAST(0001, ALARM, (a))",
        "AT_LEAST(100%, ALARM, (a))",
        "AT_LEAST(1%, ALARM, (a))",
    ],
    ids=["characters", "alarms", "brackets", "lists", "constants", "operators", "one alarm", "zeros", "every", "any"],
)
def test_a_rule_at_its_limits_is_accepted_without_doubt(text: str) -> None:
    rule = parse(text)
    assert (rule.ambiguity, rule.doubt) == ("", "")


@pytest.mark.parametrize(
    ("amount", "alarms", "least"),
    [("2", 3, 2), ("00000000002", 3, 2), ("1%", 3, 1), ("34%", 3, 2), ("100%", 3, 3), ("3%", 67, 3), ("9" * 8, 3, 9_999_999)],
)
def test_an_amount_is_a_number_of_alarms(amount: str, alarms: int, least: int) -> None:
    names = tuple(f"a{number}" for number in range(alarms))
    assert parse(f"AT_LEAST({amount}, OK, ({', '.join(names)}))").meanings == ((Condition(least, names, "OK"),),)


def test_an_arn_has_a_region_an_account_and_a_name() -> None:
    found = [
        name_in_arn(text)
        for text in (
            "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a:b",
            "arn:aws:cloudwatch:us-east-1:123456789012:dashboard:a",
            "arn:aws:sns:us-east-1:123456789012:alarm:a",
            "urn:aws:cloudwatch:us-east-1:123456789012:alarm:a",
            "arn:aws:cloudwatch:us-east-1:123456789012:alarm",
        )
    ]
    assert found == [("us-east-1", "123456789012", "a:b"), None, None, None, None]


def test_the_words_of_an_invalid_rule() -> None:
    assert words('ALARM(a) ALRM("b \\"c\\"", d\n"e') >= {"ALARM", "a", "ALRM", 'b "c"', "d"}
    assert words('OK("x y") OR OK("z') == {"OK", "x y", "x", "y", "OR", "z"}
