"""The tree of a file from python-hcl2, an independent parser, in the form of `trees.drawn`."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import hcl2
from lark import Token, Tree

Node: TypeAlias = "Tree[Any] | Token"

_NO_MEANING = {"new_line_or_comment", "EQ", "COLON", "COMMA", "DOT", "LPAR", "RPAR", "LSQB", "RSQB", "LBRACE", "RBRACE", "DBLQUOTE"}
_WORDS = {"identifier", "keyword", "literal_value"}
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPE = re.compile(r"\\(?:u(....)|U(........)|(.))")


def second(text: str) -> str:
    """The tree of a file. Raises `ValueError` or an error of lark."""
    return _body(hcl2.parses_to_tree(text).children[0])


def _kind(node: Node) -> str:
    return node.type if isinstance(node, Token) else str(node.data)


def _parts(node: Node) -> list[Node]:
    """The children of a node, without blanks and punctuation."""
    assert isinstance(node, Tree)
    return [child for child in node.children if child is not None and _kind(child) not in _NO_MEANING]


def _text(node: Node) -> str:
    return node if isinstance(node, Token) else "".join(_text(child) for child in node.children)


def _body(node: Node) -> str:
    arguments, blocks = [], []
    for part in _parts(node):
        if _kind(part) == "attribute":
            name, value = _parts(part)
            arguments.append(f"{_text(name)} = {_expression(value)}")
        else:
            kind, *labels, body = _parts(part)
            names = [_quoted(_text(label)) if _kind(label) in _WORDS else _expression(label) for label in labels]
            blocks.append(" ".join((_text(kind), *names, _body(body))))
    return f"{{{'; '.join(arguments + blocks)}}}"


def _expression(node: Node) -> str:
    return _DRAW[_kind(node)](node)


def _only(node: Node) -> str:
    (part,) = _parts(node)
    return _expression(part)


def _number(node: Node) -> str:
    text = _text(node)
    magnitude = Decimal(text.lstrip("-"))
    shown = str(int(magnitude)) if magnitude == int(magnitude) else str(float(magnitude))
    return f"Unary(-, {shown})" if text.startswith("-") else shown


def _quoted(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def _string(node: Node) -> str:
    parts = _stripped([part for outer in _parts(node) for part in _parts(outer)])
    drawn = _drawn_until(parts)
    if not drawn:
        return '""'
    plain = len(drawn) == 1 and not drawn[0].startswith(("TemplateIf", "TemplateFor"))
    return drawn[0] if plain else f"Template([{', '.join(drawn)}])"


def _stripped(parts: list[Node]) -> list[Node | str]:
    """The parts, with escapes resolved and blanks stripped."""
    texts: list[Node | str] = [_meaning(part) if isinstance(part, Token) else part for part in parts]
    for position, part in enumerate(parts):
        if isinstance(part, Tree) and _kind(part) != "interpolation":
            before, after = position - 1, position + 1
            if _kind(part.children[1]) == "STRIP_MARKER" and before >= 0 and isinstance(text := texts[before], str):
                texts[before] = text.rstrip()
            if _kind(part.children[-2]) == "STRIP_MARKER" and after < len(texts) and isinstance(text := texts[after], str):
                texts[after] = text.lstrip()
    return texts


def _meaning(token: Token) -> str:
    """The text of a part of a string."""
    if token.type in ("ESCAPED_INTERPOLATION", "ESCAPED_DIRECTIVE"):
        return token[1:]
    return _ESCAPE.sub(_unescaped, token)


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SIMPLE_ESCAPES.get(match[3], match[3])


def _drawn_until(parts: list[Node | str], *ends: str) -> list[str]:
    """The parts before the next closing directive. Directives are flat here and nested in the tree."""
    drawn: list[str] = []
    text = ""
    while parts:
        part = parts[0]
        if isinstance(part, str) and not isinstance(part, Token):
            text += part
            del parts[0]
            continue
        if text:
            drawn.append(_quoted(text))
            text = ""
        if _kind(part) in ends:
            return drawn
        del parts[0]
        if _kind(part) in ("template_else", "template_endif", "template_endfor"):
            raise ValueError("a directive without its beginning")
        drawn.append(_expression(_parts(part)[1]) if _kind(part) == "interpolation" else _directive(part, parts))
    if ends:
        raise ValueError("a directive without its end")
    return [*drawn, _quoted(text)] if text else drawn


def _directive(opening: Node, parts: list[Node | str]) -> str:
    words = [part for part in _parts(opening) if _kind(part) not in ("STRIP_MARKER", "DIRECTIVE_START", "IF", "FOR", "IN")]
    if _kind(opening) == "template_for_start":
        body = _drawn_until(parts, "template_endfor")
        del parts[0]
        *names, collection = words
        key = "" if len(names) == 1 else _text(names[0])
        return f"TemplateFor({key}, {_text(names[-1])}, {_expression(collection)}, [{', '.join(body)}])"
    then = _drawn_until(parts, "template_else", "template_endif")
    end = parts.pop(0)
    assert not isinstance(end, str) or isinstance(end, Token)
    otherwise = _drawn_until(parts, "template_endif") if _kind(end) == "template_else" else []
    if _kind(end) == "template_else":
        del parts[0]
    return f"TemplateIf({_expression(words[0])}, [{', '.join(then)}], [{', '.join(otherwise)}])"


def _heredoc(node: Node) -> str:
    """A heredoc without interpolations, because python-hcl2 does not parse its text."""
    first, *lines, _ = _text(node).removesuffix("\n").split("\n")
    if first.startswith("<<-"):
        blanks = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        lines = [line[blanks:] if line.strip() else line for line in lines]
    return _quoted("".join(f"{line}\n" for line in lines))


def _tuple(node: Node) -> str:
    return f"Tuple([{', '.join(map(_expression, _parts(node)))}])"


def _object(node: Node) -> str:
    return f"Object({', '.join(map(_item, _parts(node)))})"


def _item(node: Node) -> str:
    key, value = _parts(node)
    (key,) = _parts(key)
    inner = key
    while _kind(inner) == "expr_term" and len(inner.children) == 1:  # type: ignore[union-attr]
        inner = inner.children[0]  # type: ignore[union-attr]
    return f"{_quoted(_text(inner)) if _kind(inner) in _WORDS else _expression(key)} = {_expression(value)}"


def _call(node: Node) -> str:
    parts = _parts(node)
    name = "::".join(_text(part) for part in parts if _kind(part) == "identifier")
    arguments = _parts(parts[-1]) if _kind(parts[-1]) == "arguments" else []
    drawn = [_expression(argument) for argument in arguments if _kind(argument) != "ELLIPSIS"]
    return f"Call({name}, [{', '.join(drawn)}], {len(drawn) < len(arguments)})"


def _step(of: str, step: Node) -> str:
    """An attribute or an index of something."""
    (part,) = _parts(step)
    if _kind(step) == "get_attr":
        return f"Attribute({of}, {_text(part)})"
    return f"Index({of}, {_text(part) if _kind(step) == 'short_index' else _expression(part)})"


def _access(node: Node) -> str:
    of, step = _parts(node)
    return _step(_expression(of), step)


def _splat(node: Node) -> str:
    of, splat = _parts(node)
    each = "SplatItem()"
    for step in _parts(splat)[1:]:
        each = _step(each, step)
    return f"Splat({_expression(of)}, {each})"


def _for(node: Node) -> str:
    parts = _parts(node)
    intro = [part for part in _parts(parts[0]) if _kind(part) not in ("FOR", "IN")]
    *names, collection = intro
    condition = f" if {_expression(_parts(parts[-1])[1])}" if _kind(parts[-1]) == "for_cond" else ""
    results = [part for part in parts[1:] if _kind(part) not in ("for_cond", "ELLIPSIS", "FOR_OBJECT_ARROW")]
    grouping = "..." if any(_kind(part) == "ELLIPSIS" for part in parts) else ""
    drawn = " => ".join(map(_expression, results))
    return f"For({', '.join(map(_text, names))} in {_expression(collection)} : {drawn}{grouping}{condition})"


def _unary(node: Node) -> str:
    operator, operand = _parts(node)
    return f"Unary({operator}, {_expression(operand)})"


def _binary(node: Node) -> str:
    left, term = _parts(node)
    operator, right = _parts(term)
    return f"Binary({_text(operator).strip()}, {_expression(left)}, {_expression(right)})"


def _conditional(node: Node) -> str:
    condition, _, then, otherwise = _parts(node)
    return f"Conditional({_expression(condition)}, {_expression(then)}, {_expression(otherwise)})"


_DRAW: dict[str, Callable[[Node], str]] = {
    "attr_splat_expr_term": _splat,
    "binary_op": _binary,
    "conditional": _conditional,
    "expr_term": _only,
    "float_lit": _number,
    "for_object_expr": _for,
    "for_tuple_expr": _for,
    "full_splat_expr_term": _splat,
    "function_call": _call,
    "get_attr_expr_term": _access,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "identifier": lambda node: f"Name({_text(node)})",
    "index_expr_term": _access,
    "int_lit": _number,
    "literal_value": _text,
    "object": _object,
    "string": _string,
    "tuple": _tuple,
    "unary_op": _unary,
}
