"""The results of calls whose arguments are inputs of a module in a proof, although these may have many values.

Each result holds for all values of the inputs for which the call has no error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dyncheck.model import Question
from dyncheck.model.symbolic import Answer, Bounds, Entries, Items, Number, Symbol, Text, joined
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.items import entry, item_by_input
from dyncheck.readers.hcl.language.operators import equal
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING
from dyncheck.readers.hcl.language.values import EvaluationError, Value, asking, boolean, known_of, pending, refined

# Functions from texts to a text that have no error and depend on nothing else, and the ones that change each letter by itself.
_PURE = frozenset({"chomp", "lower", "strrev", "title", "trim", "trimprefix", "trimspace", "trimsuffix", "upper"})
_BY_LETTER: dict[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper}


def contains(sequence: Value, value: Value) -> Value:
    """Whether an item of a sequence equals a value."""
    if not isinstance(sequence.type, types.List | types.Set | types.Tuple):
        raise EvaluationError("argument must be list, tuple, or set")
    return any_true(equal(value, item) for item in sequence.content)


def any_true(truths: Iterable[Value]) -> Value:
    """Whether one of the truth values is true."""
    unsure: list[Value] = []
    for truth in truths:
        if truth.content is True:
            return boolean(True)
        unsure += [truth] if truth.is_pending else []
    return pending(BOOL, *unsure) if unsure else boolean(False)


def called(name: str, arguments: Sequence[Value], is_shown: bool) -> Value | None:
    """The result of a call; None if nothing is known of it. With `is_shown` its name may show the arguments."""
    known = _KNOWN.get(name)
    if known is not None:
        return known(*arguments)
    return _computed(name, arguments) if name in _PURE and is_shown else None


def _texts(values: Iterable[Value]) -> list[str | Text] | None:
    """The values as texts; None if one of them is neither known nor a text of inputs."""
    found: list[str | Text] = []
    for value in values:
        text = value.content if value.is_known else known_of(value)
        if not isinstance(text, str | Text):
            return None
        found.append(text)
    return found


def _text(texts: Sequence[str | Text], parts: Sequence[Value]) -> Value | None:
    text = joined(texts)
    return None if text is None else refined(STRING, text, *(part for part in parts if part.is_pending))


def _computed(name: str, arguments: Sequence[Value]) -> Value | None:
    """A text of its own: the same whenever the same function is called with the same texts."""
    texts = _texts(arguments)
    if texts is None:
        return None
    text = _by_letter(name, texts[0]) if name in _BY_LETTER and isinstance(texts[0], Text) else None
    if text is None:
        spelled = ", ".join(quote(each) if isinstance(each, str) else _spelled(each) for each in texts)
        text = Text((Symbol(f"{name}({spelled})", is_input=False),))
    return refined(STRING, text, *(argument for argument in arguments if argument.is_pending))


def _by_letter(name: str, text: Text) -> Text | None:
    """A text with each piece changed by itself; None where the start of the next piece could make a difference."""
    pieces: list[str | Text] = []
    for position, piece in enumerate(text.pieces):
        if isinstance(piece, Symbol):
            pieces.append(Text((Symbol(f"{name}({piece.name})", piece.excluded & {""}, is_input=False, of=piece),)))
            continue
        changed = _BY_LETTER[name](piece)
        if changed != piece and position + 1 < len(text.pieces):
            return None
        pieces.append(changed)
    return joined(pieces)


def _spelled(text: Text) -> str:
    return " + ".join(quote(piece) if isinstance(piece, str) else piece.name for piece in text.pieces)


def _length(value: Value) -> Value | None:
    known = known_of(value)
    if isinstance(known, Text):
        filled = 1 if known.is_empty() is False else 0
        return refined(NUMBER, Number(f"length({_spelled(known)})", Bounds(low=filled, low_closed=True), of=known), value)
    if isinstance(known, Entries) and not known.least:
        return asking(NUMBER, Question(known.name, "filled"), value)
    if isinstance(known, Items | Entries):
        return refined(NUMBER, Number(f"length({known.name})", Bounds(low=known.least, low_closed=True), is_input=False), value)
    return None


def _lookup(mapping: Value, key: Value, *default: Value) -> Value | None:
    entries = known_of(mapping)
    if isinstance(entries, Entries) and key.is_known:
        answer = entries.has(key.content)
        return default[0] if answer is False and default else entry(mapping, entries, key.content)
    known = known_of(key)
    if not isinstance(known, Text) or not isinstance(mapping.content, dict):
        return None
    if default and all(known.equals(each) is False for each in mapping.content):
        return convert(default[0], mapping.type.element) if isinstance(mapping.type, types.Map) else default[0]
    return item_by_input(mapping, key, known)


def _merge(*mappings: Value) -> Value | None:
    given = [mapping for mapping in mappings if not mapping.is_null]
    opened = [entries for mapping in given if isinstance(entries := known_of(mapping), Entries)]
    if len(opened) != 1 or any(mapping.is_pending and known_of(mapping) is None for mapping in given):
        return None
    base = opened[0]
    keys = {*base.known, *base.absent, *(key for mapping in given if isinstance(mapping.content, dict) for key in mapping.content)}
    found: dict[str, Value] = {}
    for key in sorted(keys):
        for mapping in reversed(given):
            items = mapping.content
            if not isinstance(items, dict):
                answer = base.has(key)
                if isinstance(answer, Question):
                    return asking(ANY, answer, mapping)
                items = base.known if answer else {}
            if key in items:
                found[key] = items[key]
                break
    kind = mappings[0].type if len({mapping.type for mapping in mappings}) == 1 else ANY
    waiting = [mapping for mapping in given if mapping.is_pending]
    return refined(kind, Entries(base.name, found, frozenset(keys - found.keys()), base.least), *waiting)


def _joined(separator: Value, *lists: Value) -> Value | None:
    if len(lists) != 1 or not separator.is_known or not isinstance(lists[0].content, tuple) or isinstance(lists[0].type, types.Set):
        return None
    items = lists[0].content
    texts = _texts(items)
    return None if texts is None else _text([piece for text in texts for piece in (separator.content, text)][1:], items)


def _formatted(pattern: Value, *arguments: Value) -> Value | None:
    if not pattern.is_known or pattern.content.count("%") != len(arguments) or pattern.content.count("%s") != len(arguments):
        return None
    if any(argument.is_null or isinstance(argument.type, types.Any) for argument in arguments):
        return None
    texts = _texts(convert(argument, STRING) if isinstance(argument.type, types.Primitive) else argument for argument in arguments)
    if texts is None:
        return None
    first, *others = pattern.content.split("%s")
    return _text([first, *(piece for pair in zip(texts, others, strict=True) for piece in pair)], arguments)


def _asked(ask: Callable[[Text, str], Answer]) -> Callable[[Value, Value], Value | None]:
    def answered(text: Value, part: Value) -> Value | None:
        known = known_of(text)
        if not isinstance(known, Text) or not part.is_known:
            return None
        answer = ask(known, part.content)
        return boolean(answer) if isinstance(answer, bool) else asking(BOOL, answer, text)

    return answered


def _as_text(value: Value) -> Value | None:
    converted = convert(value, STRING)
    return converted if known_of(converted) is not None else None


_KNOWN: dict[str, Callable[..., Value | None]] = {
    "contains": lambda sequence, value: contains(sequence, value) if isinstance(sequence.content, tuple) else None,
    "endswith": _asked(Text.ends_with),
    "format": _formatted,
    "join": _joined,
    "length": _length,
    "lookup": _lookup,
    "merge": _merge,
    "startswith": _asked(Text.starts_with),
    "tostring": _as_text,
}
