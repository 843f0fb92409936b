"""The values of a root module's variables in a plan, each with the place where it is set if that is known."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.inputs import Given, values_of
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.evaluation import LocatedError
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, Expression, Span
from dyncheck.readers.hcl.language.numbers import from_float
from dyncheck.readers.hcl.language.values import is_wholly_known, plain


def planned_inputs(session: Session, module: Module, written: Mapping[str, Given], planned: Mapping[str, Any]) -> dict[str, Given]:
    """The values that the variables had when the plan was made; `planned` are the values in JSON that the plan has,
    `written` those of the automatic files and of the command line.

    A default or an automatic file of values may explain a value. If not, the only other file of values beside the module that
    assigns it explains it, such as one that was named with -var-file.
    """
    root = ModuleInstance(session, module, given=written)
    others: list[Argument] | None = None
    values = {name: given for name, given in written.items() if name in planned}
    for name, wanted in planned.items():
        block = module.block("variable", name)
        if block is None or _is(root, name, wanted):
            continue
        others = list(_assignments(module.directory)) if others is None else others
        assigned = [Given(f"in {each.span.file}", each.expression, span=each.span) for each in others if each.name == name]
        matching = [given for given in assigned if _is(ModuleInstance(session, module, given={name: given}), name, wanted)]
        values[name] = matching[0] if len(matching) == 1 else Given("by the plan", expression_of(wanted, block.header))
    return values


def unexplained(root: ModuleInstance, planned: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a plan, in JSON, that the variables of a root module do not have without it."""
    return {name: value for name, value in planned.items() if root.module.block("variable", name) and not _is(root, name, value)}


def _is(root: ModuleInstance, name: str, wanted: Any) -> bool:
    try:
        value = root.variable(name)
    except LocatedError:
        return False
    return is_wholly_known(value) and plain(value) == wanted


def _assignments(directory: str) -> Iterator[Argument]:
    """All assignments in the readable files of values of a directory."""
    for name in sorted(os.listdir(directory)):
        if name.endswith((".tfvars", ".tfvars.json")) and not name.startswith("."):
            with suppress(InputError):
                yield from values_of(os.path.join(directory, name))


def expression_of(value: Any, span: Span) -> Expression:
    """The expression of a value of JSON. It is not in any file, so all of it has the same span."""
    if isinstance(value, dict):
        return nodes.ObjectExpression(span, tuple((nodes.Literal(span, key), expression_of(item, span)) for key, item in value.items()))
    if isinstance(value, list):
        return nodes.TupleExpression(span, tuple(expression_of(item, span) for item in value))
    return nodes.Literal(span, from_float(value) if isinstance(value, float) else value)
