"""One root module -> the DynamoDB resources it makes, as far as that can be told without a plan."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from dyncheck.dynamodb.types import RESOURCE_TYPES, TABLE
from dyncheck.errors import InputError
from dyncheck.model import Comment, Condition, Known, Reference, Related, Resource, Value
from dyncheck.readers.hcl.blocks import HclBlock, Owner, of_unknown_number
from dyncheck.readers.hcl.configuration import conditions, provenance
from dyncheck.readers.hcl.configuration.inputs import Given, Settings, root_inputs
from dyncheck.readers.hcl.configuration.instance import ModuleInstance, every_module
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.planned_inputs import planned_inputs
from dyncheck.readers.hcl.configuration.provider_configurations import Configured, ProviderConfigurations, is_aws
from dyncheck.readers.hcl.configuration.resources import ResourceInstance
from dyncheck.readers.hcl.configuration.schema import shape_of
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.evaluation import LocatedProblem
from dyncheck.readers.hcl.language.nodes import Argument, Block, Expression
from dyncheck.readers.hcl.language.values import question_of
from dyncheck.readers.reading import Reading
from dyncheck.readers.references import ModulePath, follow, whole

# Python frames for the deepest evaluation that its budget allows.
_FRAMES = 10_000


def read_root(directory: str, tree: str, modules: Modules, settings: Settings, planned: Mapping[str, Any] | None = None) -> Reading:
    """The resources of the root module in a directory, with the values that its variables are given.

    `tree` is the directory outside of which no file is read by functions; `planned` are the values, in JSON, that a plan has
    of the variables. Raises `InputError` when a file of it cannot be read, or is not HCL.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))
    module = modules.at(directory)
    session = Session(modules, module.directory, tree)
    if planned is None:
        inputs = root_inputs(module, settings, modules.trees)
    else:
        inputs = planned_inputs(session, module, settings, planned)
    root = ModuleInstance(session, module, given=inputs.values)
    instances = instances_of(root)
    violated = tuple(_conditions(instances))
    reading = reading_of(root, instances)
    return replace(
        reading,
        conditions=violated,
        notices=(*inputs.notices, *_unset(root), *reading.notices),
        sha256=_sha256(module.directory, instances),
    )


def root_of(
    directory: str, tree: str, modules: Modules, given: Mapping[str, Given] = {}, most_instances: int | None = None
) -> ModuleInstance:
    """The root module in a directory with the values that its variables are given. Raises `InputError` as `read_root` does.

    With more than `most_instances` it is not evaluated, and its problems say so.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))
    module = modules.at(directory)
    return ModuleInstance(Session(modules, module.directory, tree, most_instances), module, given=given)


def instances_of(root: ModuleInstance) -> tuple[ModuleInstance, ...]:
    """A root module instance and all below it, their declarations read."""
    instances = tuple(every_module(root))
    for instance in instances:
        _fit_inputs(instance)
    _read_declarations(instances)
    root.session.uses_kms = any(block.labels[0].startswith("aws_kms_") for block in _resource_blocks(instances))
    return instances


def reading_of(root: ModuleInstance, instances: tuple[ModuleInstance, ...]) -> Reading:
    """What the module instances hold, their values read when they are asked for."""
    session = root.session
    written, providers = _Written(root), ProviderConfigurations()
    resources = tuple(_resource(instance, written, providers) for instance in _resources(instances))
    return Reading(
        kind="hcl",
        producer="",
        resources=resources,
        incomplete=RESOURCE_TYPES if session.unread_calls else frozenset(),
        why_incomplete=f"{_listed(session.unread_calls)} could not be looked into" if session.unread_calls else "",
        notices=tuple(session.notices),
        comments=lambda: _comments(instances),
        faults=lambda: tuple(session.problems),
        nothing=_nothing(session),
    )


def _read_declarations(instances: Iterable[ModuleInstance]) -> None:
    """Read the type and default of every variable, needed or not: Terraform refuses a configuration with a wrong one."""
    for module in {instance.module.directory: instance for instance in instances}.values():
        for block in module.module.of_type("variable"):
            try:
                with module.session.evaluating(block.header):
                    module.declared(block)
            except LocatedProblem as problem:
                module.session.record(problem)


def _fit_inputs(module: ModuleInstance) -> None:
    """Read every value that a module is given, needed or not: Terraform refuses one that does not fit."""
    if module.waits_for is not None:
        return
    for name in module.call.arguments if module.call else module.given:
        block = module.module.block("variable", name)
        if block is None:
            continue
        try:
            with module.session.evaluating(block.header):
                module.variable(name)
        except LocatedProblem as problem:
            module.session.record(problem)


def _resource_blocks(instances: Iterable[ModuleInstance]) -> Iterator[Block]:
    return (block for instance in instances for mode in ("resource", "data") for block in instance.module.of_type(mode))


def _resources(instances: tuple[ModuleInstance, ...]) -> Iterator[ResourceInstance[ModuleInstance]]:
    for module in instances:
        for block in module.module.of_type("resource"):
            if block.labels[0] in RESOURCE_TYPES:
                yield from filter(is_aws, _instances(module, block))


def _instances(module: ModuleInstance, block: Block) -> tuple[ResourceInstance[ModuleInstance], ...]:
    try:
        return module.instances(block)
    except LocatedProblem as problem:
        module.session.record(problem)
        return (ResourceInstance(module, block, "", module, ("its count or for_each, which cannot be evaluated",)),)


def _resource(instance: ResourceInstance[ModuleInstance], written: _Written, providers: ProviderConfigurations) -> Resource:
    provider = providers.of(instance)
    owner = Owner(
        instance,
        references=lambda arguments: written.references(instance.module, arguments),
        trace=lambda expression: _trace(instance, expression),
        added=_added(instance, provider),
    )
    body = instance.block.body
    return Resource(
        address=instance.address,
        type=instance.kind,
        name=instance.name,
        module=instance.module.address,
        doubt=of_unknown_number(instance.waits_for) if instance.waits_for is not None else "",
        question=question_of(instance.waits_for or ()),
        body=HclBlock("", body, instance.block.header, instance.scope, shape_of(instance.kind), owner, (body,)),
        provider=provider.as_provider,
    )


def _added(instance: ResourceInstance[ModuleInstance], provider: Configured) -> Mapping[str, Value]:
    """The tags of a table with the provider's default ones, where all of them are known."""
    if instance.kind != TABLE or provider.block is None or not provider.block.body.of_type("default_tags"):
        return {}
    try:
        default = provider.default_tags()
        with instance.module.session.evaluating(instance.block.header):
            own = instance.attribute("tags")
    except LocatedProblem as problem:
        instance.module.session.record(problem)
        return {}
    if not isinstance(default, Known) or own.is_pending:
        return {}
    from dyncheck.readers.hcl.language.values import is_sensitive, plain

    return {"tags_all": Known(default.value | (plain(own) or {}), default.sensitive or is_sensitive(own))}


def _trace(instance: ResourceInstance[ModuleInstance], expression: Expression) -> tuple[Related, ...]:
    for_each = instance.block.body.arguments.get("for_each")
    try:
        return provenance.trace(instance.module, expression, for_each.expression if for_each else None)
    except (InputError, LocatedProblem):
        return ()


class _Written:
    """The configuration as far as references need it, module by module."""

    def __init__(self, root: ModuleInstance) -> None:
        self._modules = root.session.modules
        self._known: dict[ModulePath, ModuleInstance | None] = {(): root}

    def references(self, module: ModuleInstance, arguments: list[Argument]) -> tuple[Reference, ...]:
        """What the arguments of a module may wait for."""
        texts = whole(text for argument in arguments for text in self._modules.references(argument))
        return follow(self, module.path, texts, module.address)

    def argument(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """The references of the argument that the call of a module gives a variable."""
        module = self._at(path)
        argument = module.call.arguments.get(name) if module and module.call else None
        return whole(self._modules.references(argument)) if argument else ()

    def output(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """The references of an output."""
        module = self._at(path)
        block = module.module.block("output", name) if module else None
        argument = block.body.arguments.get("value") if block else None
        return whole(self._modules.references(argument)) if argument else ()

    def _at(self, path: ModulePath) -> ModuleInstance | None:
        if path not in self._known:
            self._known[path] = self._child(self._at(path[:-1]), path[-1])
        return self._known[path]

    def _child(self, outer: ModuleInstance | None, name: str) -> ModuleInstance | None:
        if outer is None or outer.module.block("module", name) is None:
            return None
        try:
            return next(iter(outer.children(name).instances), None)
        except LocatedProblem:
            return None


def _conditions(instances: tuple[ModuleInstance, ...]) -> Iterator[Condition]:
    for module in instances:
        yield from conditions.violated(module)


def _unset(root: ModuleInstance) -> Iterator[str]:
    names = [block.labels[0] for block in root.module.of_type("variable") if _has_no_value(root, block)]
    if names:
        verb = "has" if len(names) == 1 else "have"
        yield f"{_listed(names)} {verb} no value, so what depends on it is unknown; give it with --var or --var-file."


def _has_no_value(root: ModuleInstance, block: Block) -> bool:
    return "default" not in block.body.arguments and block.labels[0] not in root.given


def _nothing(session: Session) -> str:
    if session.unread_calls:
        return f"{_listed(session.unread_calls)} could not be looked into; `terraform get` downloads modules, without credentials."
    return "Name the directory of the module that has them."


def _listed(names: list[str]) -> str:
    return ", ".join(names)


def _comments(instances: tuple[ModuleInstance, ...]) -> tuple[Comment, ...]:
    modules = {instance.module.directory: instance.module for instance in instances}
    return tuple(comment for module in modules.values() for file in module.files for comment in file.comments)


def _sha256(root: str, instances: tuple[ModuleInstance, ...]) -> str:
    """One hash for all files that were read: that of the sorted lines `<hash> <path>`, the paths relative to the root module."""
    modules = {instance.module.directory: instance.module for instance in instances}
    lines = sorted(
        f"{file.sha256} {os.path.join('' if path == os.curdir else path, os.path.basename(file.path))}\n".replace(os.sep, "/")
        for path, module in ((os.path.relpath(directory, root), module) for directory, module in modules.items())
        for file in module.files
    )
    return sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
