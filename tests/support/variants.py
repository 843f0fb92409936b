"""The same configuration written in other ways: in JSON, with comments, and with values that come from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from dyncheck.fix.sources import SourceFile, Splice, spliced
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body, Expression
from tests.support.terraform import OFFLINE, PROVIDER_WEST, REQUIRED

# The texts of files by their paths in a root module.
Tree: TypeAlias = dict[str, str]

# What Terraform must know while it reads the configuration.
_FIXED = frozenset({"connection", "lifecycle", "provisioner", "timeouts"})
_META = frozenset({"count", "depends_on", "for_each", "provider"})

# Texts that the JSON syntax takes as they are.
_PLAIN = frozenset({"configuration_aliases", "depends_on", "ignore_changes", "provider", "replace_triggered_by"})

PROVIDERS = f'{REQUIRED}\nprovider "aws" {{{OFFLINE % "us-east-1"}}}\n\n{PROVIDER_WEST}'

_ALIASES = """\
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.west]
    }
  }
}
"""
_CALL = 'module "m" {\n  source = "./modules/m"\n\n  providers = {\n    aws      = aws\n    aws.west = aws.west\n  }\n%s}\n'


def as_written(text: str) -> Tree:
    """The configuration without its own comments."""
    return {"main.tf": re.sub(r"(?m)^# .*\n| +# (expect|in the plan): .*$", "", text)}


def with_comments(text: str) -> Tree:
    """A comment before, behind and inside each block and each argument on one line."""
    source = SourceFile("main.tf", as_written(text)["main.tf"].encode())
    splices: list[Splice] = []
    for number, each in enumerate(_parts(source.body)):
        start, end = source.line_start(each.span.line), source.line_end(each.span.line)
        indent = re.match(" *", source.line(each.span.line))[0]  # type: ignore[index]
        splices += (Splice(start, start, f"{indent}# {number} above\n"), Splice(end, end, f" # {number} behind"))
    return {"main.tf": spliced(source.text, splices)[0]}


def with_dynamic_blocks(text: str) -> Tree:
    """A `dynamic` block for each block in a resource."""
    source = SourceFile("main.tf", as_written(text)["main.tf"].encode())
    splices: list[Splice] = []
    for resource in source.body.of_type("resource"):
        for block in resource.body.blocks:
            if block.type not in (*_FIXED, "dynamic"):
                start, end = source.start(block.header), source.end(block.span)
                written = source.text[start:end].replace("\n", "\n  ")
                inner = re.sub(r"^\w+", "content", written)
                splices.append(Splice(start, end, f'dynamic "{block.type}" {{\n    for_each = [1]\n    {inner}\n  }}'))
    return {"main.tf": spliced(source.text, splices)[0]}


def with_locals(text: str) -> Tree:
    """Each value is that of a local value."""
    body, values = _lifted(text, "local")
    return {"main.tf": body, "locals.tf": _block("locals", values)}


def with_defaults(text: str) -> Tree:
    """Each value is the default of a variable."""
    body, values = _lifted(text, "var")
    return {
        "main.tf": body,
        "variables.tf": "\n".join(f'variable "{name}" {{\n  default = {value}\n}}\n' for name, value in values.items()),
    }


def with_values(text: str) -> Tree:
    """Each value is in a file of values."""
    body, values = _lifted(text, "var")
    return {"main.tf": body, "variables.tf": _declared(values), "terraform.tfvars": _assigned(values, "")}


def with_values_in_json(text: str) -> Tree:
    """Each value is in a file of values in the JSON syntax."""
    tree = with_values(text)
    source = SourceFile("terraform.tfvars", tree.pop("terraform.tfvars").encode())
    return tree | {"terraform.tfvars.json": json.dumps(_json_of(source, source.body), indent=2) + "\n"}


def in_a_module(text: str) -> Tree:
    """Each value is given by the call of a module."""
    body, values = _lifted(text, "var")
    return {
        "main.tf": _CALL % ("\n" + _assigned(values, "  ") if values else ""),
        "modules/m/main.tf": body,
        "modules/m/variables.tf": _declared(values),
        "modules/m/versions.tf": _ALIASES,
    }


def in_a_module_without_values(text: str) -> Tree:
    """The module itself has the values."""
    return {"main.tf": _CALL % "", "modules/m/main.tf": as_written(text)["main.tf"], "modules/m/versions.tf": _ALIASES}


WAYS: dict[str, Callable[[str], Tree]] = {
    "as written": as_written,
    "with comments": with_comments,
    "with dynamic blocks": with_dynamic_blocks,
    "with local values": with_locals,
    "with defaults": with_defaults,
    "with a file of values": with_values,
    "with a file of values in JSON": with_values_in_json,
    "in a module": in_a_module,
    "in a module without values": in_a_module_without_values,
}


def with_crlf(tree: Tree) -> Tree:
    """The files with the line ends of Windows."""
    return {path: text.replace("\n", "\r\n") for path, text in tree.items()}


def in_json(tree: Tree) -> Tree:
    """The files in the JSON syntax, as far as it has what they say."""
    found: Tree = {}
    for path, text in tree.items():
        if path.endswith(".tf"):
            source = SourceFile(path, text.encode())
            found[f"{path}.json"] = json.dumps(_json_of(source, source.body), indent=2) + "\n"
        else:
            found[path] = text
    return found


def _parts(body: Body) -> Iterator[Argument | BlockNode]:
    """Each block and argument, without those that share their first line with another one or a text of several lines."""
    yield from (each for each in body.arguments.values() if each.span.line == each.span.end_line)
    for block in body.blocks:
        if block.span.line != block.span.end_line:
            yield block
            yield from _parts(block.body)


def _lifted(text: str, kind: str) -> tuple[str, dict[str, str]]:
    """The configuration with references in place of the values of its resources, and these values by their names."""
    source = SourceFile("main.tf", as_written(text)["main.tf"].encode())
    splices: list[Splice] = []
    values: dict[str, str] = {}
    for resource in source.body.of_type("resource"):
        for literal in _literals(resource.body):
            name = f"v{len(values)}"
            values[name] = source.of(literal.span)
            splices.append(Splice(source.start(literal.span), source.end(literal.span), f"{kind}.{name}"))
    return spliced(source.text, splices)[0], values


def _literals(body: Body) -> Iterator[Expression]:
    for name, argument in body.arguments.items():
        if name not in _META:
            yield from _literals_in(argument.expression)
    for block in body.blocks:
        if block.type not in _FIXED:
            yield from _literals(block.body)


def _literals_in(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, nodes.ObjectExpression):
        for _, value in expression.items:
            yield from _literals_in(value)
    elif isinstance(expression, nodes.Literal) and expression.value is not None and expression.span.line == expression.span.end_line:
        yield expression


def _assigned(values: dict[str, str], indent: str) -> str:
    width = max(map(len, values), default=0)
    return "".join(f"{indent}{name:{width}} = {value}\n" for name, value in values.items())


def _block(header: str, values: dict[str, str]) -> str:
    return f"{header} {{\n{_assigned(values, '  ')}}}\n"


def _declared(values: dict[str, str]) -> str:
    return "\n".join(f'variable "{name}" {{}}\n' for name in values)


def _json_of(source: SourceFile, body: Body, kind: str = "") -> dict[str, Any]:
    plain = _PLAIN | ({"type"} if kind == "variable" else set())
    found: dict[str, Any] = {name: _value(source, argument.expression, name in plain) for name, argument in body.arguments.items()}
    for block in body.blocks:
        at = found
        for name in (block.type, *block.labels)[:-1]:
            at = at.setdefault(name, {})
        at.setdefault((block.type, *block.labels)[-1], []).append(_json_of(source, block.body, block.type))
    return found


def _value(source: SourceFile, expression: Expression, is_plain: bool) -> Any:
    match expression:
        case nodes.Literal(value=str() as text):
            return text.replace("${", "$${").replace("%{", "%%{")
        case nodes.Literal():
            return json.loads(source.of(expression.span))
        case nodes.TupleExpression(items=items):
            return [_value(source, item, is_plain) for item in items]
        case nodes.ObjectExpression(items=items) if all(isinstance(key, nodes.Literal) for key, _ in items):
            return {str(key.value): _value(source, value, is_plain or key.value in _PLAIN) for key, value in items}  # type: ignore[union-attr]
        case nodes.ObjectExpression(items=items):
            # The providers of a module call.
            return {source.of(key.span): source.of(value.span) for key, value in items}
    text = source.of(expression.span)
    return text if is_plain else f"${{{text}}}"
