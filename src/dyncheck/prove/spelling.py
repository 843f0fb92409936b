"""Inputs as a user gives them: options of Terraform's command line, and a module call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.json import encode

from dyncheck.readers.hcl.configuration.variables import Variable


def arguments_of(variables: Mapping[str, Variable], given: Mapping[str, Any]) -> tuple[str, ...]:
    """The options of `terraform plan` that give the inputs, not quoted for a shell.

    Empty if an input of a primitive type is null, because an option can only give it a text.
    """
    if any(value is None and not variables[name].reads_text_as_expression for name, value in given.items()):
        return ()
    is_text = {name: isinstance(value, str) and not variables[name].reads_text_as_expression for name, value in given.items()}
    return tuple(f"-var={name}={value if is_text[name] else literal(value)}" for name, value in given.items())


def module_call(source: str, given: Mapping[str, Any]) -> str:
    """A call of the module with the inputs, as `terraform fmt` would write it."""
    width = max(map(len, given), default=0)
    inputs = [f"  {name.ljust(width)} = {literal(value)}" for name, value in given.items()]
    return "\n".join(['module "counterexample" {', f"  source = {literal(source)}", *([""] if inputs else []), *inputs, "}"])


def literal(value: Any) -> str:
    """A value in JSON as a literal of the Terraform language, on one line.

    >>> print(literal({"a b": "${x}", "c": [1, None]}))
    { "a b" = "$${x}", c = [1, null] }
    """
    if isinstance(value, dict):
        pairs = ", ".join(f"{key if key.isidentifier() else literal(key)} = {literal(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    text = encode(value).decode()
    return text.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else text
