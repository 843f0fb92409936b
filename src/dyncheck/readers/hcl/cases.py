"""A root module under assumptions about its variables, for proofs: what it makes, and what Terraform would refuse of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from dyncheck.model import Known, Resource, Unset
from dyncheck.model.symbolic import Number
from dyncheck.readers.hcl.blocks import HclBlock
from dyncheck.readers.hcl.configuration.conditions import CustomCondition, conditions
from dyncheck.readers.hcl.configuration.inputs import Given
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.schema import REQUIRED, is_whole, shape_of
from dyncheck.readers.hcl.evaluation import LocatedProblem, Scope, evaluate
from dyncheck.readers.hcl.language.nodes import Argument, Body
from dyncheck.readers.hcl.language.values import Value
from dyncheck.readers.hcl.reader import instances_of, reading_of, root_of
from dyncheck.readers.reading import Reading

# Arguments and blocks that are no values of the resource, and where names mean something else.
_META = frozenset({"count", "depends_on", "for_each", "provider"})
_OTHER_BLOCKS = frozenset({"connection", "dynamic", "lifecycle", "provisioner"})


class Case:
    """A root module whose variables have exactly these values, each of which may stand for many (`Pending.known`).

    Raises `InputError` when a file of it cannot be read, or is not HCL. `tree` is the directory outside of which no file is
    read by functions. With more than `most_instances` it is not evaluated, and its problems say so.
    """

    def __init__(self, directory: str, tree: str, modules: Modules, values: Mapping[str, Value], most_instances: int | None = None) -> None:
        given = {name: Given("by the proof", value=value) for name, value in values.items()}
        self.root = root_of(directory, tree, modules, given, most_instances)
        self._session = self.root.session

    @cached_property
    def instances(self) -> tuple[ModuleInstance, ...]:
        """The root module and all that it calls, their declarations read."""
        return instances_of(self.root)

    @cached_property
    def reading(self) -> Reading:
        """What they hold."""
        return reading_of(self.root, self.instances)

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be evaluated so far, Terraform's refusals and dyncheck's own limits alike."""
        return tuple(self._session.problems)

    @cached_property
    def conditions(self) -> tuple[CustomCondition, ...]:
        """The conditions of the configuration with their answers."""
        return tuple(found for instance in self.instances for found in conditions(instance))

    def refusal(self) -> str:
        """Why Terraform certainly refuses these values, whichever of those that they stand for; empty where it may take them.

        All of the configuration is evaluated for that, as `terraform plan` does.
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
        return next((found for resource in self.reading.resources if (found := _refused_by_provider(resource))), "")


def _evaluate_module(module: ModuleInstance) -> None:
    """Evaluate whatever is written in a module; what is wrong with it is recorded."""
    for argument in module.module.locals.values():
        _evaluate(module, argument, module)
    for block in module.module.of_type("output"):
        for argument in block.body.arguments.values():
            if argument.name == "value":
                _evaluate(module, argument, module)
    for mode in ("resource", "data"):
        for block in module.module.of_type(mode):
            try:
                instances = module.instances(block)
            except LocatedProblem as problem:
                module.session.record(problem)
                continue
            for instance in instances:
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
    try:
        with module.session.evaluating(argument.span):
            evaluate(argument.expression, scope)
    except LocatedProblem as problem:
        module.session.record(problem)


def _has_no_whole(number: Any) -> bool:
    if isinstance(number, Number):
        return number.bounds.has_no_whole()
    return isinstance(number, float) and not number.is_integer()


def _refused_by_provider(resource: Resource) -> str:
    if resource.doubt:
        return ""
    body = resource.body
    assert isinstance(body, HclBlock)
    return next(_refusals(resource.type, "", shape_of(resource.type), body, resource.address), "")


def _refusals(kind: str, where: str, shape: Mapping[str, Any], block: HclBlock, address: str) -> Iterator[str]:
    """What does not fit the types of a block and those in it; `where` are the names of the blocks around."""
    for name in REQUIRED.get((kind, where), ()):
        if isinstance(block.value(name), Unset):
            yield f"{address}: {block.at(name)} is required"
    for name in block.written_names():
        inner = shape.get(name)
        if isinstance(inner, Mapping):
            blocks = block.nested(name)
            for each in blocks if isinstance(blocks, tuple) else ():
                assert isinstance(each, HclBlock)
                yield from _refusals(kind, f"{where}.{name}".lstrip("."), inner, each, address)
        elif inner is not None and is_whole(name):
            value = block.value(name)
            if isinstance(value, Known) and _has_no_whole(value.value):
                yield f"{address}: {block.at(name)} must be a whole number"
