"""A root module with assumptions about its variables, for proofs: its resources, and what Terraform would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from dyncheck.input_problems import InputProblem
from dyncheck.model import Block, Known, Unset
from dyncheck.model.symbolic import Number
from dyncheck.readers.hcl.blocks import HclBlock
from dyncheck.readers.hcl.configuration.conditions import CustomCondition, conditions
from dyncheck.readers.hcl.configuration.inputs import Given
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.schema import FRACTIONAL, REQUIRED, shape_of
from dyncheck.readers.hcl.evaluation import Scope, evaluate
from dyncheck.readers.hcl.language.nodes import Argument, Body
from dyncheck.readers.hcl.language.values import Value
from dyncheck.readers.hcl.reader import instances_of, reading_of, root_of
from dyncheck.readers.reading import Reading

# Arguments and blocks that are not values of the resource, or have other names in scope.
_META = frozenset({"count", "depends_on", "for_each", "provider"})
_OTHER_BLOCKS = frozenset({"connection", "dynamic", "lifecycle", "provisioner"})


class Case:
    """A root module whose variables have exactly these values. A value may stand for many (`Pending.known`).

    Raises `InputError` when a file of it cannot be read, or is not HCL. Functions read no file outside `tree`.
    With more than `most_instances` its evaluation stops, and its problems say so.
    """

    def __init__(self, directory: str, tree: str, modules: Modules, values: Mapping[str, Value], most_instances: int | None = None) -> None:
        given = {name: Given("by the proof", value=value) for name, value in values.items()}
        self.root = root_of(directory, tree, modules, given, most_instances)
        self._session = self.root.session
        self._session.why_no_workspace = "a proof is for every workspace"

    @cached_property
    def instances(self) -> tuple[ModuleInstance, ...]:
        """The root module and all that it calls."""
        return instances_of(self.root)

    @cached_property
    def reading(self) -> Reading:
        """The resources of all instances."""
        return reading_of(self.root, self.instances)

    @property
    def problems(self) -> tuple[InputProblem, ...]:
        """The problems so far: Terraform's refusals, and expressions beyond dyncheck's limits."""
        return tuple(self._session.problems)

    @cached_property
    def conditions(self) -> tuple[CustomCondition, ...]:
        """The conditions of the configuration with their answers."""
        return tuple(found for instance in self.instances for found in conditions(instance))

    def refusal(self) -> str:
        """Why Terraform certainly refuses all of these values; empty where it may accept some.

        This evaluates the whole configuration, as `terraform plan` does.
        """
        for condition in self.conditions:
            if condition.is_violated:
                return f"the {'validation' if condition.title.startswith('Invalid value') else 'condition'} of {condition.address}"
        refusals = self._session.refusals
        for instance in self.instances:
            if not refusals and instance.waits_for is None:
                _evaluate_module(instance)
        if refusals:
            return refusals[0]
        certain = (resource for resource in self.reading.resources if not resource.doubt)
        return next((found for each in certain for found in _refusals(each.type, "", shape_of(each.type), each.body, each.address)), "")


def _evaluate_module(module: ModuleInstance) -> None:
    """Evaluate every expression in a module; problems are recorded."""
    outputs = (block.body.arguments.get("value") for block in module.module.of_type("output"))
    for argument in (*module.module.locals.values(), *filter(None, outputs)):
        _evaluate(module, argument, module)
    for block in (*module.module.of_type("resource"), *module.module.of_type("data")):
        for instance in module.session.attempt(block.header, partial(module.instances, block)) or ():
            if instance.waits_for is None:
                _evaluate_body(module, block.body, instance.scope)


def _evaluate_body(module: ModuleInstance, body: Body, scope: Scope) -> None:
    for argument in body.arguments.values():
        if argument.name not in _META:
            _evaluate(module, argument, scope)
    for block in body.blocks:
        if block.type not in _OTHER_BLOCKS:
            _evaluate_body(module, block.body, scope)


def _evaluate(module: ModuleInstance, argument: Argument, scope: Scope) -> None:
    module.session.attempt(argument.span, partial(evaluate, argument.expression, scope))


def _has_no_whole(number: Any) -> bool:
    if isinstance(number, Number):
        return number.bounds.has_no_whole()
    return isinstance(number, float) and not number.is_integer()


def _refusals(kind: str, where: str, shape: Mapping[str, Any], block: Block, address: str) -> Iterator[str]:
    """The mismatches with the types of a block and those in it; `where` are the names of the blocks around."""
    assert isinstance(block, HclBlock)
    for name in REQUIRED.get((kind, where), ()):
        if isinstance(block.value(name), Unset):
            yield f"{address}: {block.at(name)} is required"
    for name in block.written_names():
        inner = shape.get(name)
        if isinstance(inner, Mapping):
            blocks = block.nested(name)
            for each in blocks if isinstance(blocks, tuple) else ():
                yield from _refusals(kind, f"{where}.{name}".lstrip("."), inner, each, address)
        elif inner is not None and name != FRACTIONAL:
            value = block.value(name)
            if isinstance(value, Known) and _has_no_whole(value.value):
                yield f"{address}: {block.at(name)} must be a whole number"
