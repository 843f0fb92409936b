"""Texts: letters, parts, lists of parts.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/string.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dyncheck.readers.hcl.functions.declaration import LONGEST_TEXT, Context, Function, Parameter, invalid, named
from dyncheck.readers.hcl.functions.native import to_int
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import BOOL, NUMBER, STRING
from dyncheck.readers.hcl.language.values import Problem, Value, boolean, list_of, pending, string

# What Go takes for a space; Python also takes the separators U+001C to U+001F.
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def _upper(text: Value) -> Value:
    return string(_mapped(text.content, str.upper))


def _lower(text: Value) -> Value:
    return string(_mapped(text.content, str.lower))


def _mapped(text: str, change: Callable[[str], str]) -> str:
    """Letter by letter, as Go does it: one that would become several, such as the German ß, stays as it is."""
    if text.isascii():
        return change(text)
    return "".join(_mapped_letter(letter, change) for letter in text)


def _mapped_letter(letter: str, change: Callable[[str], str]) -> str:
    changed = change(letter)
    if len(changed) == 1:
        return changed
    if letter == "İ":
        return "i"
    # Greek letters with a iota below become several in Python, but have a capital of one letter.
    capital = letter.title()
    return capital if len(capital) == 1 else letter


def _title(text: Value) -> Value:
    letters: list[str] = []
    before = " "
    for letter in text.content:
        letters.append(_mapped_letter(letter, str.title) if _is_between_words(before) else letter)
        before = letter
    return string("".join(letters))


def _is_between_words(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    from unicodedata import category

    return category(character)[0] != "L" and category(character) != "Nd" and character in _SPACES


def _trim(text: Value, cutset: Value) -> Value:
    return string(text.content.strip(cutset.content) if cutset.content else text.content)


def _trimmed_space(text: Value) -> Value:
    return string(text.content.strip(_SPACES))


def _trimmed_prefix(text: Value, prefix: Value) -> Value:
    return string(text.content.removeprefix(prefix.content))


def _trimmed_suffix(text: Value, suffix: Value) -> Value:
    return string(text.content.removesuffix(suffix.content))


def _chomp(text: Value) -> Value:
    return string(text.content.rstrip("\r\n"))


def _starts(text: Value, prefix: Value) -> Value:
    return boolean(text.content.startswith(prefix.content))


def _ends(text: Value, suffix: Value) -> Value:
    return boolean(text.content.endswith(suffix.content))


def _contains(text: Value, part: Value) -> Value:
    return boolean(part.content in text.content)


def _reversed(text: Value) -> Value:
    from dyncheck.readers.hcl.language.graphemes import clusters

    return string("".join(reversed(clusters(text.content))))


def _substr(text: Value, offset: Value, length: Value) -> Value:
    from dyncheck.readers.hcl.language.graphemes import clusters

    start, count = to_int(offset), to_int(length)
    found = clusters(text.content)
    if start < 0:
        start = max(start + len(found), 0)
    elif count == 0:
        return string("")
    # With an offset from the end, a length of 0 takes all that is left, as a negative one does.
    return string("".join(found[start:] if count <= 0 else found[start : start + count]))


def _join(separator: Value, *lists: Value) -> Value:
    if not lists:
        raise Problem("at least one list is required")
    parts: list[str] = []
    for position, each in enumerate(lists):
        for index, item in enumerate(each.content):
            if item.is_null:
                where = f" of list {position + 1}" if len(lists) > 1 else ""
                raise invalid("lists", f"element {index}{where} is null; cannot concatenate null values")
            parts.append(item.content)
    return _within_budget(sum(map(len, parts)) + len(separator.content) * len(parts), lambda: separator.content.join(parts))


def _split(separator: Value, text: Value) -> Value:
    parts = text.content.split(separator.content) if separator.content else text.content
    return strings(parts)


def _sort(texts: Value) -> Value:
    waiting = [item for item in texts.content if item.is_pending]
    if waiting:
        # How many they are is known, only not in which order.
        return list_of(STRING, (pending(STRING, *waiting) for _ in texts.content))
    for index, item in enumerate(texts.content):
        if item.is_null:
            raise Problem(f"given list element {index} is null; a null string cannot be sorted")
    return strings(sorted(item.content for item in texts.content))


def _indent(spaces: Value, text: Value) -> Value:
    width = to_int(spaces)
    if width < 0:
        raise Problem("panic in function implementation: strings: negative Repeat count")
    lines = text.content.count("\n")
    return _within_budget(len(text.content) + lines * width, lambda: text.content.replace("\n", "\n" + " " * width))


def _replace(context: Context, text: Value, part: Value, replacement: Value) -> Value:
    old, new = part.content, replacement.content
    if len(old) > 1 and old[0] == old[-1] == "/":
        from dyncheck.readers.hcl.functions.regular import replaced

        return replaced(context, text.content, old[1:-1], new)
    times = text.content.count(old)
    return _within_budget(len(text.content) + times * len(new), lambda: text.content.replace(old, new))


def _within_budget(length: int, make: Callable[[], str]) -> Value:
    if length > LONGEST_TEXT:
        raise UnsureError(f"more than {LONGEST_TEXT} characters")
    return string(make())


def strings(texts: Iterable[str]) -> Value:
    """A list of texts."""
    return list_of(STRING, map(string, texts))


_STR = Parameter("str", STRING)
_TEXTS = types.List(STRING)

FUNCTIONS = named(
    Function("chomp", (_STR,), _chomp, STRING),
    Function("endswith", (_STR, Parameter("suffix", STRING)), _ends, BOOL),
    Function("indent", (Parameter("spaces", NUMBER), _STR), _indent, STRING),
    Function("join", (Parameter("separator", STRING),), _join, STRING, variadic=Parameter("lists", _TEXTS)),
    Function("lower", (_STR,), _lower, STRING),
    Function("replace", (_STR, Parameter("substr", STRING), Parameter("replace", STRING)), _replace, STRING, wants_context=True),
    Function("sort", (Parameter("list", _TEXTS, takes_partly_known=True),), _sort, _TEXTS),
    Function("split", (Parameter("separator", STRING), _STR), _split, _TEXTS),
    Function("startswith", (_STR, Parameter("prefix", STRING)), _starts, BOOL),
    Function("strcontains", (_STR, Parameter("substr", STRING)), _contains, BOOL),
    Function("strrev", (_STR,), _reversed, STRING),
    Function("substr", (_STR, Parameter("offset", NUMBER), Parameter("length", NUMBER)), _substr, STRING),
    Function("title", (_STR,), _title, STRING),
    Function("trim", (_STR, Parameter("cutset", STRING)), _trim, STRING),
    Function("trimprefix", (_STR, Parameter("prefix", STRING)), _trimmed_prefix, STRING),
    Function("trimspace", (_STR,), _trimmed_space, STRING),
    Function("trimsuffix", (_STR, Parameter("suffix", STRING)), _trimmed_suffix, STRING),
    Function("upper", (_STR,), _upper, STRING),
)
