"""The native syntax: trees, errors and places."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.graphemes import clusters
from dyncheck.readers.hcl.language.nodes import Span
from dyncheck.readers.hcl.language.numbers import parse as parse_number
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body, parse_expression, parse_template
from tests.readers.hcl.language.trees import drawn
from tests.recording.record_expressions import Case, Text, read_expressions, read_templates
from tests.support.terraform import has_terraform


def refusal(text: str | bytes) -> SyntaxFault:
    """The syntax error of a file."""
    with pytest.raises(SyntaxFault) as caught:
        parse_body(text if isinstance(text, bytes) else text.encode(), "main.tf")
    return caught.value


def fault_of(parse: Callable[[], object]) -> SyntaxFault | None:
    """The syntax error of a text, if any."""
    try:
        parse()
    except SyntaxFault as fault:
        return fault
    return None


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", "Name(a)"),
        ("a-b", "Name(a-b)"),
        ("été_1", "Name(été_1)"),
        ("1", "1"),
        ("1.5E-3", "0.0015"),
        ("true", "true"),
        ("null", "null"),
        ("truely", "Name(truely)"),
        ('"a"', '"a"'),
        ("a.b", "Attribute(Name(a), b)"),
        ("a . b", "Attribute(Name(a), b)"),
        ("a.for.if.null", "Attribute(Attribute(Attribute(Name(a), for), if), null)"),
        ("a.0", "Index(Name(a), 0)"),
        ("a.0.b", "Attribute(Index(Name(a), 0), b)"),
        ("a[0]", "Index(Name(a), 0)"),
        ('a["b"][c]', 'Index(Index(Name(a), "b"), Name(c))'),
        ("a[\n0\n]", "Index(Name(a), 0)"),
        ("a[*]", "Splat(Name(a), SplatItem())"),
        ("a[ * ].b[0].c", "Splat(Name(a), Attribute(Index(Attribute(SplatItem(), b), 0), c))"),
        ("a[*].b[*].c", "Splat(Name(a), Splat(Attribute(SplatItem(), b), Attribute(SplatItem(), c)))"),
        ("a.*.b.c[0].d", "Attribute(Index(Splat(Name(a), Attribute(Attribute(SplatItem(), b), c)), 0), d)"),
        ("a.*.0", "Splat(Name(a), Index(SplatItem(), 0))"),
        ("(a[*]).b", "Attribute(Splat(Name(a), SplatItem()), b)"),
        ("-a.b", "Unary(-, Attribute(Name(a), b))"),
        ("!-a", "Unary(!, Unary(-, Name(a)))"),
        ("-a * b", "Binary(*, Unary(-, Name(a)), Name(b))"),
        ("a - -b", "Binary(-, Name(a), Unary(-, Name(b)))"),
        ("a + b * c - d", "Binary(-, Binary(+, Name(a), Binary(*, Name(b), Name(c))), Name(d))"),
        ("a % b / c", "Binary(/, Binary(%, Name(a), Name(b)), Name(c))"),
        ("(a + b) * c", "Binary(*, Binary(+, Name(a), Name(b)), Name(c))"),
        ("a < b == c > d", "Binary(==, Binary(<, Name(a), Name(b)), Binary(>, Name(c), Name(d)))"),
        ("a || b && c != d", "Binary(||, Name(a), Binary(&&, Name(b), Binary(!=, Name(c), Name(d))))"),
        ("a + 1 <= b", "Binary(<=, Binary(+, Name(a), 1), Name(b))"),
        ("a ? b : c ? d : e", "Conditional(Name(a), Name(b), Conditional(Name(c), Name(d), Name(e)))"),
        ("a ? b ? c : d : e", "Conditional(Name(a), Conditional(Name(b), Name(c), Name(d)), Name(e))"),
        ("a || b ? c + 1 : d", "Conditional(Binary(||, Name(a), Name(b)), Binary(+, Name(c), 1), Name(d))"),
        ("f()", "Call(f, [], False)"),
        ("f(a, b,)", "Call(f, [Name(a), Name(b)], False)"),
        ("f(a, b...)", "Call(f, [Name(a), Name(b)], True)"),
        ("provider::aws :: f (a)", "Call(provider::aws::f, [Name(a)], False)"),
        ("f(\na\n,\nb\n)", "Call(f, [Name(a), Name(b)], False)"),
        ("[]", "Tuple([])"),
        ("[1, [2],]", "Tuple([1, Tuple([2])])"),
        ("{}", "Object()"),
        ("{ a = 1, b : 2, }", 'Object("a" = 1, "b" = 2)'),
        ("{\n a = 1 # one\n\n b = 2 // two\n}", 'Object("a" = 1, "b" = 2)'),
        ('{ "a" = 1, (b) = 2, "${c}d" = 3, 4 = 5 }', 'Object("a" = 1, Name(b) = 2, Template([Name(c), "d"]) = 3, 4 = 5)'),
        ("{ true = 1, null = 2, if = 3 }", 'Object("true" = 1, "null" = 2, "if" = 3)'),
        ("{ (true) = 1 }", "Object(true = 1)"),
        ('{ "${a}" = 1 }', "Object(Name(a) = 1)"),
        # Two calls for a parser that does not see the end of the line.
        ("{\n a = b\n (c) = d\n}", 'Object("a" = Name(b), Name(c) = Name(d))'),
        ("[for a in b : c]", "For(a in Name(b) : Name(c))"),
        ("[for a, b in c : d if e]", "For(a, b in Name(c) : Name(d) if Name(e))"),
        ("{for a in b : c => d}", "For(a in Name(b) : Name(c) => Name(d))"),
        ("{\nfor\na\n,\nb\nin\nc\n:\nd\n=>\ne\n...\nif\nf\n}", "For(a, b in Name(c) : Name(d) => Name(e)... if Name(f))"),
        ("[for if in in : if if if]", "For(if in Name(in) : Name(if) if Name(if))"),
        ('"a${b}c"', 'Template(["a", Name(b), "c"])'),
        ('"${a}"', "Name(a)"),
        ('"${a}${b}"', "Template([Name(a), Name(b)])"),
        ('" ${~ a ~} "', "Template([Name(a)])"),
        ('"${"${a}"}"', "Name(a)"),
        ('"%{ if a }b%{ endif }"', 'Template([TemplateIf(Name(a), ["b"], [])])'),
        ('"%{ if a }%{ else }${b}%{ endif }"', "Template([TemplateIf(Name(a), [], [Name(b)])])"),
        ('"%{ for a, b in c }${a}, %{ endfor }"', 'Template([TemplateFor(a, b, Name(c), [Name(a), ", "])])'),
        ('"%{ for a in b }%{ endfor }"', "Template([TemplateFor(, a, Name(b), [])])"),
        ("<<A\na ${b}\nA\n", 'Template(["a ", Name(b), "\\n"])'),
        ("[<<A\na\nA\n, <<-B\n  b\n  B\n]", 'Tuple(["a\\n", "b\\n"])'),
        ("/* a */ b # c", "Name(b)"),
    ],
)
def test_expressions(text: str, tree: str) -> None:
    assert drawn(parse_expression(text, "main.tf")) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", "{}"),
        ("\n# only a comment", "{}"),
        ("a = 1", "{a = 1}"),
        ("a = 1\nb = 2\n", "{a = 1; b = 2}"),
        ("a {}", "{a {}}"),
        ('a "b" c "d" {\n}', '{a "b" "c" "d" {}}'),
        ('a "$${b} \\"c\\" \\u00e9" {}', '{a "${b} \\"c\\" é" {}}'),
        ("a { b = 1 }", "{a {b = 1}}"),
        ("a {\n  b {\n    c = 1\n  }\n  d = 2\n}", "{a {d = 2; b {c = 1}}}"),
        ("a = {\n  b = 1\n}\n", '{a = Object("b" = 1)}'),
        ("a = <<E\nb\nE\nc = 1\n", '{a = "b\\n"; c = 1}'),
        ("a /* b */ = /* c\n */ 1 // d", "{a = 1}"),
        ("for = 1\ntrue = null\n", "{for = 1; true = null}"),
        ("é-1 = 日本\n", "{é-1 = Name(日本)}"),
        ("\ufeffa = 1\r\nb {\r\n  c = [\r\n1\r\n]\r\n}\r\n", "{a = 1; b {c = Tuple([1])}}"),
    ],
)
def test_bodies(text: str, tree: str) -> None:
    assert drawn(parse_body(text.encode(), "main.tf")) == tree


@pytest.mark.parametrize("case", read_templates(), ids=lambda case: case.name)
def test_texts_of_templates(case: Text) -> None:
    body = parse_body(f"it = {case.source}\n".encode(), "main.tf")
    assert text_of(body.arguments["it"].expression, {}) == case.text


def text_of(node: Any, names: Mapping[str, str]) -> str:
    """The text of a template of constants."""
    match node:
        case nodes.Literal():
            return str(node.value)
        case nodes.Name():
            return names[node.name]
        case nodes.Template():
            return joined(node.parts, names)
        case nodes.TemplateIf():
            assert isinstance(node.condition, nodes.Literal)
            return joined(node.then if node.condition.value else node.otherwise, names)
        case nodes.TemplateFor():
            assert isinstance(node.collection, nodes.TupleExpression)
            items = [text_of(item, names) for item in node.collection.items]
            return "".join(joined(node.body, {**names, node.key: str(i), node.value: item}) for i, item in enumerate(items))
        case nodes.Attribute(of=nodes.ObjectExpression(items=[(_, value)])):
            return text_of(value, names)
        case _:
            raise AssertionError(node)


def joined(parts: tuple[Any, ...], names: Mapping[str, str]) -> str:
    return "".join(text_of(part, names) for part in parts)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", '""'),
        ("a", '"a"'),
        ('a "quoted" \\n text\n', '"a \\"quoted\\" \\\\n text\\n"'),
        ("${a}", "Name(a)"),
        ("${a}\n", 'Template([Name(a), "\\n"])'),
        ("$${a} %%{b} $", '"${a} %{b} $"'),
        ("a\n\n${~ b ~}\n\nc", 'Template(["a\\n", Name(b), "\\nc"])'),
        ("%{ for a in b ~}\n${a}\n%{ endfor ~}\n", 'Template([TemplateFor(, a, Name(b), [Name(a), "\\n"])])'),
    ],
)
def test_bare_templates(text: str, tree: str) -> None:
    assert drawn(parse_template(text, "policy.tftpl")) == tree


@pytest.mark.parametrize("case", read_expressions(), ids=lambda case: case.expression)
def test_every_expression_that_terraform_evaluates_is_parsed(case: Case) -> None:
    found = fault_of(lambda: parse_body(f"it = {case.expression}\n".encode(), "main.tf"))
    if found:
        assert case.error is not None
        assert without_places(case.error).startswith(without_places(found.message).rstrip("."))


def without_places(message: str) -> str:
    return re.sub(r"main\.tf:[-0-9,]+", "main.tf", message)


# The messages of `terraform fmt` begin with the same words. The caret is in the last line.
REFUSED = {
    "two arguments on a line": (
        "a = 1 b = 2",
        """\
main.tf:1:7: Missing newline after argument. An argument definition must end with a newline.
  a = 1 b = 2
        ^""",
    ),
    "a comma after an argument": (
        "a = 1, b = 2",
        """\
main.tf:1:6: Unexpected comma after argument. Argument definitions must be separated by newlines, not commas.
  a = 1, b = 2
       ^""",
    ),
    "an operator on the next line": (
        "a = 1\n+ 2\n",
        """\
main.tf:2:1: Argument or block definition required. An argument or block definition is required here.
  + 2
  ^""",
    ),
    "no value": (
        "a =\n",
        """\
main.tf:1:4: Invalid expression. Expected the start of an expression, but found an invalid expression token.
  a =
     ^""",
    ),
    "the file ends": (
        "a = 1 +",
        """\
main.tf:1:8: Missing expression. Expected the start of an expression, but found the end of the file.
  a = 1 +
         ^""",
    ),
    "an argument twice": (
        "a = 1\n  a = 2",
        """\
main.tf:2:3: Attribute redefined. The argument "a" was already set at main.tf:1,1-2.
    a = 2
    ^""",
    ),
    "an argument twice, and more on its line": (
        "a = 1\na = 2,",
        """\
main.tf:2:1: Attribute redefined. The argument "a" was already set at main.tf:1,1-2.
  a = 2,
  ^""",
    ),
    "a quoted argument": (
        '"a" = 1',
        """\
main.tf:1:1: Invalid argument name. Argument names must not be quoted.
  "a" = 1
  ^""",
    ),
    "a word alone": (
        "a\n",
        """\
main.tf:1:1: Argument or block definition required. An argument or block definition is required here. To set an argument, use the \
equals sign "=" to introduce the argument value.
  a
  ^""",
    ),
    "two blocks on a line": (
        "a {} b {}",
        """\
main.tf:1:6: Missing newline after block definition. A block definition must end with a newline.
  a {} b {}
       ^""",
    ),
    "a block with an equals sign": (
        'a "b" = {}',
        """\
main.tf:1:7: Invalid block definition. The equals sign "=" indicates an argument definition.
  a "b" = {}
        ^""",
    ),
    "a brace on the next line": (
        'a "b"\n{\n}',
        """\
main.tf:1:6: Invalid block definition. A block definition must have block content delimited by "{" and "}", starting on the same line \
as the block header.
  a "b"
       ^""",
    ),
    "a number as a label": (
        "a b 1 {}",
        """\
main.tf:1:5: Invalid block definition. Either a quoted string block label or an opening brace ("{") is expected here.
  a b 1 {}
      ^""",
    ),
    "an interpolation in a label": (
        'a "b${c}" {}',
        """\
main.tf:1:5: Invalid string literal. Template sequences are not allowed in this string.
  a "b${c}" {}
      ^""",
    ),
    "a label without its end": (
        'a "b',
        """\
main.tf:1:3: Unterminated string literal. Unable to find the closing quote mark before the end of the file.
  a "b
    ^""",
    ),
    "a block without its end": (
        "a {\n  b = 1\n",
        """\
main.tf:1:3: Unclosed configuration block. There is no closing brace for this block before the end of the file.
  a {
    ^""",
    ),
    "two arguments in a block on one line": (
        "a { b = 1, c = 2 }",
        """\
main.tf:1:10: Invalid single-argument block definition. Single-line block syntax can include only one argument definition.
  a { b = 1, c = 2 }
           ^""",
    ),
    "a block half on one line": (
        "a { b = 1\n}",
        """\
main.tf:1:10: Invalid single-argument block definition. Place the block's closing brace immediately after the argument definition.
  a { b = 1
           ^""",
    ),
    "more in a block on one line": (
        "a { b = 1 c }",
        """\
main.tf:1:11: Invalid single-argument block definition. A single-line block definition must end with a closing brace immediately after \
its single argument definition.
  a { b = 1 c }
            ^""",
    ),
    "a block on one line without its end": (
        "a { b = 1",
        """\
main.tf:1:3: Unclosed configuration block. There is no closing brace for this block before the end of the file.
  a { b = 1
    ^""",
    ),
    "a block in a block on one line": (
        "a { b {} }",
        """\
main.tf:1:5: Argument definition required. A single-line block definition can contain only a single argument.
  a { b {} }
      ^""",
    ),
    "a word in a block on one line": (
        "a { b }",
        """\
main.tf:1:5: Argument or block definition required. An argument or block definition is required here. To set an argument, use the \
equals sign "=" to introduce the argument value.
  a { b }
      ^""",
    ),
    "a number in a block on one line": (
        "a { 1 }",
        """\
main.tf:1:5: Argument or block definition required. An argument or block definition is required here.
  a { 1 }
      ^""",
    ),
    "a brace too many": (
        "}",
        """\
main.tf:1:1: Argument or block definition required. An argument or block definition is required here.
  }
  ^""",
    ),
    "items without commas": (
        "a = [1 2]",
        """\
main.tf:1:8: Missing item separator. Expected a comma to mark the beginning of the next item.
  a = [1 2]
         ^""",
    ),
    "a tuple without its end": (
        "a = [1",
        """\
main.tf:1:5: Unterminated tuple constructor expression. There is no corresponding closing bracket before the end of the file.
  a = [1
      ^""",
    ),
    "pairs without commas": (
        "a = { b = 1 c = 2 }",
        """\
main.tf:1:13: Missing attribute separator. Expected a newline or comma to mark the beginning of the next attribute.
  a = { b = 1 c = 2 }
              ^""",
    ),
    "a key without a value": (
        "a = { b, c = 2 }",
        """\
main.tf:1:8: Missing attribute value. Expected an attribute value, introduced by an equals sign ("=").
  a = { b, c = 2 }
         ^""",
    ),
    "a key of two words": (
        "a = { b c = 1 }",
        """\
main.tf:1:9: Missing key/value separator. Expected an equals sign ("=") to mark the beginning of the attribute value.
  a = { b c = 1 }
          ^""",
    ),
    "an arrow in an object": (
        "a = { b => 1 }",
        """\
main.tf:1:9: Missing key/value separator. Expected an equals sign ("=") to mark the beginning of the attribute value.
  a = { b => 1 }
          ^""",
    ),
    "an object without its end": (
        "a = { b = 1",
        """\
main.tf:1:5: Unterminated object constructor expression. There is no corresponding closing brace before the end of the file.
  a = { b = 1
      ^""",
    ),
    "a key without the end of the object": (
        "a = { b",
        """\
main.tf:1:5: Unterminated object constructor expression. There is no corresponding closing brace before the end of the file.
  a = { b
      ^""",
    ),
    "parentheses without their end": (
        "a = (1",
        """\
main.tf:1:7: Unbalanced parentheses. Expected a closing parenthesis to terminate the expression.
  a = (1
        ^""",
    ),
    "a conditional of two": (
        "a = b ? c",
        """\
main.tf:1:10: Missing false expression in conditional. The conditional operator (...?...:...) requires a false expression.
  a = b ? c
           ^""",
    ),
    "arguments without commas": (
        "a = f(1 2)",
        """\
main.tf:1:9: Missing argument separator. A comma is required to separate each function argument from the next.
  a = f(1 2)
          ^""",
    ),
    "a call without its end": (
        "a = f(1",
        """\
main.tf:1:5: Unterminated function call. There is no closing parenthesis for this function call before the end of the file.
  a = f(1
      ^""",
    ),
    "an expansion that is not the last": (
        "a = f(b..., c)",
        """\
main.tf:1:11: Missing closing parenthesis. An expanded function argument (with ...) must be immediately followed by closing parentheses.
  a = f(b..., c)
            ^""",
    ),
    "a namespace alone": (
        "a = b::c",
        """\
main.tf:1:9: Missing open parenthesis. Function selector must be followed by an open parenthesis.
  a = b::c
          ^""",
    ),
    "no name after a namespace": (
        "a = b::1()",
        """\
main.tf:1:8: Missing function name. Function scope resolution symbol :: must be followed by a function name.
  a = b::1()
         ^""",
    ),
    "no name after a dot": (
        "a = b.\n",
        """\
main.tf:1:7: Invalid attribute name. An attribute name is required after a dot.
  a = b.
        ^""",
    ),
    "two of the old indexes": (
        "a = b.0.1",
        """\
main.tf:1:7: Invalid legacy index syntax. When using the legacy index syntax, chaining two indexes together is not permitted.
  a = b.0.1
        ^""",
    ),
    "a splat in a splat of attributes": (
        "a = b.*.*",
        """\
main.tf:1:9: Nested splat expression not allowed. A splat expression (*) cannot be used inside another.
  a = b.*.*
          ^""",
    ),
    "an index without its end": (
        "a = b[0",
        """\
main.tf:1:8: Missing close bracket on index. The index operator must end with a closing bracket ("]").
  a = b[0
         ^""",
    ),
    "a splat without its end": (
        "a = b[*",
        """\
main.tf:1:8: Missing close bracket on splat index. The star for a full splat operator must be immediately followed by a closing bracket.
  a = b[*
         ^""",
    ),
    "a number of three parts": (
        "a = 1.2.3",
        """\
main.tf:1:5: Invalid number literal. Failed to recognize the value of this number literal.
  a = 1.2.3
      ^""",
    ),
    "for without a name": (
        "a = [for]",
        """\
main.tf:1:9: Invalid 'for' expression. For expression requires variable name after 'for'.
  a = [for]
          ^""",
    ),
    "for without a second name": (
        "a = [for b, in c : d]",
        """\
main.tf:1:16: Invalid 'for' expression. For expression requires the 'in' keyword after its name declarations.
  a = [for b, in c : d]
                 ^""",
    ),
    "for with a number": (
        "a = [for b, 1 in c : d]",
        """\
main.tf:1:13: Invalid 'for' expression. For expression requires value variable name after comma.
  a = [for b, 1 in c : d]
              ^""",
    ),
    "for without a colon": (
        "a = [for b in c d]",
        """\
main.tf:1:17: Invalid 'for' expression. For expression requires a colon after the collection expression.
  a = [for b in c d]
                  ^""",
    ),
    "for with a key in a tuple": (
        "a = [for b in c : d => e]",
        """\
main.tf:1:19: Invalid 'for' expression. Key expression is not valid when building a tuple.
  a = [for b in c : d => e]
                    ^""",
    ),
    "for without a key in an object": (
        "a = {for b in c : d}",
        """\
main.tf:1:19: Invalid 'for' expression. Key expression is required when building an object.
  a = {for b in c : d}
                    ^""",
    ),
    "grouping in a tuple": (
        "a = [for b in c : d...]",
        """\
main.tf:1:20: Invalid 'for' expression. Grouping ellipsis (...) cannot be used when building a tuple.
  a = [for b in c : d...]
                     ^""",
    ),
    "more after for": (
        "a = [for b in c : d e]",
        """\
main.tf:1:21: Invalid 'for' expression. Extra characters after the end of the 'for' expression.
  a = [for b in c : d e]
                      ^""",
    ),
    "single quotes": (
        "a = 'b'",
        """\
main.tf:1:5: Invalid character. Single quotes are not valid. Use double quotes (") to enclose strings.
  a = 'b'
      ^""",
    ),
    "back ticks": (
        "a = `b`",
        """\
main.tf:1:5: Invalid character. The "`" character is not valid. To create a multi-line string, use the "heredoc" syntax, like "<<EOT".
  a = `b`
      ^""",
    ),
    "a semicolon": (
        "a = 1;",
        """\
main.tf:1:6: Invalid character. The ";" character is not valid.
  a = 1;
       ^""",
    ),
    "operators on bits": (
        "a = b & c",
        """\
main.tf:1:7: Unsupported operator. Bitwise operators are not supported. Did you mean boolean AND ("&&")?
  a = b & c
        ^""",
    ),
    "a character of no use": (
        "\u00a0a = 1",
        """\
main.tf:1:1: Invalid character. This character is not used within the language.
  \\xa0a = 1
  ^""",
    ),
    "a carriage return alone": (
        "a = 1\rb = 2",
        """\
main.tf:1:6: Invalid character. This character is not used within the language.
  a = 1\\rb = 2
       ^""",
    ),
    "a string on two lines": (
        'a = "b\nc"',
        """\
main.tf:1:7: Invalid multi-line string. Quoted strings may not be split over multiple lines.
  a = "b
        ^""",
    ),
    "a string without its end": (
        'a = "b',
        """\
main.tf:1:5: Unterminated template string. No closing marker was found for the string.
  a = "b
      ^""",
    ),
    "a heredoc without its end": (
        "a = <<EOT\nb\n",
        """\
main.tf:1:5: Unterminated template string. No closing marker was found for the string.
  a = <<EOT
      ^""",
    ),
    "an escape that is none": (
        'a = "b\\q"',
        """\
main.tf:1:7: Invalid escape sequence. The symbol "q" is not a valid escape sequence selector.
  a = "b\\q"
        ^""",
    ),
    "an escape with too few digits": (
        'a = "\\u12"',
        """\
main.tf:1:6: Invalid escape sequence. The \\u escape sequence must be followed by four hexadecimal digits.
  a = "\\u12"
       ^""",
    ),
    "an escape with seven digits": (
        'a = "\\U1234567"',
        """\
main.tf:1:6: Invalid escape sequence. The \\U escape sequence must be followed by eight hexadecimal digits.
  a = "\\U1234567"
       ^""",
    ),
    "half a character": (
        'a = "\\ud800"',
        """\
main.tf:1:6: Invalid escape sequence. Cannot encode character U+d800 in UTF-8.
  a = "\\ud800"
       ^""",
    ),
    "more in an interpolation": (
        'a = "${b c}"',
        """\
main.tf:1:10: Extra characters after interpolation expression. Expected a closing brace to end the interpolation expression.
  a = "${b c}"
           ^""",
    ),
    "a colon in an interpolation": (
        'a = "${b:-c}"',
        """\
main.tf:1:9: Extra characters after interpolation expression. Template interpolation doesn't expect a colon at this location. Did you \
intend this to be a literal sequence to be processed as part of another language? If so, you can escape it by starting with "$${" \
instead of just "${".
  a = "${b:-c}"
          ^""",
    ),
    "an interpolation without its end": (
        'a = "${b"',
        """\
main.tf:1:6: Unclosed template interpolation sequence. There is no closing brace for this interpolation sequence before the end of the \
quoted template.
  a = "${b"
       ^""",
    ),
    "an interpolation at the end of the file": (
        'a = "${b',
        """\
main.tf:1:6: Unclosed template interpolation sequence. There is no closing brace for this interpolation sequence before the end of the file.
  a = "${b
       ^""",
    ),
    "a directive that is none": (
        'a = "%{ unless b }"',
        """\
main.tf:1:9: Invalid template control keyword. "unless" is not a valid template control keyword.
  a = "%{ unless b }"
          ^""",
    ),
    "a directive without a word": (
        'a = "%{ 1 }"',
        """\
main.tf:1:9: Invalid template directive. A template directive keyword ("if", "for", etc) is expected.
  a = "%{ 1 }"
          ^""",
    ),
    "more in a directive": (
        'a = "%{ endif b }"',
        """\
main.tf:1:15: Extra characters in endif marker. Expected a closing brace to end the sequence.
  a = "%{ endif b }"
                ^""",
    ),
    "a for directive without a name": (
        'a = "%{ for }"',
        """\
main.tf:1:13: Invalid 'for' directive. For directive requires variable name after 'for'.
  a = "%{ for }"
              ^""",
    ),
    "a for directive of a number": (
        'a = "%{ for b, 1 in c }"',
        """\
main.tf:1:16: Invalid 'for' directive. For directive requires value variable name after comma.
  a = "%{ for b, 1 in c }"
                 ^""",
    ),
    "a for directive without a collection": (
        'a = "%{ for b }"',
        """\
main.tf:1:15: Invalid 'for' directive. For directive requires 'in' keyword after names.
  a = "%{ for b }"
                ^""",
    ),
    "if without its end": (
        'a = "%{ if b }c"',
        """\
main.tf:1:16: Unexpected end of template. The if directive at main.tf:1,6-15 is missing its corresponding endif directive.
  a = "%{ if b }c"
                 ^""",
    ),
    "for without its end": (
        'a = "%{ for b in c }d"',
        """\
main.tf:1:22: Unexpected end of template. The for directive at main.tf:1,6-21 is missing its corresponding endfor directive.
  a = "%{ for b in c }d"
                       ^""",
    ),
    "an end without a beginning": (
        'a = "%{ endfor }"',
        """\
main.tf:1:6: Unexpected endfor directive. The control directives within this template are unbalanced.
  a = "%{ endfor }"
       ^""",
    ),
    "the wrong end": (
        'a = "%{ if b }%{ endfor }"',
        """\
main.tf:1:15: Unexpected endfor directive. Expecting an endif directive for the if started at main.tf:1,6-15.
  a = "%{ if b }%{ endfor }"
                ^""",
    ),
    "the wrong end of a for": (
        'a = "%{ for b in c }%{ endif }"',
        """\
main.tf:1:21: Unexpected endif directive. Expecting an endfor directive corresponding to the for directive at main.tf:1,6-21.
  a = "%{ for b in c }%{ endif }"
                      ^""",
    ),
    "else twice": (
        'a = "%{ if b }%{ else }%{ else }%{ endif }"',
        """\
main.tf:1:24: Unexpected else directive. Already in the else clause for the if started at main.tf:1,6-15.
  a = "%{ if b }%{ else }%{ else }%{ endif }"
                         ^""",
    ),
    "else in a for": (
        'a = "%{ for b in c }%{ else }%{ endfor }"',
        """\
main.tf:1:21: Unexpected else directive. An else clause is not expected for a for directive.
  a = "%{ for b in c }%{ else }%{ endfor }"
                      ^""",
    ),
}


@pytest.mark.parametrize(("text", "shown"), REFUSED.values(), ids=list(REFUSED))
def test_refusals(text: str, shown: str) -> None:
    assert refusal(text).render() == shown


@pytest.mark.terraform
@pytest.mark.skipif(not has_terraform(), reason="needs Terraform")
@pytest.mark.parametrize("text", [text for text, _ in REFUSED.values()], ids=list(REFUSED))
def test_messages_begin_as_those_of_terraform(text: str) -> None:
    done = subprocess.run(
        ["terraform", "fmt", "-no-color", "-"],
        input=text,
        env=os.environ | {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    words = " ".join(done.stderr.split())
    title, _, detail = refusal(text).message.partition(". ")
    assert f"Error: {title} " in words
    assert re.sub(r"main\.tf:", "<stdin>:", detail).rstrip(".") in words


class TestPlaces:
    def test_of_everything_in_a_body(self) -> None:
        body = parse_body(b'\na "b" {\n  c = d + [\n  ]\n}\n', "main.tf")
        block = body.blocks[0]
        argument = block.body.arguments["c"]
        expression = argument.expression
        assert isinstance(expression, nodes.Binary)
        assert body.span == Span("main.tf", 1, 1, 6, 1)
        assert block.span == Span("main.tf", 2, 1, 5, 2)
        assert block.header == Span("main.tf", 2, 1, 2, 6)
        assert block.body.span == Span("main.tf", 2, 7, 5, 2)
        assert argument.span == Span("main.tf", 3, 3, 4, 4)
        assert expression.span == Span("main.tf", 3, 7, 4, 4)
        assert expression.left.span == Span("main.tf", 3, 7, 3, 8)
        assert expression.right.span == Span("main.tf", 3, 11, 4, 4)

    def test_of_heredocs(self) -> None:
        argument = parse_body(b"a = <<E\n ${b}\nE\n", "main.tf").arguments["a"]
        expression = argument.expression
        assert isinstance(expression, nodes.Template)
        assert argument.span == Span("main.tf", 1, 1, 3, 2)
        assert [part.span for part in expression.parts] == [
            Span("main.tf", 2, 1, 2, 2),
            Span("main.tf", 2, 4, 2, 5),
            Span("main.tf", 2, 6, 3, 1),
        ]

    @pytest.mark.parametrize("case", read_expressions(), ids=lambda case: case.expression)
    def test_words_and_numbers_are_at_their_places(self, case: Case) -> None:
        text = case.expression + "\n"
        if fault_of(lambda: parse_expression(text, "main.tf")):
            return
        lines = text.split("\n")
        for node in nodes_in(parse_expression(text, "main.tf")):
            span = node.span
            if span.line != span.end_line:
                continue
            written = "".join(clusters(lines[span.line - 1])[span.column - 1 : span.end_column - 1])
            if isinstance(node, nodes.Name):
                assert written == node.name
            elif isinstance(node, nodes.Attribute):
                assert written.endswith(node.name)
            elif isinstance(node, nodes.Call):
                assert re.match(rf"{node.name}\s*\(.*\)\Z", written)
            elif isinstance(node, nodes.TupleExpression):
                assert written[0] + written[-1] == "[]"
            elif isinstance(node, nodes.ObjectExpression):
                assert written[0] + written[-1] == "{}"
            elif isinstance(node, nodes.Literal) and isinstance(node.value, bool):
                assert written == str(node.value).lower()
            elif isinstance(node, nodes.Literal) and not isinstance(node.value, str | None):
                assert parse_number(written) == node.value

    @pytest.mark.parametrize(
        ("before", "column"),
        [
            pytest.param('"e"', 9, id="plain"),
            pytest.param('"\u00e9"', 9, id="two bytes"),
            pytest.param('"e\u0301"', 9, id="a letter and its accent"),
            pytest.param('"\U0001f468\u200d\U0001f469\u200d\U0001f467"', 9, id="a family"),
            pytest.param('"\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7"', 10, id="two flags"),
            pytest.param('"\t"', 9, id="a tab"),
        ],
    )
    def test_columns_count_visible_characters(self, before: str, column: int) -> None:
        # Recorded from `terraform validate -json`.
        assert refusal(f"a = {before} b\n").span == Span("main.tf", 1, column, 1, column + 1)

    def test_the_caret_is_under_the_place(self) -> None:
        assert refusal('\ta = "e\u0301\u200b\x1b" b\n').render() == (
            "main.tf:1:12: Missing newline after argument. An argument definition must end with a newline.\n"
            '      a = "e\u0301\\u200b\\x1b" b\n'
            "                        ^"
        )

    def test_a_long_line_is_cut(self) -> None:
        first, line, caret = refusal(f'a = "{"x" * 300}" b {"y" * 300}\n').render().split("\n")
        assert first.startswith("main.tf:1:308: ")
        assert line == f'  ...{"x" * 45}" b {"y" * 45}...'
        assert line[caret.index("^")] == "b"

    def test_a_byte_order_mark_takes_no_column(self) -> None:
        assert refusal(b"\xef\xbb\xbfa = 1 b").span.column == 7


class TestEncodings:
    def test_not_utf8(self) -> None:
        assert refusal(b'a = 1\nb = "caf\xe9"\n').render() == (
            'main.tf:2:9: Invalid character encoding. All input files must be UTF-8 encoded.\n  b = "caf\ufffd"\n          ^'
        )

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    def test_wider_than_utf8(self, encoding: str) -> None:
        assert refusal("a = 1\n".encode(encoding)).message == "This looks like UTF-16. Save the file as UTF-8."


DEEP: Mapping[str, Callable[[int], str]] = {
    "brackets": lambda depth: "a = " + "[" * depth,
    "braces": lambda depth: "a = " + "{ b = " * depth,
    "parentheses": lambda depth: "a = " + "(" * depth,
    "every operator and parentheses": lambda depth: "a = " + "b||c&&d==e<f+g*(" * depth,
    "signs": lambda depth: f"a = {'!' * depth}b",
    "sums": lambda depth: f"a = b{' + b' * depth}",
    "attributes": lambda depth: f"a = b{'.b' * depth}",
    "indexes": lambda depth: f"a = b{'[0]' * depth}",
    "splats": lambda depth: f"a = b{'[*]' * depth}",
    "conditionals": lambda depth: f"a = {'b ? c : ' * depth}d",
    "calls": lambda depth: "a = " + "f(" * depth,
    "interpolations": lambda depth: "a = " + '"${' * depth,
    "directives": lambda depth: f'a = "{"%{ if b }" * depth}{"%{ endif }" * depth}"',
    "heredocs": lambda depth: "a = " + "<<E\n${" * depth,
    "blocks": lambda depth: "a {\n" * depth,
}


@pytest.mark.parametrize("depth", [201, 10_000])
@pytest.mark.parametrize("shape", DEEP.values(), ids=list(DEEP))
def test_a_text_that_nests_too_deep_is_refused(shape: Callable[[int], str], depth: int) -> None:
    assert re.match(r"This nests deeper than [12]00 levels", refusal(shape(depth)).message)


@pytest.mark.parametrize(
    "text",
    [
        f"a = {'[' * 99}{']' * 99}",
        f"a = b{' + b' * 190}",
        f"a = b{'.b' * 190}",
        f"a = [{', '.join(['b.c.d'] * 5000)}]",
        "a {\n" * 99 + "}\n" * 99,
    ],
)
def test_a_text_within_the_depth_limit_is_accepted(text: str) -> None:
    assert fault_of(lambda: parse_body(text.encode(), "main.tf")) is None


def test_the_whole_text_is_one_expression() -> None:
    with pytest.raises(SyntaxFault) as caught:
        parse_expression("a b", "a --var option")
    assert caught.value.render() == (
        "a --var option:1:3: Extra characters after expression. "
        "An expression was successfully parsed, but extra characters were found after it.\n"
        "  a b\n"
        "    ^"
    )


@pytest.mark.parametrize("text", ["%{ if true }", "a\rb", "${", "${a"])
def test_bare_templates_are_refused(text: str) -> None:
    with pytest.raises(SyntaxFault):
        parse_template(text, "policy.tftpl")


PIECES = st.sampled_from(
    [
        *("a", "b", "1", " ", "\n", "=", "{", "}", "[", "]", "(", ")", '"', "${", "%{", "~}", "if ", "endif", "for ", " in ", ":", ","),
        *(".", "*", "?", "...", "<<E\n", "E\n", "<<-E\n", "#", "/*", "*/", "\\", "$", "%", "!", "-", "\r\n", "\u00e9", "\u0301", "\x01"),
    ]
)
PARSERS: Mapping[str, Callable[[str], Any]] = {
    "body": lambda text: parse_body(text.encode(), "main.tf"),
    "expression": lambda text: parse_expression(text, "main.tf"),
    "template": lambda text: parse_template(text, "main.tf"),
}


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
@pytest.mark.parametrize("parse", PARSERS.values(), ids=list(PARSERS))
def test_any_text_has_a_tree_or_an_error_at_a_valid_place(parse: Callable[[str], Any], text: str) -> None:
    lines = text.split("\n")
    fault = fault_of(lambda: parse(text))
    if fault:
        assert fault.line == lines[fault.span.line - 1].rstrip("\r")
    for span in [fault.span] if fault else _spans(parse(text)):
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.end_column <= len(lines[span.end_line - 1]) + 1


def _spans(node: Any) -> list[Span]:
    return [inner.span for inner in nodes_in(node)]


def nodes_in(node: Any) -> list[Any]:
    """A node and all nodes in it."""
    if isinstance(node, Span):
        return []
    if isinstance(node, Struct):
        return [node, *(inner for name in node.__struct_fields__ for inner in nodes_in(getattr(node, name)))]
    if isinstance(node, dict):
        return [inner for value in node.values() for inner in nodes_in(value)]
    return [inner for value in node for inner in nodes_in(value)] if isinstance(node, tuple) else []
