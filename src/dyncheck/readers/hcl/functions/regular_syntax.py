"""The syntax of regular expressions -> a tree.

Source: https://github.com/google/re2/wiki/Syntax and https://github.com/golang/go/blob/master/src/regexp/syntax/parse.go
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

_LONGEST = 10_000
_DEEPEST = 100
_MOST_REPEATS = 1000
_LAST = 0x10FFFF

Ranges: TypeAlias = "tuple[tuple[int, int], ...]"


class PatternError(Exception):
    """What is wrong with a pattern, in the words of Go, and the part of it that is wrong."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(what)
        self.what = what
        self.where = where


class UnsupportedError(Exception):
    """What a pattern has that is right, but that dyncheck does not read."""


class Characters(Struct, frozen=True):
    """One character out of some: of the ranges or of a Unicode category, or of none of them."""

    ranges: Ranges = ()
    categories: tuple[tuple[str, bool], ...] = ()
    is_negated: bool = False

    def hold(self, character: str) -> bool:
        """Whether a character is one of them."""
        code = ord(character)
        found = any(low <= code <= high for low, high in self.ranges)
        if not found and self.categories:
            from unicodedata import category

            kind = category(character)
            found = any((kind in _CATEGORY_C if name == "C" else kind.startswith(name)) is wanted for name, wanted in self.categories)
        return found is not self.is_negated


class Assertion(Struct, frozen=True):
    """A place: `begin`, `end`, `line begin`, `line end`, `word boundary`, `no word boundary`."""

    kind: str


class Group(Struct, frozen=True):
    """A part in parentheses. `number` counts those that capture, from 1."""

    number: int
    body: Node


class Sequence(Struct, frozen=True):
    """One after the other; nothing at all when empty."""

    parts: tuple[Node, ...]


class Choice(Struct, frozen=True):
    """One of several, the first that leads to a match."""

    options: tuple[Node, ...]


class Repeat(Struct, frozen=True):
    """So many times, without an upper end when `most` is -1."""

    body: Node
    least: int
    most: int
    is_greedy: bool


Node: TypeAlias = Characters | Assertion | Group | Sequence | Choice | Repeat


class Pattern(Struct, frozen=True):
    """A whole pattern, with the names of its capturing groups; a group without one has an empty name."""

    root: Node
    names: tuple[str, ...]


class _Flags(Struct, frozen=True):
    ignores_case: bool = False
    is_by_line: bool = False
    dot_takes_line_end: bool = False
    is_lazy: bool = False


_CATEGORY_C = ("Cc", "Cf", "Co", "Cs")
_CATEGORIES = {"C", "L", "M", "N", "P", "S", "Z", *_CATEGORY_C}
_CATEGORIES |= {"Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No"}
_CATEGORIES |= {"Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs"}


def _ranges(text: str) -> Ranges:
    """Pairs of a first and a last character."""
    return tuple((ord(low), ord(high)) for low, high in zip(text[::2], text[1::2], strict=True))


_PERL = {"d": _ranges("09"), "s": _ranges("\t\n\f\r  "), "w": _ranges("09AZ__az")}
_POSIX = {
    "alnum": _ranges("09AZaz"),
    "alpha": _ranges("AZaz"),
    "ascii": _ranges("\x00\x7f"),
    "blank": _ranges("\t\t  "),
    "cntrl": _ranges("\x00\x1f\x7f\x7f"),
    "digit": _ranges("09"),
    "graph": _ranges("!~"),
    "lower": _ranges("az"),
    "print": _ranges(" ~"),
    "punct": _ranges("!/:@[`{~"),
    "space": _ranges("\t\r  "),
    "upper": _ranges("AZ"),
    "word": _ranges("09AZ__az"),
    "xdigit": _ranges("09AFaf"),
}
_CONTROLS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_OCTAL = "01234567"
_HEX = "0123456789abcdefABCDEF"
_ANYTHING = Characters(is_negated=True)
_NO_LINE_END = Characters(((10, 10),), is_negated=True)
_REPEATS = {"*": (0, -1), "+": (1, -1), "?": (0, 1)}

# The letters that have more than two forms where case does not count: the Kelvin sign, the long s.
_THIRD_FORMS = {"k": 0x212A, "s": 0x17F}


def parse(text: str) -> Pattern:
    """The tree of a pattern. Raises `PatternError` as Go would refuse it, and `UnsupportedError`."""
    if len(text) > _LONGEST:
        raise UnsupportedError(f"longer than {_LONGEST} characters")
    parser = _Parser(text)
    root = parser.choice(0)
    if parser.position < len(text):
        raise PatternError("unexpected )", text)
    return Pattern(root, tuple(parser.names))


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._flags = _Flags()
        self.position = 0
        self.names: list[str] = []

    def _next(self) -> str:
        """The character at which the parser stands, empty at the end."""
        return self._text[self.position : self.position + 1]

    def _starts(self, text: str) -> bool:
        return self._text.startswith(text, self.position)

    def choice(self, depth: int) -> Node:
        """Alternatives, up to a closing parenthesis or the end."""
        if depth > _DEEPEST:
            raise UnsupportedError(f"nests deeper than {_DEEPEST} parentheses")
        options = [self._sequence(depth)]
        while self._next() == "|":
            self.position += 1
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        # Where the repetition before this place began, None when something else stands before it.
        repeated_at: int | None = None
        while self._next() not in ("", "|", ")"):
            start = self.position
            if self._repeats(parts, repeated_at):
                repeated_at = start if repeated_at is None else repeated_at
                continue
            repeated_at = None
            self._item(parts, depth)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeats(self, parts: list[Node], repeated_at: int | None) -> bool:
        """Read a repetition, if one stands here, and apply it to the last part."""
        start = self.position
        bounds = self._bounds()
        if bounds is None:
            return False
        is_greedy = not self._flags.is_lazy
        if self._next() == "?":
            self.position += 1
            is_greedy = not is_greedy
        if repeated_at is not None:
            raise PatternError("invalid nested repetition operator", self._text[repeated_at : self.position])
        if not parts:
            raise PatternError("missing argument to repetition operator", self._text[start : self.position])
        repeat = Repeat(parts[-1], *bounds, is_greedy)
        if max(bounds) > 1 and not _is_within(repeat, _MOST_REPEATS):
            raise PatternError("invalid repeat count", self._text[start : self.position])
        parts[-1] = repeat
        return True

    def _bounds(self) -> tuple[int, int] | None:
        """How often, where it is said here; None and no step where it is not."""
        symbol = self._next()
        if symbol in _REPEATS and symbol:
            self.position += 1
            return _REPEATS[symbol]
        if symbol != "{":
            return None
        body, brace, _ = self._text[self.position + 1 :].partition("}")
        least, comma, most = body.partition(",")
        if not brace or not _is_count(least) or (most and not _is_count(most)):
            return None
        start = self.position
        self.position += len(body) + 2
        low, high = int(least), (int(most) if most else -1) if comma else int(least)
        if max(low, high) > _MOST_REPEATS or 0 <= high < low:
            raise PatternError("invalid repeat count", self._text[start : self.position])
        return low, high

    def _item(self, parts: list[Node], depth: int) -> None:
        symbol = self._next()
        if symbol == "(":
            self._parenthesis(parts, depth)
        elif symbol == "[":
            parts.append(self._class())
        elif symbol == "\\":
            self._escape(parts)
        else:
            self.position += 1
            parts.append(self._plain(symbol))

    def _plain(self, symbol: str) -> Node:
        if symbol == "^":
            return Assertion("line begin" if self._flags.is_by_line else "begin")
        if symbol == "$":
            return Assertion("line end" if self._flags.is_by_line else "end")
        if symbol == ".":
            return _ANYTHING if self._flags.dot_takes_line_end else _NO_LINE_END
        return self._literal(ord(symbol))

    def _literal(self, code: int) -> Characters:
        return Characters(self._folded(((code, code),)))

    def _folded(self, ranges: Ranges) -> Ranges:
        """The ranges, with the other case of all letters in them where case does not count."""
        if not self._flags.ignores_case:
            return ranges
        added: list[tuple[int, int]] = []
        for low, high in ranges:
            if high >= 0x80 and any(chr(code).lower() != chr(code).upper() for code in range(max(low, 0x80), min(high, low + 500) + 1)):
                raise UnsupportedError("ignores the case of other letters than a to z")
            for code in range(low, min(high, 0x7F) + 1):
                letter = chr(code)
                added.append((ord(letter.swapcase()), ord(letter.swapcase())))
                third = _THIRD_FORMS.get(letter.lower())
                added += [(third, third)] if third else []
        return (*ranges, *added)

    def _parenthesis(self, parts: list[Node], depth: int) -> None:
        outer = self._flags
        number = self._opened()
        if number is None:
            return
        body = self.choice(depth + 1)
        if self._next() != ")":
            raise PatternError("missing closing )", self._text)
        self.position += 1
        self._flags = outer
        # A group that does not capture is its body, but nothing in it is repeated by what stands behind it alone.
        parts.append(Group(number, body) if number else Sequence((body,)))

    def _opened(self) -> int | None:
        """Read the beginning of a group: its number, 0 for one that does not capture; None when it only sets flags."""
        start = self.position
        if not self._starts("(?"):
            self.position += 1
            self.names.append("")
            return len(self.names)
        for opening in ("(?P<", "(?<"):
            if self._starts(opening):
                return self._named(start, len(opening))
        self.position += 2
        return self._flagged(start)

    def _named(self, start: int, length: int) -> int:
        name, closing, _ = self._text[start + length :].partition(">")
        if not closing:
            raise PatternError("invalid named capture", self._text[start:])
        if not name or not all(each.isascii() and (each.isalnum() or each == "_") for each in name):
            raise PatternError("invalid named capture", self._text[start : start + length + len(name) + 1])
        self.position = start + length + len(name) + 1
        self.names.append(name)
        return len(self.names)

    def _flagged(self, start: int) -> int | None:
        given: dict[str, bool] = {}
        is_on, is_awaited = True, False
        while True:
            symbol = self._next()
            self.position += len(symbol)
            if symbol in ("i", "m", "s", "U"):
                given[symbol] = is_on
                is_awaited = False
            elif symbol == "-" and is_on:
                is_on, is_awaited = False, True
            elif symbol in (":", ")") and not is_awaited:
                self._set_flags(given)
                return 0 if symbol == ":" else None
            else:
                raise PatternError("invalid or unsupported Perl syntax", self._text[start : self.position])

    def _set_flags(self, given: dict[str, bool]) -> None:
        now = self._flags
        self._flags = _Flags(
            given.get("i", now.ignores_case),
            given.get("m", now.is_by_line),
            given.get("s", now.dot_takes_line_end),
            given.get("U", now.is_lazy),
        )

    def _escape(self, parts: list[Node]) -> None:
        kind = self._text[self.position + 1 : self.position + 2]
        if kind in _PLACES and kind:
            self.position += 2
            parts.append(Assertion(_PLACES[kind]))
        elif kind == "C":
            raise PatternError("invalid escape sequence", "\\C")
        elif kind == "Q":
            quoted, end, _ = self._text[self.position + 2 :].partition("\\E")
            self.position += 2 + len(quoted) + len(end)
            parts += [self._literal(ord(each)) for each in quoted]
        else:
            found = self._escaped_class()
            parts.append(self._literal(self._escaped_character()) if found is None else found)

    def _escaped_class(self) -> Characters | None:
        """`\\d`, `\\pL` and their like, if one stands here."""
        if self._next() != "\\":
            return None
        kind = self._text[self.position + 1 : self.position + 2]
        if kind in ("p", "P"):
            return self._unicode_class(kind == "P")
        if kind.lower() not in _PERL or not kind:
            return None
        self.position += 2
        return Characters(self._folded(_PERL[kind.lower()]), is_negated=kind.isupper())

    def _unicode_class(self, is_negated: bool) -> Characters:
        start = self.position
        name = self._text[start + 2 : start + 3]
        self.position += 2 + len(name)
        if name == "{":
            name, closing, _ = self._text[start + 3 :].partition("}")
            if not closing:
                raise PatternError("invalid character class range", self._text[start:])
            self.position = start + 4 + len(name)
        elif not name:
            raise PatternError("invalid character class range", self._text[start:])
        if name.startswith("^"):
            name, is_negated = name[1:], not is_negated
        if name == "Any":
            return Characters(is_negated=not is_negated)
        if name not in _CATEGORIES or self._flags.ignores_case:
            raise UnsupportedError(f"has the class {self._text[start : self.position]}")
        return Characters((), ((name, not is_negated),))

    def _escaped_character(self) -> int:
        start = self.position
        symbol = self._text[start + 1 : start + 2]
        self.position += 1 + len(symbol)
        if not symbol:
            raise PatternError("trailing backslash at end of expression", "")
        if symbol in _OCTAL and (symbol == "0" or (self._next() in _OCTAL and self._next())):
            digits = symbol
            while len(digits) < 3 and self._next() and self._next() in _OCTAL:
                digits += self._next()
                self.position += 1
            return int(digits, 8)
        if symbol == "x":
            return self._hexadecimal(start)
        if symbol in _CONTROLS:
            return _CONTROLS[symbol]
        if symbol.isascii() and not symbol.isalnum():
            return ord(symbol)
        raise PatternError("invalid escape sequence", self._text[start : self.position])

    def _hexadecimal(self, start: int) -> int:
        if self._next() == "{":
            self.position += 1
            digits = ""
            while self._next() and self._next() in _HEX and int(digits or "0", 16) <= _LAST:
                digits += self._next()
                self.position += 1
            if digits and int(digits, 16) > _LAST:
                raise PatternError("invalid escape sequence", self._text[start : self.position])
            is_closed = self._next() == "}"
            self.position += len(self._next())
            if is_closed and digits:
                return int(digits, 16)
        else:
            digits = self._text[self.position : self.position + 2]
            if len(digits) == 2 and all(digit in _HEX for digit in digits):
                self.position += 2
                return int(digits, 16)
            self.position += next((index + 1 for index, digit in enumerate(digits) if digit not in _HEX), len(digits))
        raise PatternError("invalid escape sequence", self._text[start : self.position])

    def _class(self) -> Characters:
        start = self.position
        self.position += 1
        is_negated = self._next() == "^"
        self.position += is_negated
        ranges: list[tuple[int, int]] = []
        categories: list[tuple[str, bool]] = []
        is_first = True
        while is_first or self._next() != "]":
            is_first = False
            found = self._posix_class() or self._escaped_class()
            if found is None:
                ranges += self._folded((self._range(start),))
            elif found.is_negated and not found.categories:
                ranges += _complement(found.ranges)
            else:
                ranges += found.ranges
                categories += found.categories
        self.position += 1
        return Characters(tuple(ranges), tuple(categories), is_negated)

    def _posix_class(self) -> Characters | None:
        if not self._starts("[:"):
            return None
        name, closing, _ = self._text[self.position + 2 :].partition(":]")
        if not closing:
            return None
        ranges = _POSIX.get(name.removeprefix("^"))
        if ranges is None:
            raise PatternError("invalid character class range", f"[:{name}:]")
        self.position += len(name) + 4
        return Characters(self._folded(ranges), is_negated=name.startswith("^"))

    def _range(self, class_start: int) -> tuple[int, int]:
        start = self.position
        low = self._class_character(class_start)
        if not self._starts("-") or self._starts("-]") or self.position + 1 >= len(self._text):
            return low, low
        self.position += 1
        high = self._class_character(class_start)
        if high < low:
            raise PatternError("invalid character class range", self._text[start : self.position])
        return low, high

    def _class_character(self, class_start: int) -> int:
        symbol = self._next()
        if not symbol:
            raise PatternError("missing closing ]", self._text[class_start:])
        if symbol == "\\":
            return self._escaped_character()
        self.position += 1
        return ord(symbol)


_PLACES = {"A": "begin", "b": "word boundary", "B": "no word boundary", "z": "end"}


def _is_count(text: str) -> bool:
    """Whether it is a number as `{2,5}` has them: digits, no zeros before them, not too long to be any."""
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and len(text) < 9


def _is_within(node: Node, most: int) -> bool:
    """Whether repetitions of repetitions stay below a number together."""
    if isinstance(node, Repeat):
        times = node.least if node.most < 0 else node.most
        if node.most == 0:
            return True
        if times > most:
            return False
        return _is_within(node.body, most // times if times else most)
    if isinstance(node, Group):
        return _is_within(node.body, most)
    if isinstance(node, Sequence):
        return all(_is_within(part, most) for part in node.parts)
    return not isinstance(node, Choice) or all(_is_within(option, most) for option in node.options)


def _complement(ranges: Ranges) -> Ranges:
    found: list[tuple[int, int]] = []
    start = 0
    for low, high in sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    return (*found, (start, _LAST)) if start <= _LAST else tuple(found)
