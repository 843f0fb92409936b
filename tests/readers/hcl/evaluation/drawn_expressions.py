"""Generates expressions of every kind, most of them valid, from a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

_NUMBERS = ("0", "-0", "1", "-1", "2", "3", "5", "-7", "0.1", "0.5", "-0.5", "1.5", "10", "1e3", "12345678901234567890", "0 * -1")
_NUMBERS_OF_INPUTS = ("var.n1", "local.number", "var.o8[0].a", "length(var.s1)")
_TEXTS = ('""', '"a"', '"b"', '"B"', '"10"', '"2"', '"true"', '"0"', '"-0"', '"é"', '"a,b,c"', '" x "', '"a-b_c"', '"aa"', '"%s"', '"1e3"')
_TEXTS_OF_INPUTS = ("local.text", "var.secret", "var.nullstr", "local.tpl", "local.hd1", "local.hd5", "var.o1.a", '"x${local.text}"')
_BOOLS = ("true", "false", "var.secretbool", "var.nullbool", "local.truth", "var.o4.n == null", '"true"', '"0"')
_LISTS = ("[]", '["a", "b"]', '["b", "a", "b"]', "[1, 2, 3]", "[true, false]", '[1, "a"]', '[["a"], []]', "[null]", '["a", ""]', "[0, -0]")
_LISTS_OF_INPUTS = ("var.anylist", "var.secretlist", "var.nulllist", "local.texts", "var.o1.c", "var.o8", '[local.text, "a"]', "var.o6")
_SETS = ('toset(["b", "a"])', "toset([])", "toset([1, 2])", "var.s1", "var.anyset", "local.set", "toset([0, -0])", "var.o5")
_MAPS = ("{}", "{ a = 1 }", '{ a = 1, b = "x" }', "{ a = { b = 1 } }", '{ "0" = "z", (-0) = "m" }', "{ a = null }", '{ b = "x", a = "y" }')
_MAPS_OF_INPUTS = ("var.anymap", "var.secretmap", "var.nullmap", "local.map", "var.o1", "var.o2", "var.o3", "var.o9", "var.o7")

_KINDS = ("number", "text", "bool", "list", "set", "map")

# The kinds of the arguments of functions, by the kind of their result. `any` is any kind.
_FUNCTIONS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "number": {
        "abs": ("number",),
        "ceil": ("number",),
        "floor": ("number",),
        "signum": ("number",),
        "max": ("number", "number"),
        "min": ("number", "number"),
        "parseint": ("text", "number"),
        "pow": ("number", "number"),
        "length": ("any",),
        "sum": ("list",),
        "tonumber": ("any",),
        "index": ("list", "any"),
    },
    "text": {
        "upper": ("text",),
        "lower": ("text",),
        "title": ("text",),
        "chomp": ("text",),
        "trimspace": ("text",),
        "trim": ("text", "text"),
        "trimprefix": ("text", "text"),
        "trimsuffix": ("text", "text"),
        "strrev": ("text",),
        "substr": ("text", "number", "number"),
        "replace": ("text", "text", "text"),
        "join": ("text", "list"),
        "format": ("pattern", "any"),
        "jsonencode": ("any",),
        "yamlencode": ("any",),
        "tostring": ("any",),
        "indent": ("number", "text"),
        "base64encode": ("text",),
        "md5": ("text",),
        "urlencode": ("text",),
        "element": ("list", "number"),
        "coalesce": ("text", "text"),
    },
    "bool": {
        "contains": ("list", "any"),
        "startswith": ("text", "text"),
        "endswith": ("text", "text"),
        "strcontains": ("text", "text"),
        "alltrue": ("list",),
        "anytrue": ("list",),
        "tobool": ("any",),
        "can": ("any",),
        "issensitive": ("any",),
    },
    "list": {
        "concat": ("list", "list"),
        "compact": ("list",),
        "distinct": ("list",),
        "flatten": ("list",),
        "reverse": ("list",),
        "sort": ("list",),
        "keys": ("map",),
        "values": ("map",),
        "split": ("text", "text"),
        "slice": ("list", "number", "number"),
        "range": ("number", "number"),
        "chunklist": ("list", "number"),
        "formatlist": ("pattern", "list"),
        "tolist": ("any",),
        "setproduct": ("list", "list"),
        "matchkeys": ("list", "list", "list"),
        "coalescelist": ("list", "list"),
        "regexall": ("text", "text"),
    },
    "set": {
        "toset": ("any",),
        "setunion": ("set", "list"),
        "setintersection": ("set", "set"),
        "setsubtract": ("set", "list"),
    },
    "map": {
        "merge": ("map", "map"),
        "tomap": ("map",),
        "zipmap": ("list", "list"),
        "transpose": ("map",),
        "jsondecode": ("json",),
    },
    "any": {"lookup": ("map", "text", "any"), "one": ("list",), "try": ("any", "any"), "nonsensitive": ("any",), "sensitive": ("any",)},
}
_PATTERNS = (
    '"%s"',
    '"%d"',
    '"%v"',
    '"%5.1f"',
    '"%q"',
    '"%x"',
    '"%e"',
    '"%05d"',
    '"%+d"',
    '"%t"',
    '"%%"',
    '"%#v"',
    '"a"',
    '"%-5s|"',
    '"%g"',
)
_JSON = (r'"{\"a\": 1}"', '"[1, -0]"', '"null"', '"-0"', r'"\"x\""', '"{"', '"1.50"')
_OPERATORS = {"number": ("+", "-", "*", "/", "%"), "bool": ("&&", "||"), "comparison": ("<", ">", "<=", ">=")}
_DEEPEST = 3


def drawn(seed: int, count: int) -> list[str]:
    """So many different expressions."""
    source = _Source(Random(seed))
    found: dict[str, None] = {}
    while len(found) < count:
        found[source.expression(source.random.choice(_KINDS), 0)] = None
    return list(found)


class _Source:
    """Draws expressions of a kind. Now and then it draws one of another kind, which Terraform converts or refuses."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def expression(self, kind: str, depth: int) -> str:
        """An expression of a kind."""
        if kind == "any" or self.random.random() < 0.03:
            kind = self.random.choice(_KINDS)
        if depth >= _DEEPEST or self.random.random() < 0.25:
            return self._leaf(kind)
        make = self.random.choice((self._call, self._call, self._call, self._composed, self._composed, self._chosen, self._item))
        return make(kind, depth + 1)

    def _leaf(self, kind: str) -> str:
        constants, inputs = {
            "number": (_NUMBERS, _NUMBERS_OF_INPUTS),
            "text": (_TEXTS, _TEXTS_OF_INPUTS),
            "bool": (_BOOLS, _BOOLS),
            "list": (_LISTS, _LISTS_OF_INPUTS),
            "set": (_SETS, _SETS),
            "map": (_MAPS, _MAPS_OF_INPUTS),
            "pattern": (_PATTERNS, _PATTERNS),
            "json": (_JSON, _JSON),
        }[kind]
        if self.random.random() < 0.02:
            return "null"
        return self.random.choice(inputs if self.random.random() < 0.3 else constants)

    def _call(self, kind: str, depth: int) -> str:
        if kind in ("pattern", "json"):
            return self._leaf(kind)
        functions = _FUNCTIONS["any" if self.random.random() < 0.1 else kind]
        name = self.random.choice(tuple(functions))
        arguments = [self.expression(each, depth) for each in functions[name]]
        return f"{name}({', '.join(arguments)})"

    def _composed(self, kind: str, depth: int) -> str:
        make: Mapping[str, Callable[[int], str]] = {
            "number": self._arithmetic,
            "text": self._template,
            "bool": self._truth,
            "list": self._sequence,
            "map": self._mapping,
        }
        return make[kind](depth) if kind in make else self._call(kind, depth)

    def _arithmetic(self, depth: int) -> str:
        if self.random.random() < 0.2:
            return f"-({self.expression('number', depth)})"
        return f"({self.expression('number', depth)} {self.random.choice(_OPERATORS['number'])} {self.expression('number', depth)})"

    def _template(self, depth: int) -> str:
        one, other = self.expression("any", depth), self.expression("text", depth)
        return self.random.choice(
            (
                f'"<${{{one}}}-${{{other}}}>"',
                f'"${{{one}}}"',
                f'"%{{ if {self.expression("bool", depth)} }}y%{{ else }}${{{other}}}%{{ endif }}"',
                f'"%{{ for x in {self.expression("list", depth)} }}${{x}};%{{ endfor }}"',
            )
        )

    def _truth(self, depth: int) -> str:
        way = self.random.random()
        if way < 0.3:
            return f"({self.expression('bool', depth)} {self.random.choice(_OPERATORS['bool'])} {self.expression('bool', depth)})"
        if way < 0.5:
            operator = self.random.choice(_OPERATORS["comparison"])
            return f"({self.expression('number', depth)} {operator} {self.expression('number', depth)})"
        if way < 0.6:
            return f"!({self.expression('bool', depth)})"
        kind = self.random.choice(_KINDS)
        other = kind if self.random.random() < 0.8 else "any"
        return f"({self.expression(kind, depth)} {self.random.choice(('==', '!='))} {self.expression(other, depth)})"

    def _sequence(self, depth: int) -> str:
        way = self.random.random()
        if way < 0.35:
            return f"[{', '.join(self.expression('any', depth) for _ in range(self.random.randint(0, 3)))}]"
        collection = self.expression(self.random.choice(("list", "set", "map")), depth)
        if way < 0.5:
            return f"({collection})[*]"
        if way < 0.6:
            return f"({collection})[*].a"
        result = self.random.choice(("x", "[k, x]", '"${k}!"', "x == k", self.expression("any", depth)))
        condition = self.random.choice(("", f" if {self.expression('bool', depth)}", " if x != null"))
        return f"[for k, x in {collection} : {result}{condition}]"

    def _mapping(self, depth: int) -> str:
        if self.random.random() < 0.5:
            return f"{{ a = {self.expression('any', depth)}, ({self.expression('text', depth)}) = {self.expression('any', depth)} }}"
        collection = self.expression(self.random.choice(("list", "set", "map")), depth)
        key, grouped = self.random.choice(("k", "x", '"p-${k}"')), self.random.choice(("", "", "..."))
        return f"{{ for k, x in {collection} : {key} => x{grouped} }}"

    def _chosen(self, kind: str, depth: int) -> str:
        return f"({self.expression('bool', depth)} ? {self.expression(kind, depth)} : {self.expression(kind, depth)})"

    def _item(self, kind: str, depth: int) -> str:
        if kind in ("pattern", "json"):
            return self._leaf(kind)
        if self.random.random() < 0.5:
            return f"[{self.expression(kind, depth)}][{self.random.choice(('0', '-0', '1', 'length([])'))}]"
        key = self.random.choice((".a", '["a"]', '["b"]'))
        return f"{{ a = {self.expression(kind, depth)} }}{key}"
