"""What can be told of a call whose arguments are inputs of a module that is being proved, although they may have many values.

Each answer holds whatever values the inputs have, as long as the call is without an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dyncheck.model import Question
from dyncheck.model.symbolic import Answer, Bounds, Entries, Items, Number, Symbol, Text, joined
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.items import entry, item_by_input
from dyncheck.readers.hcl.language.operators import equal
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING
from dyncheck.readers.hcl.language.unification import unify
from dyncheck.readers.hcl.language.values import TRUE, Value, asking, boolean, known_of, pending, refined, without_marks

# Functions from texts to a text that have no error and depend on nothing else, and those of them that change letter by letter.
_PURE = frozenset({"chomp", "lower", "strrev", "title", "trim", "trimprefix", "trimspace", "trimsuffix", "upper"})
_BY_LETTER: dict[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper}


def called(name: str, arguments: Sequence[Value], is_shown: bool) -> Value | None:
    """The result of a call, None where nothing is known of it. The arguments may be named in it where `is_shown`."""
    known = _KNOWN.get(name)
    if known is not None:
        return known(*arguments)
    return _computed(name, arguments) if name in _PURE and is_shown else None


def _computed(name: str, arguments: Sequence[Value]) -> Value | None:
    """A text of its own: the same whenever the same function is called with the same texts."""
    texts = [argument.content if argument.is_known else known_of(argument) for argument in arguments]
    if not all(isinstance(text, str | Text) for text in texts):
        return None
    spelled = ", ".join(quote(text) if isinstance(text, str) else _spelled(text) for text in texts if isinstance(text, str | Text))
    first = texts[0]
    waiting = [argument for argument in arguments if argument.is_pending]
    if name in _BY_LETTER and isinstance(first, Text):
        text = _by_letter(name, first)
        if text is not None:
            return refined(STRING, text, *waiting)
    symbol = Symbol(f"{name}({spelled})", is_input=False)
    return refined(STRING, Text((symbol,)), *waiting)


def _by_letter(name: str, text: Text) -> Text | None:
    """A text with each piece changed by itself; None where a mark after a piece could make a difference."""
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


def _answered(answer: Answer, *waiting: Value) -> Value:
    return boolean(answer) if isinstance(answer, bool) else asking(BOOL, answer, *waiting)


def _contains(sequence: Value, value: Value) -> Value | None:
    if not isinstance(sequence.content, tuple):
        return None
    answers = [equal(value, item) for item in sequence.content]
    if any(answer.content is True for answer in answers):
        return TRUE
    unsure = [answer for answer in answers if answer.is_pending]
    return pending(BOOL, *unsure) if unsure else boolean(False)


def _length(value: Value) -> Value | None:
    known = known_of(value)
    if isinstance(known, Text):
        filled = 1 if known.is_empty() is False else 0
        return refined(NUMBER, Number(f"length({_spelled(known)})", Bounds(low=filled, low_closed=True), of=known), value)
    if isinstance(known, Items | Entries):
        question = Question(known.name, "filled") if isinstance(known, Entries) and not known.least else None
        if question:
            return asking(NUMBER, question, value)
        return refined(NUMBER, Number(f"length({known.name})", Bounds(low=known.least, low_closed=True), is_input=False), value)
    return None


def _coalesce(*values: Value) -> Value | None:
    kind = unify(value.type for value in values)
    if kind is None:
        return None
    for value in values:
        converted = convert(value, kind)
        known = known_of(converted)
        if isinstance(known, Text):
            answer = known.is_empty()
            if answer is False:
                return converted
            return asking(kind, answer, converted) if isinstance(answer, Question) else None
        if known is not None:
            return converted
        if converted.is_pending:
            return None
        if not converted.is_null and without_marks(converted).content != "":
            return converted
    return None


def _lookup(mapping: Value, key: Value, *default: Value) -> Value | None:
    entries = known_of(mapping)
    if isinstance(entries, Entries) and key.is_known:
        answer = entries.has(key.content)
        if answer is False and default:
            return default[0]
        return entry(mapping, entries, key.content)
    known = known_of(key)
    if not isinstance(known, Text) or not isinstance(mapping.content, dict):
        return None
    answers = [known.equals(each) for each in mapping.content]
    if default and all(answer is False for answer in answers):
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
            if isinstance(mapping.content, dict):
                if key in mapping.content:
                    found[key] = mapping.content[key]
                    break
                continue
            answer = base.has(key)
            if isinstance(answer, Question):
                return asking(ANY, answer, mapping)
            if answer:
                found[key] = base.known[key]
                break
    kind = mappings[0].type if len({mapping.type for mapping in mappings}) == 1 else ANY
    waiting = [mapping for mapping in given if mapping.is_pending]
    return refined(kind, Entries(base.name, found, frozenset(keys - found.keys()), base.least), *waiting)


def _joined(separator: Value, *lists: Value) -> Value | None:
    items = [item for each in lists if isinstance(each.content, tuple) for item in each.content]
    if len(lists) != 1 or not separator.is_known or not isinstance(lists[0].content, tuple) or isinstance(lists[0].type, types.Set):
        return None
    texts: list[str | Text] = []
    for item in items:
        text = item.content if item.is_known else known_of(item)
        if not isinstance(text, str | Text):
            return None
        texts += [separator.content, text] if texts else [text]
    return _text(texts, items)


def _formatted(pattern: Value, *arguments: Value) -> Value | None:
    if not pattern.is_known or pattern.content.count("%") != len(arguments) or pattern.content.count("%s") != len(arguments):
        return None
    texts: list[str | Text] = []
    for literal, argument in zip(pattern.content.split("%s"), (*arguments, None), strict=True):
        texts.append(literal)
        if argument is None:
            break
        if argument.is_null or isinstance(argument.type, types.Any):
            return None
        converted = convert(argument, STRING) if isinstance(argument.type, types.Primitive) else argument
        text = converted.content if converted.is_known else known_of(converted)
        if not isinstance(text, str | Text):
            return None
        texts.append(text)
    return _text(texts, arguments)


def _text(texts: Sequence[str | Text], parts: Sequence[Value]) -> Value | None:
    text = joined(texts)
    return None if text is None else refined(STRING, text, *(part for part in parts if part.is_pending))


def _starts(text: Value, prefix: Value) -> Value | None:
    known = known_of(text)
    return _answered(known.starts_with(prefix.content), text) if isinstance(known, Text) and prefix.is_known else None


def _ends(text: Value, suffix: Value) -> Value | None:
    known = known_of(text)
    return _answered(known.ends_with(suffix.content), text) if isinstance(known, Text) and suffix.is_known else None


def _text_itself(value: Value) -> Value | None:
    converted = convert(value, STRING)
    return converted if known_of(converted) is not None else None


_KNOWN: dict[str, Callable[..., Value | None]] = {
    "coalesce": _coalesce,
    "contains": _contains,
    "endswith": _ends,
    "format": _formatted,
    "join": _joined,
    "length": _length,
    "lookup": _lookup,
    "merge": _merge,
    "startswith": _starts,
    "tostring": _text_itself,
}
