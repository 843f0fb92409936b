"""Conditions that the author of a configuration wrote: validations of variables, preconditions and postconditions.

Source: https://developer.hashicorp.com/terraform/language/expressions/custom-conditions
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from dyncheck.model import Condition, Location
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.evaluation import LocatedProblem, Scope, evaluate
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Argument, Block
from dyncheck.readers.hcl.language.types import BOOL, STRING
from dyncheck.readers.hcl.language.values import Problem, Value

# What data sources and ephemeral resources turn out to be is not known, so their postconditions are not either.
_KINDS = {"resource": ("precondition", "postcondition"), "data": ("precondition",), "ephemeral": ("precondition",)}


class CustomCondition(Struct, frozen=True):
    """One condition of a module instance: what it is on, what Terraform calls its violation, where it is written, and its answer.

    The answer is true, false or pending; None where it cannot be evaluated, which is recorded.
    """

    address: str
    title: str
    block: Block
    scope: Scope
    answer: Value | None

    @property
    def is_violated(self) -> bool:
        """Whether it certainly does not hold."""
        return self.answer is not None and self.answer.is_known and not self.answer.content

    @property
    def location(self) -> Location:
        """Where the condition is written."""
        span = self.block.body.arguments["condition"].span
        return Location(span.file, span.line, span.end_line)


def violated(module: ModuleInstance) -> Iterator[Condition]:
    """The conditions of one module instance that do not hold. What cannot be evaluated is recorded."""
    for condition in conditions(module):
        if not condition.is_violated:
            continue
        try:
            with module.session.evaluating(condition.block.header):
                message = _message(condition.block, condition.scope)
        except LocatedProblem as problem:
            module.session.record(problem)
        else:
            yield Condition(condition.address, condition.title, message, condition.location)


def conditions(module: ModuleInstance) -> Iterator[CustomCondition]:
    """The conditions of one module instance, none where it may have no instance. What cannot be evaluated is recorded."""
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


def _of_resource(module: ModuleInstance, block: Block, kinds: tuple[str, ...]) -> Iterator[CustomCondition]:
    found = [inner for lifecycle in block.body.of_type("lifecycle") for kind in kinds for inner in lifecycle.body.of_type(kind)]
    if not found:
        return
    try:
        instances = module.instances(block)
    except LocatedProblem as problem:
        module.session.record(problem)
        return
    for instance in instances:
        if instance.waits_for is not None:
            # There may be no instance.
            continue
        for condition in found:
            is_post = condition.type == "postcondition"
            mode = "" if block.type == "resource" else f"{block.type}."
            local = f"{mode}{instance.kind}.{instance.name}{instance.key}"
            title = f"Resource {condition.type} failed"
            yield from _judged(module, condition, instance.with_self() if is_post else instance.scope, local, title)


def _judged(module: ModuleInstance, block: Block, scope: Scope, address: str, title: str) -> Iterator[CustomCondition]:
    argument = block.body.arguments.get("condition")
    if argument is None:
        module.session.record(LocatedProblem('Missing required argument. The argument "condition" is required.', block.header))
        return
    whole = f"{module.address}.{address}" if module.address else address
    try:
        with module.session.evaluating(argument.span):
            answer = _answer(argument, scope)
    except LocatedProblem as problem:
        module.session.record(problem)
        yield CustomCondition(whole, title, block, scope, None)
    else:
        yield CustomCondition(whole, title, block, scope, answer)


def _answer(condition: Argument, scope: Scope) -> Value:
    value = evaluate(condition.expression, scope)
    try:
        answer = convert(value, BOOL)
    except Problem:
        raise LocatedProblem("Invalid condition. Its value must be either true or false.", condition.expression.span) from None
    if answer.is_null:
        raise LocatedProblem("Invalid condition. Its value must not be null.", condition.expression.span)
    return answer


def _message(block: Block, scope: Scope) -> str:
    """What the author has it say, on one line; nothing when it cannot be said, as Terraform does."""
    argument = block.body.arguments.get("error_message")
    if argument is None:
        return ""
    value = evaluate(argument.expression, scope)
    if value.sensitive:
        return "The error message holds a sensitive value, so it is not shown."
    try:
        text = convert(value, STRING)
    except Problem as problem:
        return f"Its error message cannot be shown: {problem}."
    return " ".join(text.content.split()) if text.is_known else ""
