"""A regular expression in Go's syntax (RE2) -> the instructions that find its matches.

Source: https://github.com/google/re2/wiki/Syntax, and https://github.com/golang/go/tree/master/src/regexp/syntax: parse.go and compile.go
"""

from __future__ import annotations

import re
from functools import reduce
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.regular.problems import InvalidPattern, UnsurePattern

_LONGEST = 10_000
_DEEPEST = 100
_LARGEST = 20_000
_MOST_REPEATS = 1000
_LONGEST_SAMPLE = 64
_LAST = 0x10FFFF
_LIKELY = "aA1-_./:x "

Ranges: TypeAlias = "tuple[tuple[int, int], ...]"


class Take(Struct, frozen=True):
    """Go past a character of some ranges or classes, or past any other. With False, a class stands for the characters outside it."""

    ranges: Ranges = ()
    classes: tuple[tuple[Ranges | str, bool], ...] = ()
    is_negated: bool = False

    def holds(self, character: str) -> bool:
        """Whether a character is one of them."""
        code = ord(character)
        for low, high in self.ranges:
            if low <= code <= high:
                return not self.is_negated
        return any(_is_in(kind, character) is wanted for kind, wanted in self.classes) is not self.is_negated


def _is_in(kind: Ranges | str, character: str) -> bool:
    """Whether a character is in ranges or in a Unicode category."""
    if not isinstance(kind, str):
        return any(low <= ord(character) <= high for low, high in kind)
    from unicodedata import category

    found = category(character)
    return found != "Cn" and found.startswith(kind)


class Split(Struct, frozen=True):
    """Go on at one of two places, preferably the first. Places are relative to the instruction."""

    first: int
    second: int


class Save(Struct, frozen=True):
    """Note the position: group 1 begins at slot 2 and ends at slot 3."""

    slot: int


# A compiled pattern has no length, and has to match at the position.
Instruction: TypeAlias = "Take | Split | Save | re.Pattern[str]"


class Part(Struct, frozen=True):
    """A pattern or a part of one: its instructions, and two texts that it is likely to match. `repeats` counts nested repetitions."""

    instructions: tuple[Instruction, ...]
    samples: tuple[str, str] = ("", "")
    repeats: int = 1


class Pattern(Struct, frozen=True):
    """A whole pattern, and the names of its groups: empty for a group without a name."""

    text: str
    instructions: tuple[Instruction, ...]
    names: tuple[str, ...]
    samples: tuple[str, str]


def _ranges(text: str) -> Ranges:
    """The pairs of a first and a last character."""
    return tuple((ord(low), ord(high)) for low, high in zip(text[::2], text[1::2], strict=True))


_CLASSES = {
    "s": _ranges("\t\n\f\r  "),
    "alnum": _ranges("09AZaz"),
    "alpha": _ranges("AZaz"),
    "ascii": _ranges("\x00\x7f"),
    "blank": _ranges("\t\t  "),
    "cntrl": _ranges("\x00\x1f\x7f\x7f"),
    **dict.fromkeys(("d", "digit"), _ranges("09")),
    "graph": _ranges("!~"),
    "lower": _ranges("az"),
    "print": _ranges(" ~"),
    "punct": _ranges("!/:@[`{~"),
    "space": _ranges("\t\r  "),
    "upper": _ranges("AZ"),
    **dict.fromkeys(("w", "word"), _ranges("09AZ__az")),
    "xdigit": _ranges("09AFaf"),
}
_CONTROLS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
# Letters with a third form where case does not count: the Kelvin sign, the long s.
_THIRD_FORMS = {"k": 0x212A, "s": 0x17F}

_BEGIN, _END = re.compile(r"\A"), re.compile(r"\Z")
_CHECKS = {"\\A": _BEGIN, "\\z": _END, "\\b": re.compile(r"\b", re.ASCII), "\\B": re.compile(r"(?!\b)", re.ASCII)}
_BY_LINE = {"^": re.compile("^", re.MULTILINE), "$": re.compile("$", re.MULTILINE)}

_COUNT = "(0|[1-9][0-9]*)"
_REPEAT = re.compile(rf"(?:([*+?])|\{{{_COUNT}(?:(,){_COUNT}?)?\}})(\?)?")
_OPENING = re.compile(r"\((?:\?P?<([A-Za-z0-9_]+)>|\?([imsU]*)(-[imsU]+)?([:)])|(?!\?))")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)
_MARK = r"[\x00-/:-@\[-`{-\x7f]"
_CODE = re.compile(rf"\\(?:(0[0-7]{{0,2}}|[1-7][0-7]{{1,2}})|x(?:([0-9A-Fa-f]{{2}})|\{{([0-9A-Fa-f]+)\}})|([afnrtv])|({_MARK}))")
_PERL_CLASS = re.compile(r"\\([dDsSwW])")
_POSIX_CLASS = re.compile(r"\[:(\^?)(.*?):\]", re.DOTALL)
_UNICODE_CLASS = re.compile(r"\\([pP])(?:\{(\^?)([^}]*)\}|([^{]))", re.DOTALL)
_CATEGORY = re.compile("L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|C[cfos]?")


def parse(text: str) -> Pattern:
    """The pattern. Raises `InvalidPattern` where RE2 refuses it, and `UnsurePattern`."""
    if len(text) > _LONGEST:
        raise UnsurePattern(f"is longer than {_LONGEST} characters")
    reader = _Reader(text)
    whole = reader.choice(0)
    if reader.position < len(text):
        raise InvalidPattern("unexpected )")
    return Pattern(text, (Save(0), *whole.instructions, Save(1)), tuple(reader.names), whole.samples)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._flags = ""
        self.position = 0
        self.names: list[str] = []

    def _starts(self, text: str) -> bool:
        return self._text.startswith(text, self.position)

    def _next(self) -> str:
        self.position += 1
        return self._text[self.position - 1 : self.position]

    def _take(self, syntax: re.Pattern[str]) -> re.Match[str] | None:
        """The text here that has a syntax, if any; the reader goes past it."""
        found = syntax.match(self._text, self.position)
        self.position = found.end() if found else self.position
        return found

    def choice(self, depth: int) -> Part:
        """Alternatives, up to a closing parenthesis or the end."""
        if depth > _DEEPEST:
            raise UnsurePattern(f"nests deeper than {_DEEPEST} parentheses")
        options = [self._sequence(depth)]
        while self._starts("|"):
            self.position += 1
            options.append(self._sequence(depth))
        return reduce(_either, reversed(options))

    def _sequence(self, depth: int) -> Part:
        parts: list[Part] = []
        is_repeated = False
        while self.position < len(self._text) and self._text[self.position] not in "|)":
            if repeat := self._take(_REPEAT):
                if is_repeated or not parts:
                    raise InvalidPattern(f"nothing to repeat with {repeat[0]}")
                parts[-1] = self._repeated(parts[-1], repeat)
            else:
                parts += self._item(depth)
            is_repeated = repeat is not None
        instructions = tuple(instruction for part in parts for instruction in part.instructions)
        _check_size(len(instructions))
        first, second = ("".join(part.samples[index] for part in parts)[:_LONGEST_SAMPLE] for index in (0, 1))
        return Part(instructions, (first, second), max((part.repeats for part in parts), default=1))

    def _repeated(self, body: Part, found: re.Match[str]) -> Part:
        symbol, low, comma, high, question_mark = found.groups()
        least = int(low[:5]) if low else int(symbol == "+")
        most = 1 if symbol == "?" else int(high[:5]) if high else least if low and not comma else None
        times = 1 if symbol else least if most is None else most
        repeats = max(times, 1) * (body.repeats if most != 0 else 1)
        if max(least, times) > _MOST_REPEATS or (times > 1 and repeats > _MOST_REPEATS) or (most is not None and most < least):
            raise InvalidPattern(f"invalid repeat count {found[0]}")
        _check_size(len(body.instructions) * times)
        longer = least + 2 if most is None else min(least + 2, most)
        first, second = body.samples
        samples = (first * max(least, int(most != 0)))[:_LONGEST_SAMPLE], (second * longer)[:_LONGEST_SAMPLE]
        is_greedy = bool(question_mark) is ("U" in self._flags)
        return Part(_repeated(body.instructions, least, most, is_greedy), samples, repeats)

    def _item(self, depth: int) -> list[Part]:
        if self._starts("("):
            return self._group(depth)
        if quoted := self._take(_QUOTED):
            return [self._literal(ord(each)) for each in quoted[1]]
        if check := _CHECKS.get(self._text[self.position : self.position + 2]):
            self.position += 2
            return [Part((check,))]
        if named := self._named_class():
            return [_one_of(named)]
        if self._starts("\\"):
            return [self._literal(self._code())]
        symbol = self._next()
        if symbol in _BY_LINE:
            return [Part((_BY_LINE[symbol] if "m" in self._flags else _BEGIN if symbol == "^" else _END,))]
        if symbol == ".":
            return [_one_of(Take(() if "s" in self._flags else ((10, 10),), is_negated=True))]
        return [_one_of(self._bracketed()) if symbol == "[" else self._literal(ord(symbol))]

    def _literal(self, code: int) -> Part:
        return _one_of(Take(self._folded(((code, code),))))

    def _group(self, depth: int) -> list[Part]:
        found = self._take(_OPENING)
        if found is None:
            raise InvalidPattern("invalid or unsupported group")
        outer = self._flags
        name, on, off, end = found.groups()
        if end:
            self._flags = "".join(flag for flag in "imsU" if flag in outer + on and flag not in (off or ""))
            if end == ")":
                return []
        else:
            self.names.append(name or "")
        slot = 2 * len(self.names)
        body = self.choice(depth + 1)
        if self._next() != ")":
            raise InvalidPattern("missing closing )")
        self._flags = outer
        return [body if end else replace(body, instructions=(Save(slot), *body.instructions, Save(slot + 1)))]

    def _folded(self, ranges: Ranges) -> Ranges:
        """The ranges, with the other case of their letters where case does not count."""
        if "i" not in self._flags:
            return ranges
        added: list[int] = []
        for low, high in ranges:
            others = range(max(low, 0x80), high + 1)
            if len(others) > 500 or any(chr(code).lower() != chr(code).upper() for code in others):
                raise UnsurePattern("ignores the case of other letters than a to z")
            for letter in map(chr, range(low, min(high, 0x7F) + 1)):
                added += [ord(letter.swapcase()), _THIRD_FORMS.get(letter.lower(), ord(letter))]
        return (*ranges, *((code, code) for code in added))

    def _named_class(self, is_in_brackets: bool = False) -> Take | None:
        """A class such as `\\d` or `\\pL`, and in brackets also `[:alpha:]`."""
        if perl := self._take(_PERL_CLASS):
            return self._class(perl[1].lower(), perl[1].isupper())
        if is_in_brackets and (posix := self._take(_POSIX_CLASS)):
            if posix[2] not in _CLASSES or len(posix[2]) == 1:
                raise InvalidPattern(f"invalid class {posix[0]}")
            return self._class(posix[2], bool(posix[1]))
        found = self._take(_UNICODE_CLASS)
        if found is None:
            return None
        name = found[4] or found[3]
        if "i" in self._flags or not _CATEGORY.fullmatch(name):
            raise UnsurePattern(f"has the class {found[0]}")
        return Take((), ((name, (found[1] == "p") is not bool(found[2])),))

    def _class(self, name: str, is_negated: bool) -> Take:
        return Take((), ((self._folded(_CLASSES[name]), not is_negated),))

    def _bracketed(self) -> Take:
        """A class in brackets, after the opening one."""
        is_negated = self._starts("^")
        self.position += is_negated
        ranges: Ranges = ()
        classes: tuple[tuple[Ranges | str, bool], ...] = ()
        is_first = True
        while is_first or not self._starts("]"):
            is_first = False
            found = self._named_class(is_in_brackets=True) or Take(self._folded((self._range(),)))
            ranges += found.ranges
            classes += found.classes
        self.position += 1
        return Take(ranges, classes, is_negated)

    def _range(self) -> tuple[int, int]:
        low = high = self._member()
        if self._starts("-") and not self._starts("-]") and self.position + 1 < len(self._text):
            self.position += 1
            high = self._member()
        if high < low:
            raise InvalidPattern("invalid character class range")
        return low, high

    def _member(self) -> int:
        if self._starts("\\"):
            return self._code()
        if self.position == len(self._text):
            raise InvalidPattern("missing closing ]")
        return ord(self._next())

    def _code(self) -> int:
        """The character that an escape sequence stands for."""
        found = self._take(_CODE)
        octal, two, braced, control, mark = found.groups() if found else ("", "", "FFFFFF", "", "")
        code = int(octal, 8) if octal else _CONTROLS[control] if control else ord(mark) if mark else int(two or braced, 16)
        if code > _LAST:
            raise InvalidPattern("invalid escape sequence")
        return code


def _one_of(characters: Take) -> Part:
    fallback = chr(characters.ranges[0][0]) if characters.ranges else "a"
    sample = next(filter(characters.holds, _LIKELY), fallback)
    return Part((characters,), (sample, sample))


def _check_size(instructions: int) -> None:
    if instructions > _LARGEST:
        raise UnsurePattern(f"takes more than {_LARGEST} instructions")


def _either(second: Part, first: Part) -> Part:
    after = len(second.instructions) + 1
    instructions = (Split(1, len(first.instructions) + 2), *first.instructions, Split(after, after), *second.instructions)
    return Part(instructions, first.samples, max(first.repeats, second.repeats))


def _repeated(once: tuple[Instruction, ...], least: int, most: int | None, is_greedy: bool) -> tuple[Instruction, ...]:
    def split(more: int, done: int) -> Split:
        return Split(more, done) if is_greedy else Split(done, more)

    length = len(once)
    if most is not None:
        left = range(most - least, 0, -1)
        return once * least + tuple(each for more in left for each in (split(1, more * (length + 1)), *once))
    again = (*once, split(-length, 1))
    # x* is (x+)?, which is right also for an x that may be empty, see https://go.dev/issue/46123.
    return once * (least - 1) + again if least else (split(1, length + 2), *again)
