"""The machine that finds matches: all ways through a pattern at once, character by character, none tried twice.

Source: https://swtch.com/~rsc/regexp/regexp2.html#pike, and the order of ways of https://github.com/golang/go/blob/master/src/regexp/syntax/compile.go
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from dyncheck.readers.hcl.functions.regular_syntax import (
    Assertion,
    Characters,
    Choice,
    Group,
    Node,
    Pattern,
    Repeat,
    Sequence,
    UnsupportedError,
)

_LARGEST = 20_000
_MOST_STEPS = 400_000

# Where each group starts and ends, the whole match being the first; None for a group that is not part of the match.
Captures: TypeAlias = "tuple[int | None, ...]"


class TooMuchWorkError(Exception):
    """A text and a pattern that would take longer than any configuration should."""


class _Take(Struct, frozen=True):
    characters: Characters
    then: int


class _Split(Struct):
    first: int
    second: int


class _Save(Struct, frozen=True):
    slot: int
    then: int


class _Check(Struct, frozen=True):
    kind: str
    then: int


class _Done(Struct, frozen=True):
    pass


_Instruction: TypeAlias = "_Take | _Split | _Save | _Check | _Done"


class _Program:
    """Instructions, written from the end: each knows the one that comes after it."""

    def __init__(self, pattern: Pattern) -> None:
        self.instructions: list[_Instruction] = []
        self.slots = 2 * (len(pattern.names) + 1)
        end = self._add(_Save(1, self._add(_Done())))
        self.start = self._add(_Save(0, self._compile(pattern.root, end)))

    def _add(self, instruction: _Instruction) -> int:
        if len(self.instructions) == _LARGEST:
            raise UnsupportedError(f"takes more than {_LARGEST} instructions")
        self.instructions.append(instruction)
        return len(self.instructions) - 1

    def _compile(self, node: Node, then: int) -> int:
        """Where to begin, to match the node and go on with `then`."""
        if isinstance(node, Characters):
            return self._add(_Take(node, then))
        if isinstance(node, Assertion):
            return self._add(_Check(node.kind, then))
        if isinstance(node, Group):
            end = self._add(_Save(2 * node.number + 1, then))
            return self._add(_Save(2 * node.number, self._compile(node.body, end)))
        if isinstance(node, Sequence):
            for part in reversed(node.parts):
                then = self._compile(part, then)
            return then
        if isinstance(node, Choice):
            *options, last = [self._compile(option, then) for option in node.options]
            for option in reversed(options):
                last = self._add(_Split(option, last))
            return last
        return self._compile_repeat(node, then)

    def _compile_repeat(self, node: Repeat, then: int) -> int:
        if node.most < 0:
            after = self._loop(node, then, is_optional=node.least == 0)
            for _ in range(node.least - 1):
                after = self._compile(node.body, after)
            return after
        after = then
        for _ in range(node.most - node.least):
            after = self._split(node, self._compile(node.body, after), then)
        for _ in range(node.least):
            after = self._compile(node.body, after)
        return after

    def _split(self, node: Repeat, body: int, then: int) -> int:
        return self._add(_Split(body, then) if node.is_greedy else _Split(then, body))

    def _loop(self, node: Repeat, then: int, is_optional: bool) -> int:
        split = _Split(then, then)
        place = self._add(split)
        body = self._compile(node.body, place)
        split.first, split.second = (body, then) if node.is_greedy else (then, body)
        if not is_optional:
            return body
        # What may be empty is repeated as (x+)?, so that the order of ways is that of x*. See https://go.dev/issue/46123.
        return self._split(node, body, then) if _may_be_empty(node.body) else place


def _may_be_empty(node: Node) -> bool:
    if isinstance(node, Characters):
        return False
    if isinstance(node, Group):
        return _may_be_empty(node.body)
    if isinstance(node, Sequence):
        return all(map(_may_be_empty, node.parts))
    if isinstance(node, Choice):
        return any(map(_may_be_empty, node.options))
    return isinstance(node, Assertion) or node.least == 0 or _may_be_empty(node.body)


class Machine:
    """A pattern, ready to be looked for. All that is looked for with it may take a number of steps together.

    `spend` is told of them: two take about the time of one step of the evaluation.
    """

    def __init__(self, pattern: Pattern, spend: Callable[[int], None]) -> None:
        self._program = _Program(pattern)
        self._left = _MOST_STEPS
        self._text = ""
        self._spend = spend
        spend(len(self._program.instructions) // 2)

    def match(self, text: str, start: int) -> Captures | None:
        """The first match at or after a place, and of those that begin there the preferred one."""
        before = self._left
        self._text = text
        try:
            return self._first(text, start)
        finally:
            self._spend((before - max(self._left, 0)) // 2)

    def _first(self, text: str, start: int) -> Captures | None:
        threads: list[tuple[int, Captures]] = []
        nothing: Captures = (None,) * self._program.slots
        found: Captures | None = None
        for position in range(start, len(text) + 1):
            if found is None:
                self._follow(self._program.start, nothing, position, threads, {place for place, _ in threads})
            if not threads:
                if found is not None:
                    return found
                continue
            threads, match = self._step(threads, position)
            found = found if match is None else match
        return found

    def _step(self, threads: list[tuple[int, Captures]], position: int) -> tuple[list[tuple[int, Captures]], Captures | None]:
        """Where the threads are after the character at a place, and the match of the first that is done."""
        after: list[tuple[int, Captures]] = []
        reached: set[int] = set()
        character = self._text[position : position + 1]
        for place, captures in threads:
            instruction = self._program.instructions[place]
            if isinstance(instruction, _Done):
                # Whatever comes after in the list is preferred less.
                return after, captures
            if isinstance(instruction, _Take) and character and instruction.characters.hold(character):
                self._follow(instruction.then, captures, position + 1, after, reached)
        return after, None

    def _follow(self, place: int, captures: Captures, position: int, threads: list[tuple[int, Captures]], reached: set[int]) -> None:
        """Add to the threads all that a place leads to without taking a character."""
        waiting = [(place, captures)]
        while waiting:
            place, captures = waiting.pop()
            if place in reached:
                continue
            reached.add(place)
            self._left -= 1
            if self._left < 0:
                raise TooMuchWorkError(f"takes more than {_MOST_STEPS} steps on this text")
            instruction = self._program.instructions[place]
            if isinstance(instruction, _Split):
                waiting += ((instruction.second, captures), (instruction.first, captures))
            elif isinstance(instruction, _Save):
                waiting.append((instruction.then, (*captures[: instruction.slot], position, *captures[instruction.slot + 1 :])))
            elif isinstance(instruction, _Check):
                if self._holds(instruction.kind, position):
                    waiting.append((instruction.then, captures))
            else:
                threads.append((place, captures))

    def _holds(self, kind: str, position: int) -> bool:
        text = self._text
        if kind == "begin":
            return position == 0
        if kind == "end":
            return position == len(text)
        if kind == "line begin":
            return position == 0 or text[position - 1] == "\n"
        if kind == "line end":
            return position == len(text) or text[position] == "\n"
        is_boundary = _is_word(text[position - 1 : position] if position else "") != _is_word(text[position : position + 1])
        return is_boundary == (kind == "word boundary")


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")
