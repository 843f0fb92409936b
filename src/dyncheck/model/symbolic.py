"""Symbolic values: a text, a number, a list or a map that is only partly known.

A proof uses them as a module's inputs, and both the reader of Terraform files and the rules compute with them. Each method
returns an answer that is true for all possible values, or a `Question` about the input that decides, or None. In the last two
cases, Python's operators, which rules use, raise `Unknown`.

Texts are compared in Unicode's canonical decomposition: Terraform composes characters when it joins texts. The same ASCII text
joined with the same inputs gives the same text, but a letter before an input may change.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import takewhile
from math import ceil, floor
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.model import Opaque, Question, Unknown

Answer: TypeAlias = "bool | Question | None"

# Unicode composes these ASCII characters, and letters, with a mark that follows them.
_COMPOSED = "<=>"


class Symbol(Struct, frozen=True):
    """An unknown text: an input, or the result of a computation with inputs.

    It is not one of the `excluded` texts. A question is possible about an input (`is_input`), and about whether a result is
    empty that is empty exactly when the input `of` is.
    """

    name: str
    excluded: frozenset[str] = frozenset()
    is_input: bool = True
    of: Symbol | None = None

    def ask(self, text: str) -> Question | None:
        """The question whether it is that text."""
        if self.is_input:
            return Question(self.name, "text", text)
        return self.of.ask("") if self.of and not text else None


Piece: TypeAlias = "str | Symbol"


class Text(Opaque):
    """A text of pieces, at least one of them a symbol. No two symbols are neighbours, and the known pieces are ASCII."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: tuple[Piece, ...]) -> None:
        self.pieces = pieces

    def describe(self) -> str:
        if len(self.pieces) == 1 and isinstance(self.pieces[0], Symbol):
            return self.pieces[0].name
        return '"' + "".join(piece if isinstance(piece, str) else f"${{{piece.name}}}" for piece in self.pieces) + '"'

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The unknown pieces."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Symbol))

    @property
    def head(self) -> str:
        """The known text at its start."""
        return self.pieces[0] if isinstance(self.pieces[0], str) else ""

    @property
    def tail(self) -> str:
        """The known text at its end."""
        return self.pieces[-1] if isinstance(self.pieces[-1], str) else ""

    def start_and_end(self) -> tuple[Hashable, str]:
        start = tuple(piece if isinstance(piece, str) else (piece.name,) for piece in self.pieces)
        return (start[:-1], self.tail) if self.tail else (start, "")

    def equals(self, other: str | Text) -> Answer:
        """Whether it is the other text."""
        if isinstance(other, Text):
            return _same(self.pieces, other.pieces)
        if len(self.pieces) == 1:
            return False if other in self.symbols[0].excluded else self.symbols[0].ask(other)
        if not other.isascii():
            return None
        head, tail = self.head, self.tail
        if len(head) + len(tail) > len(other) or not other.startswith(head) or not other.endswith(tail):
            return False
        if len(self.symbols) > 1:
            return None
        middle = other[len(head) : len(other) - len(tail)]
        return False if middle in self.symbols[0].excluded else self.symbols[0].ask(middle)

    def is_empty(self) -> Answer:
        """Whether it is the empty text."""
        return self.equals("") if len(self.pieces) == 1 or self.head or self.tail else self._is_hollow(self.pieces)

    def ends_with(self, suffix: str) -> Answer:
        """Whether it ends with an ASCII text."""
        if not suffix.isascii():
            return None
        if self.tail.endswith(suffix):
            return True
        return None if suffix.endswith(self.tail) else False

    def starts_with(self, prefix: str) -> Answer:
        """Whether it starts with an ASCII text."""
        if not prefix.isascii():
            return None
        head = self.head
        if head and (head[-1].isalpha() or head[-1] in _COMPOSED):
            # A mark that follows may change this character.
            head = head[:-1]
        if head.startswith(prefix):
            return True
        return None if prefix.startswith(head) else False

    def has_form(self, pattern: str) -> Answer:
        """Whether it matches a pattern; with more than one `*`, that is not determined."""
        if "*" not in pattern:
            return self.equals(pattern)
        prefix, _, suffix = pattern.partition("*")
        if "*" in suffix:
            return None
        starts = self.starts_with(prefix) if prefix else True
        ends = self.ends_with(suffix) if suffix else True
        if starts is False or ends is False:
            return False
        if starts is not True or ends is not True:
            return None
        inner = list(self.pieces)
        if prefix:
            inner[0] = self.head[len(prefix) :]
        if suffix:
            inner[-1] = str(inner[-1])[: -len(suffix)] if len(inner) > 1 else ""
        hollow = self._is_hollow(inner)
        return not hollow if isinstance(hollow, bool) else hollow

    def _is_hollow(self, pieces: Iterable[Piece]) -> Answer:
        """Whether all of the pieces are empty."""
        question: Answer = True
        for piece in pieces:
            if isinstance(piece, Symbol):
                if "" in piece.excluded:
                    return False
                question = piece.ask("") if question is True else question
            elif piece:
                return False
        return question

    def matches(self, pattern: str) -> bool:
        return decided(self.has_form(pattern), self)

    def startswith(self, prefix: str) -> bool:
        """As the method of `str`. May raise `Unknown`."""
        return decided(self.starts_with(prefix), self)

    def endswith(self, suffix: str) -> bool:
        """As the method of `str`. May raise `Unknown`."""
        return decided(self.ends_with(suffix), self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str | Text) and decided(self.equals(other), self)

    def __bool__(self) -> bool:
        return not decided(self.is_empty(), self)

    __hash__ = Opaque.__hash__


def decided(answer: Answer, of: Opaque) -> bool:
    """The certain answer. Without one, raises `Unknown` with the question that decides."""
    if isinstance(answer, bool):
        return answer
    raise Unknown("", f"depends on what {of.describe()} is", question=answer)


def _same(one: tuple[Piece, ...], other: tuple[Piece, ...]) -> Answer:
    one, other = _without_common_start(one, other)
    reversed_one, reversed_other = _without_common_start(_reversed(one), _reversed(other))
    one, other = _reversed(reversed_one), _reversed(reversed_other)
    if not one and not other:
        return True
    texts = [pieces for pieces in (one, other) if all(isinstance(piece, str) for piece in pieces)]
    if texts:
        left = other if texts[0] is one else one
        plain = "".join(map(str, texts[0]))
        return plain == "".join(map(str, left)) if len(texts) > 1 else Text(left).equals(plain)
    starts, ends = (one[0], other[0]), (one[-1], other[-1])
    if all(isinstance(piece, str) for piece in starts) or all(isinstance(piece, str) for piece in ends):
        # Their common parts are removed, so their first or last characters differ.
        return False
    return None


def _reversed(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return tuple(piece[::-1] if isinstance(piece, str) else piece for piece in reversed(pieces))


def _without_common_start(one: tuple[Piece, ...], other: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    while one and other:
        first, second = one[0], other[0]
        if isinstance(first, Symbol) and isinstance(second, Symbol):
            if first.name != second.name:
                break
            one, other = one[1:], other[1:]
        elif isinstance(first, str) and isinstance(second, str):
            common = len([*takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))])
            if not common:
                break
            one = (first[common:], *one[1:]) if first[common:] else one[1:]
            other = (second[common:], *other[1:]) if second[common:] else other[1:]
        else:
            break
    return one, other


def joined(parts: Iterable[str | Text]) -> Text | None:
    """The parts in a row, at least one of them a `Text`; None when the result cannot be compared with other texts."""
    pieces: list[Piece] = []
    for part in parts:
        for piece in (part,) if isinstance(part, str) else part.pieces:
            if piece == "":
                continue
            if isinstance(piece, str):
                if not piece.isascii():
                    return None
                if pieces and isinstance(pieces[-1], str):
                    pieces[-1] += piece
                    continue
            elif pieces and isinstance(pieces[-1], Symbol):
                return None
            pieces.append(piece)
    return Text(tuple(pieces))


class Bounds(Struct, frozen=True):
    """The range of a number, with None for no bound. The bound itself is in the range only when it is `closed`."""

    low: Any = None
    high: Any = None
    low_closed: bool = False
    high_closed: bool = False

    def below(self, limit: Any) -> bool | None:
        """Whether the whole range is less than a limit; None when a part is."""
        if self.high is not None and (self.high < limit or (self.high == limit and not self.high_closed)):
            return True
        return False if self.low is not None and self.low >= limit else None

    def has_no_whole(self) -> bool:
        """Whether no whole number is in the range."""
        if self.low is None or self.high is None:
            return False
        least = ceil(self.low) if self.low_closed else floor(self.low) + 1
        return bool(least > self.high or (least == self.high and not self.high_closed))

    def above(self, limit: Any) -> bool | None:
        """Whether the whole range is more than a limit; None when a part is."""
        if self.low is not None and (self.low > limit or (self.low == limit and not self.low_closed)):
            return True
        return False if self.high is not None and self.high <= limit else None


class Number(Opaque):
    """A number between bounds: an input plus a `shift`, or the result of a computation, such as the length `of` a text."""

    __slots__ = ("bounds", "is_input", "name", "of", "shift")

    def __init__(self, name: str, bounds: Bounds, *, shift: int = 0, is_input: bool = True, of: Text | None = None) -> None:
        self.name = name
        self.bounds = bounds
        self.shift = shift
        self.is_input = is_input and of is None
        self.of = of

    def describe(self) -> str:
        return self.name + (f" {'+' if self.shift > 0 else '-'} {abs(self.shift)}" if self.shift else "")

    def less(self, limit: Any) -> Answer:
        """Whether it is less than a plain number."""
        below = self.bounds.below(limit - self.shift)
        return self._ask(limit) if below is None else below

    def more(self, limit: Any) -> Answer:
        """Whether it is more than a plain number."""
        above = self.bounds.above(limit - self.shift)
        return self._ask(limit) if above is None else above

    def equals(self, other: Any) -> Answer:
        """Whether it is equal to a plain number."""
        if self.bounds.below(other - self.shift) or self.bounds.above(other - self.shift):
            return False
        return self._ask(other)

    def _ask(self, limit: Any) -> Question | None:
        if self.is_input:
            return Question(self.name, "number", limit - self.shift)
        empty = self.of.is_empty() if self.of is not None else None
        return empty if isinstance(empty, Question) else None

    def __lt__(self, other: Any) -> bool:
        return decided(self.less(_plain(other)), self)

    def __gt__(self, other: Any) -> bool:
        return decided(self.more(_plain(other)), self)

    def __le__(self, other: Any) -> bool:
        return not self > other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Number) and (self.name, self.shift) == (other.name, other.shift):
            return True
        return isinstance(other, int | float | Opaque) and decided(self.equals(_plain(other)), self)

    def __bool__(self) -> bool:
        return not decided(self.equals(0), self)

    def __sub__(self, other: Any) -> Number:
        if not isinstance(other, int) or not self.is_input:
            self.refuse()
        return Number(self.name, self.bounds, shift=self.shift - other)

    __hash__ = Opaque.__hash__


def _plain(number: Any) -> Any:
    if isinstance(number, Opaque):
        number.refuse()
    return number


class Items(Opaque):
    """A list or set with at least so many items."""

    __slots__ = ("least", "name")

    def __init__(self, name: str, least: int) -> None:
        self.name = name
        self.least = least

    def describe(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return decided(True if self.least else None, self)


class Entries(Opaque):
    """A map with the `known` entries and without the `absent` keys; a question is possible about other keys.

    The reader of Terraform files stores its own values in it, the rules get plain ones.
    """

    __slots__ = ("absent", "known", "least", "name")

    def __init__(self, name: str, known: Mapping[str, Any], absent: frozenset[str] = frozenset(), least: int = 0) -> None:
        self.name = name
        self.known = known
        self.absent = absent
        self.least = max(least, len(known))

    def describe(self) -> str:
        return self.name

    def has(self, key: str) -> Answer:
        """Whether it has a key."""
        if key in self.known:
            return True
        return False if key in self.absent else Question(self.name, "key", key)

    def get(self, key: str, default: Any = None) -> Any:
        """As the method of `dict`. May raise `Unknown`."""
        return self.known[key] if key in self else default

    def __contains__(self, key: object) -> bool:
        return decided(self.has(key), self) if isinstance(key, str) else bool(self.refuse())

    def __getitem__(self, key: str) -> Any:
        return self.known[key] if key in self else self.refuse()

    def __bool__(self) -> bool:
        return decided(True if self.least else Question(self.name, "filled"), self)
