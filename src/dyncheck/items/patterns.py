"""Regular expressions on many texts: those of `dyncheck.regular`, as an automaton that is built while it runs."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import cache

from dyncheck.regular.machine import Machine
from dyncheck.regular.problems import UnsurePattern
from dyncheck.regular.syntax import Pattern, Save, Split, Take, parse

# The steps from state to state that are remembered. More of them are forgotten, so that no text fills the memory.
_MOST_STEPS = 20_000

# Texts of one attribute, such as URLs, often start with the same characters: their state after so many is remembered.
_HEAD, _MOST_HEADS = 40, 1_000


class Answer(Enum):
    """Whether a text matches."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


def matches(pattern: str, text: str) -> Answer:
    """Whether a whole text matches a valid regular expression."""
    automaton = _automaton(pattern)
    if automaton is not None:
        return Answer.YES if automaton.matches(text) else Answer.NO
    try:
        found = Machine(_parsed(rf"\A(?:{pattern})\z"), lambda _: None).match(text, 0)
    except UnsurePattern:
        return Answer.UNSURE
    return Answer.NO if found is None else Answer.YES


class _State(dict[str, "_State"]):
    """The places in a pattern that a text may lead to, and the states after each character that has followed so far."""

    def __init__(self, automaton: _Automaton, places: frozenset[int]) -> None:
        super().__init__()
        self._automaton, self.places = automaton, places
        self.is_end = automaton.end in places

    def __missing__(self, character: str) -> _State:
        return self._automaton.step(self, character)


class _Automaton:
    """The states of a pattern without assertions."""

    def __init__(self, pattern: Pattern) -> None:
        self._instructions = pattern.instructions
        self.end = len(pattern.instructions)
        self._states: dict[frozenset[int], _State] = {}
        self._heads: dict[str, _State] = {}
        self._count = 0
        self._start = self._state((0,))

    def matches(self, text: str) -> bool:
        head = text[:_HEAD]
        state = self._heads.get(head)
        if state is None:
            state = self._start
            for character in head:
                state = state[character]
            if len(self._heads) < _MOST_HEADS:
                self._heads[head] = state
        for character in text[_HEAD:]:
            state = state[character]
        return state.is_end

    def step(self, state: _State, character: str) -> _State:
        """The state after one more character."""
        if self._count >= _MOST_STEPS:
            for each in self._states.values():
                each.clear()
            self._states = {self._start.places: self._start}
            self._heads = {}
            self._count = 0
        takes = ((place, self._instructions[place]) for place in state.places if place < self.end)
        found = self._state(place + 1 for place, take in takes if isinstance(take, Take) and take.holds(character))
        self._count += 1 + len(found.places)
        state[character] = found
        return found

    def _state(self, places: Iterable[int]) -> _State:
        """The state of these places, and of those that are reached from them without a character."""
        left, seen = list(places), set[int]()
        while left:
            place = left.pop()
            if place in seen:
                continue
            seen.add(place)
            instruction = self._instructions[place] if place < self.end else None
            if isinstance(instruction, Split):
                left += (place + instruction.first, place + instruction.second)
            elif isinstance(instruction, Save):
                left.append(place + 1)
        closed = frozenset(place for place in seen if place == self.end or isinstance(self._instructions[place], Take))
        return self._states.setdefault(closed, _State(self, closed))


@cache
def _automaton(pattern: str) -> _Automaton | None:
    """The automaton, None for a pattern with assertions such as a word boundary."""
    if pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith(r"\$") and "|" not in pattern:
        pattern = pattern[1:-1]
    parsed = _parsed(pattern)
    return _Automaton(parsed) if all(isinstance(each, Take | Split | Save) for each in parsed.instructions) else None


@cache
def _parsed(pattern: str) -> Pattern:
    return parse(pattern)
