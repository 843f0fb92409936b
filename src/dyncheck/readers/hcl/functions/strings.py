"""Functions of text.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/string.go
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dyncheck.readers.hcl.functions.declaration import Context, Function, InvalidArgument, Parameter, limit_text, plain, to_int
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.graphemes import clusters
from dyncheck.readers.hcl.language.numbers import Number
from dyncheck.readers.hcl.language.types import BOOL, NUMBER, STRING
from dyncheck.readers.hcl.language.values import EvaluationError, Value, list_of, pending, string

# Go's spaces; Python also takes the separators U+001C to U+001F.
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def _mapped(change: Callable[[str], str], text: str) -> str:
    """Letter by letter, as in Go: a letter that would become several, such as the German ß, stays as it is."""
    return change(text) if text.isascii() else "".join(_mapped_letter(change, letter) for letter in text)


def _mapped_letter(change: Callable[[str], str], letter: str) -> str:
    changed = change(letter)
    if len(changed) == 1:
        return changed
    if letter == "İ":
        return "i"
    # Python makes several letters of a Greek letter with an iota below, but its capital is one letter.
    capital = letter.title()
    return capital if len(capital) == 1 else letter


def _title(text: str) -> str:
    pairs = zip(" " + text, text, strict=False)
    return "".join(_mapped_letter(str.title, letter) if _is_between_words(before) else letter for before, letter in pairs)


def _is_between_words(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    from unicodedata import category

    return category(character)[0] != "L" and category(character) != "Nd" and character in _SPACES


def _substr(text: str, offset: Number, length: Number) -> str:
    start, count = to_int(offset), to_int(length)
    found = clusters(text)
    if start < 0:
        start = max(start + len(found), 0)
    elif count == 0:
        return ""
    # With an offset from the end, a length of 0 takes the rest of the text, as a negative length does.
    return "".join(found[start:] if count <= 0 else found[start : start + count])


def _join(separator: Value, *lists: Value) -> Value:
    if not lists:
        raise EvaluationError("at least one list is required")
    items = [item.content for each in lists for item in each.content]
    if None in items:
        raise InvalidArgument("lists", f"element {items.index(None)} is null")
    limit_text(sum(map(len, items)) + len(separator.content) * len(items))
    return string(separator.content.join(items))


def _sort(texts: Value) -> Value:
    waiting = [item for item in texts.content if item.is_pending]
    if waiting:
        # Their number is known, only their order is not.
        return list_of(STRING, (pending(STRING, *waiting) for _ in texts.content))
    if any(item.is_null for item in texts.content):
        raise EvaluationError("null cannot be sorted")
    return list_of(STRING, sorted(texts.content, key=lambda item: item.content))


def _indent(spaces: Number, text: str) -> str:
    width = to_int(spaces)
    if width < 0:
        raise EvaluationError("the number of spaces must not be negative")
    limit_text(len(text) + text.count("\n") * width)
    return text.replace("\n", "\n" + " " * width)


def _replace(context: Context, text: Value, part: Value, replacement: Value) -> Value:
    old, new = part.content, replacement.content
    if len(old) > 1 and old[0] == old[-1] == "/":
        from dyncheck.readers.hcl.functions.regular import replaced

        return replaced(context, text.content, old[1:-1], new)
    limit_text(len(text.content) + text.content.count(old) * len(new))
    return string(text.content.replace(old, new))


_STR = Parameter("str", STRING)
_TEXTS = types.List(STRING)

FUNCTIONS = (
    plain("chomp", lambda text: text.rstrip("\r\n"), STRING, str=STRING),
    plain("endswith", str.endswith, BOOL, str=STRING, suffix=STRING),
    plain("indent", _indent, STRING, spaces=NUMBER, str=STRING),
    Function("join", (Parameter("separator", STRING),), _join, STRING, variadic=Parameter("lists", _TEXTS)),
    plain("lower", partial(_mapped, str.lower), STRING, str=STRING),
    Function("replace", (_STR, Parameter("substr", STRING), Parameter("replace", STRING)), _replace, STRING, wants_context=True),
    Function("sort", (Parameter("list", _TEXTS, takes_partly_known=True),), _sort, _TEXTS),
    plain("split", lambda separator, text: text.split(separator) if separator else list(text), _TEXTS, separator=STRING, str=STRING),
    plain("startswith", str.startswith, BOOL, str=STRING, prefix=STRING),
    plain("strcontains", str.__contains__, BOOL, str=STRING, substr=STRING),
    plain("strrev", lambda text: "".join(reversed(clusters(text))), STRING, str=STRING),
    plain("substr", _substr, STRING, str=STRING, offset=NUMBER, length=NUMBER),
    plain("title", _title, STRING, str=STRING),
    plain("trim", lambda text, cutset: text.strip(cutset) if cutset else text, STRING, str=STRING, cutset=STRING),
    plain("trimprefix", str.removeprefix, STRING, str=STRING, prefix=STRING),
    plain("trimspace", lambda text: text.strip(_SPACES), STRING, str=STRING),
    plain("trimsuffix", str.removesuffix, STRING, str=STRING, suffix=STRING),
    plain("upper", partial(_mapped, str.upper), STRING, str=STRING),
)
