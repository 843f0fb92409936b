"""Conditions that the author of a configuration wrote: validations of variables, preconditions and postconditions.

Source: https://developer.hashicorp.com/terraform/language/expressions/custom-conditions
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from dyncheck.model import Condition, Location
from dyncheck.readers.hcl.configuration.calls import missing_argument
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.evaluation import LocatedError, Scope, evaluate
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode
from dyncheck.readers.hcl.language.types import BOOL, STRING
from dyncheck.readers.hcl.language.values import EvaluationError, Value

# The results of data sources and ephemeral resources are deferred, so their postconditions are unknown.
_KINDS = {"resource": ("precondition", "postcondition"), "data": ("precondition",), "ephemeral": ("precondition",)}


class CustomCondition(Struct, frozen=True):
    """One condition of a module instance; `title` is Terraform's name for its violation.

    The answer is true, false or pending; None where it cannot be evaluated, which is recorded.
    """

    address: str
    title: str
    block: BlockNode
    scope: Scope
    answer: Value | None

    @property
    def is_violated(self) -> bool:
        """Whether the condition is certainly false."""
        return self.answer is not None and self.answer.is_known and not self.answer.content


def violated(module: ModuleInstance) -> Iterator[Condition]:
    """The violated conditions of one module instance. What cannot be evaluated is recorded."""
    for condition in conditions(module):
        if not condition.is_violated:
            continue
        message = module.session.attempt(condition.block.header, partial(_message, condition.block, condition.scope))
        if message is not None:
            span = condition.block.body.arguments["condition"].span
            yield Condition(condition.address, condition.title, message, Location(span.file, span.line, span.end_line, span.column))


def conditions(module: ModuleInstance) -> Iterator[CustomCondition]:
    """The conditions of one module instance; no conditions where the instance may not exist. What cannot be evaluated is recorded."""
    if module.waits_for is not None:
        return
    for block in module.module.of_type("variable"):
        for validation in block.body.of_type("validation"):
            yield from _judged(module, validation, module, f"var.{block.labels[0]}", "Invalid value for variable")
    for block in module.module.of_type("output"):
        for condition in block.body.of_type("precondition"):
            yield from _judged(module, condition, module, f"output.{block.labels[0]}", "Module output value precondition failed")
    for mode, kinds in _KINDS.items():
        for block in module.module.of_type(mode):
            yield from _of_resource(module, block, kinds)


def _of_resource(module: ModuleInstance, block: BlockNode, kinds: tuple[str, ...]) -> Iterator[CustomCondition]:
    found = [inner for lifecycle in block.body.of_type("lifecycle") for kind in kinds for inner in lifecycle.body.of_type(kind)]
    if not found:
        return
    mode = "" if block.type == "resource" else f"{block.type}."
    for instance in module.session.attempt(block.header, partial(module.instances, block)) or ():
        if instance.waits_for is not None:
            # There may be no instance.
            continue
        local = f"{mode}{instance.kind}.{instance.name}{instance.key}"
        for condition in found:
            scope = instance.with_self() if condition.type == "postcondition" else instance.scope
            yield from _judged(module, condition, scope, local, f"Resource {condition.type} failed")


def _judged(module: ModuleInstance, block: BlockNode, scope: Scope, address: str, title: str) -> Iterator[CustomCondition]:
    argument = block.body.arguments.get("condition")
    if argument is None:
        module.session.record(missing_argument("condition", block))
        return
    answer = module.session.attempt(argument.span, partial(_answer, argument, scope))
    yield CustomCondition(module.inner_address(address), title, block, scope, answer)


def _answer(condition: Argument, scope: Scope) -> Value:
    value = evaluate(condition.expression, scope)
    try:
        answer = convert(value, BOOL)
    except EvaluationError:
        raise LocatedError("Invalid condition. Its value must be true or false.", condition.expression.span) from None
    if answer.is_null:
        raise LocatedError("Invalid condition. Its value must be true or false, not null.", condition.expression.span)
    return answer


def _message(block: BlockNode, scope: Scope) -> str:
    """The author's error message on one line; empty where it is not known."""
    argument = block.body.arguments.get("error_message")
    if argument is None:
        return ""
    value = evaluate(argument.expression, scope)
    if value.sensitive:
        return "The error message contains a sensitive value, so dyncheck does not show it."
    try:
        text = convert(value, STRING)
    except EvaluationError as problem:
        return f"The error message is not a string: {problem}."
    return " ".join(text.content.split()) if text.is_known else ""
