"""Reads the DynamoDB resources of one root module, as far as they are known without a plan."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from dyncheck.dynamodb.types import DATA_TYPES, KEYS, RESOURCE_TYPES, TABLE
from dyncheck.errors import InputError
from dyncheck.model import Known, NotChecked, Place, Reference, Related, Resource, Unjudged, Value, without_keys
from dyncheck.readers.hcl.blocks import HclBlock, Owner, Part, unknown_number
from dyncheck.readers.hcl.configuration import conditions, provenance
from dyncheck.readers.hcl.configuration.absent import absent_tables
from dyncheck.readers.hcl.configuration.arguments import wrong_in_language, wrong_in_resource
from dyncheck.readers.hcl.configuration.environments import Environment
from dyncheck.readers.hcl.configuration.files import shown
from dyncheck.readers.hcl.configuration.inputs import Given, Settings, root_inputs, variable_files
from dyncheck.readers.hcl.configuration.instance import ModuleInstance, every_module
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.configuration.planned_inputs import planned_inputs
from dyncheck.readers.hcl.configuration.provider_configurations import (
    Configured,
    ProviderConfigurations,
    is_aws,
    major_of,
    majors_of,
    source_of,
)
from dyncheck.readers.hcl.configuration.required_versions import unsupported
from dyncheck.readers.hcl.configuration.resources import ResourceInstance
from dyncheck.readers.hcl.configuration.schema import shape_of
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.configuration.undeclared import wrong_references
from dyncheck.readers.hcl.configuration.unread import UnreadModules, did_not_check, not_checked, unread_calls
from dyncheck.readers.hcl.evaluation import LocatedError
from dyncheck.readers.hcl.language.nodes import Argument, Expression
from dyncheck.readers.hcl.language.values import is_sensitive, plain, question_of
from dyncheck.readers.hcl.places import place
from dyncheck.readers.not_checked import MAKING_TABLES, STACKS, why_not_checked
from dyncheck.readers.reading import Reading
from dyncheck.readers.references import ModulePath, follow, path_of, whole

# Python frames for the deepest evaluation that its budget allows.
_FRAMES = 10_000

# What a number of instances waits for that Terraform refuses.
_REFUSED = ("its count or for_each, which cannot be evaluated",)

_KNOWN_TYPES = RESOURCE_TYPES | MAKING_TABLES


def read_root(
    directory: str,
    tree: str,
    modules: Modules,
    settings: Settings,
    planned: Mapping[str, Any] | None = None,
    environment: Environment | None = None,
) -> Reading:
    """The resources of the root module in a directory, with the values that its variables are given.

    Functions read no file outside `tree`; `planned` are the values, in JSON, that a plan has of the variables. `environment` may name the
    workspace.
    Raises `InputError` when a file of it cannot be read, or is not HCL.
    """
    root = root_of(directory, tree, modules)
    root.session.environment = environment
    given, notices = root_inputs(root.module, settings, modules.trees, modules.overlay)
    if planned is not None:
        root.session.why_no_workspace = "a plan does not record it"
        given, notices = planned_inputs(root.session, root.module, given, planned), ()
    root = ModuleInstance(root.session, root.module, given=given)
    instances = instances_of(root)
    violated = tuple(condition for instance in instances for condition in conditions.violated(instance))
    reading = reading_of(root, instances)
    return replace(
        reading,
        conditions=violated,
        notices=(*notices, *_unset(root), *reading.notices),
        sha256=_sha256(root.module.directory, instances),
        files=tuple(file.path for module in _modules(instances).values() for file in module.files),
        variable_files=variable_files(root.module, settings),
        tofu=tuple(dict.fromkeys(path for module in _modules(instances).values() for path in module.tofu)),
        directories=tuple(_modules(instances)),
    )


def root_of(
    directory: str, tree: str, modules: Modules, given: Mapping[str, Given] = {}, most_instances: int | None = None
) -> ModuleInstance:
    """The root module in a directory with the values that its variables are given. Raises `InputError` as `read_root` does.

    With more than `most_instances` its evaluation stops, and its problems say so.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))
    module = modules.at(directory)
    if not module.files:
        raise InputError(f"{shown(module.directory)} has no Terraform files.", kind="nothing-to-check")
    return ModuleInstance(Session(modules, module.directory, tree, most_instances), module, given=given)


def instances_of(root: ModuleInstance) -> tuple[ModuleInstance, ...]:
    """A root module instance and all below it. Terraform refuses a wrong declaration or value of any variable, used or not."""
    instances = tuple(every_module(root))
    for instance in instances:
        if instance.waits_for is None:
            for name in instance.call.arguments if instance.call else instance.given:
                block = instance.module.block("variable", name)
                if block is not None:
                    root.session.attempt(block.header, partial(instance.variable, name))
    for problem in unsupported(_modules(instances).values(), root.session.modules.program):
        root.session.record(problem)
    for instance in {instance.module.directory: instance for instance in instances}.values():
        for problem in (*wrong_references(instance.module), *wrong_in_language(instance.module), *_wrong_arguments(instance)):
            root.session.record(problem)
        for block in instance.module.of_type("variable"):
            root.session.attempt(block.header, partial(instance.declared, block))
    root.session.uses_kms = any(
        block.labels[0].startswith("aws_kms_")
        for instance in instances
        for mode in ("resource", "data")
        for block in instance.module.of_type(mode)
    )
    # From here on, what is read decides what the report says.
    root.session.reads_workspace = False
    return instances


def _wrong_arguments(module: ModuleInstance) -> Iterator[LocatedError]:
    for block in module.module.of_type("resource"):
        resource = ResourceInstance(module, block, "", module, None)
        if block.labels[0] in RESOURCE_TYPES and is_aws(resource):
            yield from wrong_in_resource(block, majors_of(resource))


def reading_of(root: ModuleInstance, instances: tuple[ModuleInstance, ...]) -> Reading:
    """The resources of module instances. Their values are evaluated when a rule reads them."""
    session, known = root.session, tuple(_known(instances))
    _expand_calls(instances)
    read = tuple(filter(_is_read, known))
    written, providers = _Written(root, read), ProviderConfigurations()
    unread = tuple(unread_calls(instances))
    return Reading(
        kind="hcl",
        producer="",
        resources=tuple(_resource(instance, written, providers) for instance in read),
        not_checked=(*not_checked(unread), *_not_checked(known)),
        incomplete=RESOURCE_TYPES if unread else frozenset(),
        why_incomplete=did_not_check([call.address for call in unread]) if unread else "",
        unseen_on=_unseen_on(UnreadModules(unread), session) if unread else None,
        variables_of=lambda resource: written.variables(path_of(resource.module)),
        data=lambda: tuple(_resource(each, written, providers) for each in _data_sources(instances)),
        comments=lambda: tuple(comment for module in _modules(instances).values() for file in module.files for comment in file.comments),
        faults=lambda: tuple(session.problems),
        unjudged=lambda: tuple(_unjudged(instances)),
        workspace=partial(_workspace, session),
        late_notices=lambda: (session.workspace.notice,) if session.reads_workspace else (),
        nothing=absent_tables(instances),
    )


def _unseen_on(unread: UnreadModules, session: Session) -> Callable[[str, Resource], str]:
    """Why the input may not show all resources that concern a given one; empty when it does."""

    def why(kind: str, resource: Resource) -> str:
        body = resource.body
        instance = body.instance if isinstance(body, HclBlock) and body.instance.module.session is session else None
        return unread.knowing(kind, resource, (instance.module, instance.block) if instance else None)

    return why


def _known(instances: tuple[ModuleInstance, ...]) -> Iterator[ResourceInstance[ModuleInstance]]:
    for module in instances:
        for block in module.module.of_type("resource"):
            if block.labels[0] in _KNOWN_TYPES:
                invalid = ResourceInstance(module, block, "", module, _REFUSED)
                found = module.session.attempt(block.header, partial(module.instances, block))
                yield from (invalid,) if found is None else found


def _expand_calls(instances: tuple[ModuleInstance, ...]) -> None:
    """Read again the count or for_each of calls whose modules have resources that are read: it decides whether these exist."""
    for instance in instances:
        for block in instance.module.of_type("module"):
            with suppress(LocatedError):
                called = instance.children(block.labels[0]).call.module
                if called and _may_have_resources(called):
                    instance.expansion(block)


def _may_have_resources(module: Module) -> bool:
    """Whether a module has resources that are read, or calls another one."""
    return bool(module.of_type("module")) or any(block.labels[0] in _KNOWN_TYPES for block in module.of_type("resource"))


def _is_read(instance: ResourceInstance[ModuleInstance]) -> bool:
    return instance.kind in RESOURCE_TYPES and is_aws(instance)


def _not_checked(instances: Iterable[ResourceInstance[ModuleInstance]]) -> Iterator[NotChecked]:
    """The resources that make tables and are not read."""
    for instance in instances:
        if not _is_read(instance):
            template = _text(instance, "template_body") if instance.kind in STACKS else None
            if reason := why_not_checked(instance.kind, "" if is_aws(instance) else source_of(instance), template):
                yield NotChecked(instance.address, reason)


def _unjudged(instances: Iterable[ModuleInstance]) -> Iterator[Unjudged]:
    """The resource blocks and module calls without an instance, and the resource blocks that are not read."""
    for module in instances:
        around = tuple(_around(module))
        for block in module.module.of_type("resource"):
            with suppress(LocatedError):
                if not any(map(_is_read, module.instances(block))):
                    place_of_block = place("resource", block.header, block.span)
                    yield Unjudged(without_keys(module.inner_address(".".join(block.labels))), (place_of_block, *around))
        for block in module.module.of_type("module"):
            with suppress(LocatedError):
                if not module.children(block.labels[0]).instances:
                    place_of_block = place("module", block.header, block.span)
                    yield Unjudged(without_keys(module.inner_address(f"module.{block.labels[0]}")), (place_of_block, *around))


def _around(module: ModuleInstance) -> Iterator[Place]:
    """The calls that lead to a module instance, innermost first."""
    while module.call and module.parent:
        yield place("module", module.call.block.header, module.call.block.span)
        module = module.parent


def _workspace(session: Session) -> str:
    session.reads_workspace = True
    return session.workspace.name


def _text(instance: ResourceInstance[ModuleInstance], name: str) -> str | None:
    """The text of an argument, None where it is not known."""
    try:
        with instance.module.session.evaluating(instance.block.header):
            value = instance.attribute(name)
    except LocatedError:
        return None
    return value.content if value.is_known and isinstance(value.content, str) else None


def _data_sources(instances: tuple[ModuleInstance, ...]) -> Iterator[ResourceInstance[ModuleInstance]]:
    for module in instances:
        for block in module.module.of_type("data"):
            if block.labels[0] in DATA_TYPES:
                yield from module.session.attempt(block.header, partial(module.instances, block)) or ()


def _resource(instance: ResourceInstance[ModuleInstance], written: _Written, providers: ProviderConfigurations) -> Resource:
    provider = providers.of(instance)
    owner = Owner(
        instance, partial(written.references, instance.module), partial(_trace, instance), written.may_supply, _added(instance, provider)
    )
    body = instance.block.body
    return Resource(
        address=instance.address,
        type=instance.kind,
        name=instance.name,
        module=instance.module.address,
        exists=None,
        doubt=unknown_number(instance.waits_for) if instance.waits_for is not None else "",
        question=question_of(instance.waits_for or ()),
        may_repeat=instance.may_repeat,
        is_refused=instance.waits_for == _REFUSED,
        body=HclBlock("", Part(body, instance.block.header, instance.scope), shape_of(instance.kind), owner, (body,), instance.ignored),
        provider=replace(provider.as_provider, major=major_of(instance)),
    )


def _added(instance: ResourceInstance[ModuleInstance], provider: Configured) -> Mapping[str, Value]:
    """The tags of a table merged with the provider's default ones, where all of them are known."""
    if instance.kind != TABLE or provider.block is None or not provider.block.body.of_type("default_tags"):
        return {}
    session, header = instance.module.session, instance.block.header
    default = session.attempt(header, provider.default_tags)
    own = session.attempt(header, partial(instance.attribute, "tags")) if default else None
    if not isinstance(default, Known) or own is None or own.is_pending:
        return {}
    return {"tags_all": Known(default.value | (plain(own) or {}), default.sensitive or is_sensitive(own))}


def _trace(instance: ResourceInstance[ModuleInstance], expression: Expression) -> tuple[Related, ...]:
    for_each = instance.block.body.arguments.get("for_each")
    try:
        return provenance.trace(instance.module, expression, for_each.expression if for_each else None)
    except (InputError, LocatedError):
        return ()


class _Written:
    """The written configuration, module by module, for following references."""

    def __init__(self, root: ModuleInstance, resources: tuple[ResourceInstance[ModuleInstance], ...]) -> None:
        self._modules = root.session.modules
        # The addresses of the blocks of KMS keys that have an instance, or may have.
        self._keys = frozenset(without_keys(resource.address) for resource in resources if resource.kind in KEYS)
        self._known: dict[ModulePath, ModuleInstance | None] = {(): root}

    def references(self, module: ModuleInstance, arguments: list[Argument]) -> tuple[Reference, ...]:
        """The references that the arguments of a module may wait for."""
        return follow(self, module.path, self._texts(arguments), module.address)

    def argument(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """The references in a call's argument of that name."""
        module = self._at(path)
        argument = module.call.arguments.get(name) if module and module.call else None
        return self._texts((argument,) if argument else ())

    def output(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """The references of an output."""
        module = self._at(path)
        block = module.module.block("output", name) if module else None
        argument = block.body.arguments.get("value") if block else None
        return self._texts((argument,) if argument else ())

    def variables(self, path: ModulePath) -> tuple[str, ...]:
        """The names of the variables of a module."""
        module = self._at(path)
        return tuple(block.labels[0] for block in module.module.of_type("variable")) if module else ()

    def may_supply(self, reference: Reference) -> bool:
        """Whether a value that is known only after apply may come from this reference: a resource without instances has none."""
        if reference.type not in KEYS or reference.is_data:
            return True
        return reference.attribute in (None, "arn", "id", "key_id") and reference.resource in self._keys

    def _texts(self, arguments: Iterable[Argument]) -> tuple[str, ...]:
        return whole(text for argument in arguments for text in self._modules.references(argument))

    def _at(self, path: ModulePath) -> ModuleInstance | None:
        if path not in self._known:
            self._known[path] = self._child(self._at(path[:-1]), path[-1])
        return self._known[path]

    def _child(self, outer: ModuleInstance | None, name: str) -> ModuleInstance | None:
        if outer is None or outer.module.block("module", name) is None:
            return None
        try:
            return next(iter(outer.children(name).instances), None)
        except LocatedError:
            return None


def _unset(root: ModuleInstance) -> Iterator[str]:
    names = [
        block.labels[0]
        for block in root.module.of_type("variable")
        if "default" not in block.body.arguments and block.labels[0] not in root.given
    ]
    if names:
        from dyncheck.readers.hcl.terragrunt import hint_of_terragrunt

        verb = "has" if len(names) == 1 else "have"
        hint = hint_of_terragrunt(root.module.directory, root.session.modules.trees)
        yield f"{', '.join(names)} {verb} no value, so what depends on it is unknown. Set it with --var or --var-file. {hint}".rstrip()


def _modules(instances: Iterable[ModuleInstance]) -> Mapping[str, Module]:
    return {instance.module.directory: instance.module for instance in instances}


def _sha256(root: str, instances: tuple[ModuleInstance, ...]) -> str:
    """One hash for all files that were read: that of the sorted lines `<hash> <path>`, the paths relative to the root module."""
    lines = sorted(
        f"{file.sha256} {os.path.join('' if path == os.curdir else path, os.path.basename(file.path))}\n".replace(os.sep, "/")
        for path, module in ((os.path.relpath(directory, root), module) for directory, module in _modules(instances).items())
        for file in module.files
    )
    return sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
