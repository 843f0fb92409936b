"""HTML by construction: all text is escaped on its way in, so that no value of an input can become markup, script or a CI command."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape, unescape
from typing import TypeAlias

from dyncheck.reporters.safe import safe_text

# Most text is plain; what is made only of these needs no look at its single characters.
_PLAIN = re.compile(r"[A-Za-z0-9 _.,;()/-]*")
_VOID = frozenset({"br", "col", "input", "link", "meta"})


class Markup(str):
    """HTML, as it is. Only this module makes it from text that is not its own."""

    __slots__ = ()


Content: TypeAlias = "str | Markup | Iterable[str | Markup] | None"
Attribute: TypeAlias = "str | int | bool | None"


def text(value: str) -> Markup:
    """A text as HTML shows it, in an element or an attribute's value.

    Nothing in it is obeyed by a CI log either, and it is still the same text when copied: `##[` becomes a character reference.
    Characters that would not show are spelt out.
    """
    # One that is sensitive is a string that prints as something else.
    plain = f"{value}"
    if _PLAIN.fullmatch(plain):
        return Markup(plain)
    return Markup(safe_text(escape(plain, quote=False).replace('"', "&quot;").replace("##", "#&#35;").replace("::", ":&#58;")))


def visible(value: str) -> str:
    """The text as it will be seen, with what would not show spelt out: for measuring it."""
    return unescape(text(value))


def join(*content: Content) -> Markup:
    """All content in a row: text is escaped, markup is not."""
    return Markup("".join(_pieces(content)))


def tag(name: str, /, *content: Content, **attributes: Attribute) -> Markup:
    """An element: `tag("td", "a < b", class_="fail")`. An attribute that is None or False is left out, one that is True has no value."""
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None and value is not False)
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{''.join(_pieces(content))}</{name}>")


def code(value: str) -> Markup:
    """A name or a value, in the type of code."""
    return tag("code", value)


def lines(*content: Content) -> Markup:
    """The content with a line of source for each piece."""
    return Markup("\n".join(_pieces(content)))


def prose(value: str) -> Markup:
    """Text in which `backticks` mark code."""
    pieces = value.split("`")
    return join(code(piece) if position % 2 else piece for position, piece in enumerate(pieces))


def static(value: str) -> Markup:
    """A text of our own, such as the style sheet, as it is."""
    return Markup(value)


def _pieces(content: Iterable[Content]) -> Iterable[str]:
    for each in content:
        if each is None:
            continue
        if isinstance(each, str):
            yield each if isinstance(each, Markup) else text(each)
        else:
            yield from (item if isinstance(item, Markup) else text(item) for item in each)


def _attribute(key: str, value: Attribute) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'
