"""The values of a root module's variables as a plan has them, each with the place that it was set at where that can be told."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.inputs import Given, Inputs, Settings, root_inputs, values_of
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.evaluation import LocatedProblem
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, Expression, Span
from dyncheck.readers.hcl.language.numbers import from_float
from dyncheck.readers.hcl.language.values import is_wholly_known, plain


def planned_inputs(session: Session, module: Module, settings: Settings, planned: Mapping[str, Any]) -> Inputs:
    """What each variable was given when the plan was made, where `planned` are the values in JSON that the plan has.

    A value that the default or a file of values explains is taken from there. Of one that nothing explains, the only file of
    values beside the module that assigns it is taken, such as one that was named with -var-file.
    """
    inputs = root_inputs(module, settings, session.modules.trees)
    root = ModuleInstance(session, module, given=inputs.values)
    others: list[Argument] | None = None
    values = {name: given for name, given in inputs.values.items() if name in planned}
    for name, wanted in planned.items():
        block = module.block("variable", name)
        if block is None or _is(root, name, wanted):
            continue
        others = list(_assignments(module.directory)) if others is None else others
        matching = [argument for argument in others if argument.name == name and _says(session, module, argument, wanted)]
        if len(matching) == 1:
            values[name] = Given(f"in {matching[0].span.file}", matching[0].expression, span=matching[0].span)
        else:
            values[name] = Given("by the plan", expression_of(wanted, block.header))
    return Inputs(values, ())


def _is(root: ModuleInstance, name: str, wanted: Any) -> bool:
    try:
        value = root.variable(name)
    except LocatedProblem:
        return False
    return is_wholly_known(value) and plain(value) == wanted


def _says(session: Session, module: Module, argument: Argument, wanted: Any) -> bool:
    given = Given(f"in {argument.span.file}", argument.expression, span=argument.span)
    return _is(ModuleInstance(session, module, given={argument.name: given}), argument.name, wanted)


def _assignments(directory: str) -> Iterator[Argument]:
    """All assignments in files of values in a directory that can be read."""
    for path in _files_of_values(directory):
        try:
            yield from values_of(path)
        except InputError:
            continue


def _files_of_values(directory: str) -> Iterable[str]:
    names = sorted(name for name in os.listdir(directory) if name.endswith((".tfvars", ".tfvars.json")) and not name.startswith("."))
    return (os.path.join(directory, name) for name in names)


def expression_of(value: Any, span: Span) -> Expression:
    """The expression that spells a value of JSON; it stands nowhere, so all of it has the same span."""
    if isinstance(value, dict):
        return nodes.Object(span, tuple((nodes.Literal(span, key), expression_of(item, span)) for key, item in value.items()))
    if isinstance(value, list):
        return nodes.Tuple(span, tuple(expression_of(item, span) for item in value))
    return nodes.Literal(span, from_float(value) if isinstance(value, float) else value)
