"""The rules of composite alarms: Boolean expressions over the states of other alarms.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.model import quoted

STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")

_MOST_CHARACTERS, _MOST_ALARMS, _MOST_ELEMENTS = 10_240, 100, 500

# What a message shows of a long word.
_LONG = 40

# A bracket or comma, a name in quotes, or a word. Only a quote is escaped in a name in quotes.
_TOKEN = r'\s*(?:([(),])|"((?:[^"\\]|\\.)*)"|([^\s(),"][^\s(),]*))'

_MIXED = "mixes AND and OR without brackets, and AWS does not document which of them comes first"
_TWICE = "lists an alarm twice in AT_LEAST, and AWS does not document how often it counts"


class Condition(Struct, frozen=True):
    """True when at least `least` of the `alarms` are in the state, or are not in it (`negated`).

    The alarms are names or ARNs, or what stands for them. `ALARM(x)` is at least one of one. TRUE is at least none of none, and FALSE
    at least one of none.
    """

    least: int
    alarms: tuple[Any, ...] = ()
    state: str = "ALARM"
    negated: bool = False


# A rule in postfix order: conditions, and the operators "AND", "OR" and "NOT" after their operands.
Steps: TypeAlias = "tuple[Condition | str, ...]"

# The operator that comes first in each possible meaning of a rule that mixes them without brackets; "" for the left one.
_FIRST = ("AND", "OR", "")
MEANINGS = len(_FIRST) + 1


class AlarmRule(Struct, frozen=True):
    """A rule that CloudWatch accepts.

    It has one meaning, or `MEANINGS` possible ones where AWS does not document which one is right; `ambiguity` then says why.
    `doubt` says why CloudWatch may refuse it, empty without a doubt.
    """

    meanings: tuple[Steps, ...]
    ambiguity: str = ""
    doubt: str = ""

    def meaning(self, number: int) -> Steps:
        """One of the possible meanings."""
        return self.meanings[number if self.ambiguity else 0]


class InvalidRule(Exception):
    """CloudWatch refuses the rule; the message says why."""


def parse(text: str) -> AlarmRule:
    """Parse a rule, in a time that grows linearly with its length. Raises `InvalidRule`."""
    if not text:
        raise InvalidRule("the rule is empty")
    if len(text) > _MOST_CHARACTERS:
        raise InvalidRule(f"it has {len(text)} characters, and the limit is {_MOST_CHARACTERS}")
    return _Parser(text).rule()


def words(text: str) -> set[str]:
    """The words and the texts in quotes of a rule, whether or not it is valid."""
    names = {_unescaped(name) for name in re.findall(r'"((?:[^"\\]|\\.)*)"', text, re.DOTALL)}
    return names.union(re.findall(r'[^\s(),"]+', text))


def name_in_arn(reference: str) -> tuple[str, str, str] | None:
    """Region, account and name in `arn:partition:cloudwatch:region:account:alarm:name`; None for a reference that is a name."""
    parts = reference.split(":", 6)
    is_arn = len(parts) == 7 and (parts[0], parts[2], parts[5]) == ("arn", "cloudwatch", "alarm")
    return (parts[3], parts[4], parts[6]) if is_arn else None


class _Token(Struct, frozen=True):
    """A token: its text, whether it is in quotes, and its position from 1 on."""

    text: str
    is_quoted: bool
    position: int

    def shown(self) -> str:
        text = self.text if len(self.text) <= _LONG else f"{self.text[:_LONG]}..."
        return f"{quoted(text)} at character {self.position}"


class _Parser:
    """Reads a rule from left to right, without recursion."""

    def __init__(self, text: str) -> None:
        self._tokens = iter([*_tokens(text)])
        # The rule in its own order, with its conditions as single items.
        self._items: list[Condition | str] = []
        self._names: list[str] = []
        # The conditions that list an alarm twice, and what they are when it counts once.
        self._counting_once: dict[Condition | str, Condition] = {}
        # Elements are children, TRUE, FALSE and brackets. AWS does not document whether the brackets of functions count.
        self._least_elements = self._most_elements = 0
        self._is_mixed = False
        self._doubt = ""

    def rule(self) -> AlarmRule:
        self._read_items()
        self._check_limits()
        meanings = [_postfix(self._items, operator) for operator in _FIRST]
        meanings.append(tuple([self._counting_once.get(step, step) for step in meanings[0]]))
        ambiguity = _MIXED if self._is_mixed else _TWICE if self._counting_once else ""
        return AlarmRule(tuple(meanings if ambiguity else meanings[:1]), ambiguity, self._doubt)

    def _read_items(self) -> None:
        # The operators at each depth of brackets.
        operators: list[set[str]] = [set()]
        after_operand = False
        for token in self._tokens:
            word = self._word(token)
            if after_operand and word in {"AND", "OR"}:
                operators[-1].add(word)
                after_operand = False
            elif after_operand and word == ")" and len(operators) > 1:
                self._is_mixed |= len(operators.pop()) > 1
                self._most_elements += 1
            elif after_operand:
                raise InvalidRule(f"expected AND, OR{' or a closing bracket' if len(operators) > 1 else ''}, found {token.shown()}")
            elif word == "(":
                operators.append(set())
                self._least_elements += 1
                self._most_elements += 1
            elif word != "NOT":
                self._items.append(self._condition(word, token))
                after_operand = True
                continue
            self._items.append(word)
        if not after_operand:
            raise InvalidRule("expected a condition, found the end of the rule")
        if len(operators) > 1:
            raise InvalidRule("expected a closing bracket, found the end of the rule")
        self._is_mixed |= len(operators.pop()) > 1

    def _condition(self, word: str, token: _Token) -> Condition:
        if word in {"TRUE", "FALSE"}:
            self._least_elements += 1
            self._most_elements += 1
            return Condition(0 if word == "TRUE" else 1)
        if word in STATES:
            self._expect("(")
            name = self._name()
            self._expect(")")
            self._most_elements += 2
            return Condition(1, (name,), word)
        if word == "AT_LEAST":
            return self._at_least()
        raise InvalidRule(f"expected ALARM, OK, INSUFFICIENT_DATA, AT_LEAST, TRUE, FALSE, NOT or a bracket, found {token.shown()}")

    def _at_least(self) -> Condition:
        self._expect("(")
        amount = self._next("a number or a percentage")
        if not re.fullmatch(r"[0-9]+%?", amount.text):
            raise InvalidRule(f"expected a number or a percentage, found {amount.shown()}")
        if amount.is_quoted:
            self._doubt = "has a percentage in quotes, and AWS does not document whether that is valid"
        self._expect(",")
        state, negated = self._state()
        self._expect(",")
        self._expect("(")
        names = [self._name()]
        while (token := self._next("a comma or a closing bracket")).text == "," and not token.is_quoted:
            names.append(self._name())
        if token.text != ")" or token.is_quoted:
            raise InvalidRule(f"expected a comma or a closing bracket, found {token.shown()}")
        self._expect(")")
        self._most_elements += 4
        condition = Condition(self._least(amount.text, len(names)), tuple(names), state, negated)
        once = tuple({_name_of(name): name for name in names}.values())
        if len(once) < len(names):
            self._counting_once[condition] = Condition(self._least(amount.text, len(once)), once, state, negated)
        return condition

    def _state(self) -> tuple[str, bool]:
        token = self._next("a state")
        negated = self._word(token) == "NOT"
        if negated:
            token = self._next("a state")
        state = self._word(token)
        if state not in STATES:
            raise InvalidRule(f"expected ALARM, OK or INSUFFICIENT_DATA, found {token.shown()}")
        return state, negated

    def _least(self, amount: str, alarms: int) -> int:
        """The number that an amount such as `2` or `50%` of the alarms is."""
        # Python refuses to convert very long numbers.
        number = int(amount.rstrip("%").lstrip("0")[:7] or "0")
        limit = 100 if amount.endswith("%") else alarms
        if not 1 <= number <= limit:
            self._doubt = f"has AT_LEAST with {amount if len(amount) < 8 else 'a long number'}, which is not between 1 and {limit}"
        return -(-number * alarms // 100) if amount.endswith("%") else number

    def _name(self) -> str:
        token = self._next("the name or ARN of an alarm")
        if not token.text or (token.text in {"(", ")", ","} and not token.is_quoted):
            raise InvalidRule(f"expected the name or ARN of an alarm, found {token.shown()}")
        self._names.append(token.text)
        return token.text

    def _expect(self, bracket: str) -> None:
        token = self._next(quoted(bracket))
        if token.text != bracket or token.is_quoted:
            raise InvalidRule(f"expected {quoted(bracket)}, found {token.shown()}")

    def _next(self, expected: str) -> _Token:
        for token in self._tokens:
            return token
        raise InvalidRule(f"expected {expected}, found the end of the rule")

    def _word(self, token: _Token) -> str:
        """The text of a token that is not a name, in capitals; never a keyword when it is in quotes."""
        if token.is_quoted:
            return ""
        word = token.text.upper()
        if word != token.text:
            self._doubt = f"has {quoted(token.text)} in lower case, and AWS documents only {word}"
        return word

    def _check_limits(self) -> None:
        alarms = len({_name_of(name) for name in self._names})
        if alarms > _MOST_ALARMS:
            raise InvalidRule(f"it has {alarms} alarms, and the limit is {_MOST_ALARMS}")
        least, most = self._least_elements + len(self._names), self._most_elements + len(self._names)
        if least > _MOST_ELEMENTS:
            raise InvalidRule(f"it has {least} elements, and the limit is {_MOST_ELEMENTS}")
        if most > _MOST_ELEMENTS:
            self._doubt = f"has {most} elements with all brackets, and the limit is {_MOST_ELEMENTS}"


def _tokens(text: str) -> Iterator[_Token]:
    scan = re.compile(_TOKEN, re.DOTALL).match
    position, end = 0, len(text.rstrip())
    while position < end:
        match = scan(text, position)
        if match is None:
            raise InvalidRule("a quote is not closed")
        mark, name, word = match.groups()
        start = match.start(match.lastindex or 0) + 1
        yield _Token(mark or word or _unescaped(name), name is not None, start)
        position = match.end()


def _unescaped(name: str) -> str:
    return name.replace('\\"', '"')


def _name_of(reference: str) -> str:
    arn = name_in_arn(reference)
    return arn[2] if arn else reference


def _postfix(items: list[Condition | str], first: str) -> Steps:
    """The items in postfix order, when NOT comes before one of the operators, and that before the other."""
    steps: list[Condition | str] = []
    waiting: list[str] = []
    for item in items:
        if isinstance(item, Condition):
            steps.append(item)
        elif item in {"(", "NOT"}:
            waiting.append(item)
        elif item == ")":
            while (operator := waiting.pop()) != "(":
                steps.append(operator)
        else:
            while waiting and waiting[-1] != "(" and (waiting[-1] in {"NOT", first} or item != first):
                steps.append(waiting.pop())
            waiting.append(item)
    return (*steps, *reversed(waiting))
