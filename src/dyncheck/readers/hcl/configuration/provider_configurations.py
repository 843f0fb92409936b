"""The provider configuration of a resource, followed through the module calls that pass it on.

Source: https://developer.hashicorp.com/terraform/language/modules/develop/providers
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from dyncheck.model import Known, Provider, Unset, Value
from dyncheck.readers.hcl.configuration.expansion import quoted_key
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.pieces import pieces_of
from dyncheck.readers.hcl.configuration.resources import ResourceInstance
from dyncheck.readers.hcl.evaluation import LocalScope, LocatedError, Scope, evaluate
from dyncheck.readers.hcl.language import nodes, types, values
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Expression
from dyncheck.readers.hcl.language.traversals import constant_reference
from dyncheck.readers.hcl.language.types import ANY, STRING
from dyncheck.readers.hcl.language.values import EvaluationError, is_sensitive, is_wholly_known, object_of, pending, plain, string
from dyncheck.readers.providers import UNCLEAR, lowest_major, of_pieces, provider_of
from dyncheck.readers.versions import accepts, limits, parsed

_REGISTRY_NAME = "hashicorp/aws"

# The oldest and the newest version whose arguments are known.
_OLDEST, _NEWEST = (5, 0, 0), (6, 66, 0)
_KNOWN_VERSIONS = ("5.0.0", "5.100.0", "6.0.0", "6.66.0")


class Configured:
    """A provider configuration: the module instance that has its block, and the block, None where there is no block.

    `instance` is the key of one of several instances, which for_each makes in OpenTofu; None without any, or where it is not known.
    """

    def __init__(self, module: ModuleInstance, key: str, block: BlockNode | None, instance: str | None = None) -> None:
        self.module = module
        self.key = key if instance is None else f"{key}[{quoted_key(instance)}]"
        self.block = block
        self._instance = instance

    @cached_property
    def as_provider(self) -> Provider:
        """What is certain about it."""
        if self.block is None:
            return Provider(key=self.key)
        body = self.block.body
        arguments: dict[str, Any] = {name: self._argument(argument) for name, argument in body.arguments.items()}
        for block in body.blocks:
            if block.type == "dynamic":
                arguments[block.labels[0]] = UNCLEAR
            else:
                of_type = arguments.setdefault(block.type, [])
                of_type.append({name: self._argument(argument) for name, argument in block.body.arguments.items()})
        return provider_of(self.key, arguments, is_repeated="for_each" in body.arguments and self._instance is None)

    @cached_property
    def _scope(self) -> Scope:
        """The scope of its arguments: that of its instance, where it has several."""
        for_each = self.block.body.arguments.get("for_each") if self.block else None
        if for_each is None or self._instance is None:
            return self.module
        items = self._evaluated(for_each.expression, self.module)
        known = {key.content: item for key, item in items.items()} if items and isinstance(items.content, dict | tuple) else {}
        value = known.get(self._instance, pending(ANY, "each.value"))
        return LocalScope(self.module, {"each": object_of({"key": string(self._instance), "value": value})})

    def _argument(self, argument: Argument) -> Any:
        """The plain value of an argument, or its pieces where they are certain."""
        value = self._evaluated(argument.expression, self._scope)
        if value is None:
            return UNCLEAR
        if is_wholly_known(value):
            return plain(value)
        with self.module.session.evaluating(argument.span):
            return of_pieces(pieces_of(argument.expression, self.module, self._scope))

    def _evaluated(self, expression: Expression, scope: Scope) -> values.Value | None:
        """The value of an expression; None where Terraform would refuse it."""
        try:
            with self.module.session.evaluating(expression.span):
                return evaluate(expression, scope)
        except LocatedError:
            return None

    def default_tags(self) -> Value:
        """The tags that it adds to every resource; unset when they are unknown."""
        blocks = self.block.body.of_type("default_tags") if self.block else ()
        argument = blocks[0].body.arguments.get("tags") if blocks else None
        if argument is None:
            return Known({}) if not blocks else Unset()
        with self.module.session.evaluating(argument.span):
            value = evaluate(argument.expression, self._scope)
            try:
                tags = convert(value, types.Map(STRING))
            except EvaluationError:
                return Unset()
        return Known(plain(tags), is_sensitive(tags)) if is_wholly_known(tags) and not tags.is_null else Unset()


class ProviderConfigurations:
    """The provider configurations of a root module and of those that it calls, each resolved once."""

    def __init__(self) -> None:
        # By the address of a module instance, and the name of the provider in it with the key of its instance.
        self._known: dict[tuple[str, str, str | None], Configured] = {}

    def of(self, resource: ResourceInstance[ModuleInstance]) -> Configured:
        """The provider configuration that manages a resource. A reference to a missing one is recorded."""
        argument = resource.block.body.arguments.get("provider")
        instance = _instance(argument.expression, resource.module, resource.scope) if argument else None
        found = self._found(resource.module, local_key(resource.block), instance)
        if found.block is None and "." in found.key and found.module.parent is None:
            message = f"There is no provider configuration {found.key}. Add it, or correct the provider argument."
            resource.module.session.record(LocatedError(message, resource.block.header))
        return found

    def _found(self, module: ModuleInstance, key: str, instance: str | None) -> Configured:
        known = self._known.get((module.address, key, instance))
        if known is None:
            known = self._known[module.address, key, instance] = self._resolved(module, key, instance)
        return known

    def _resolved(self, module: ModuleInstance, key: str, instance: str | None) -> Configured:
        block = module.module.providers.get(key)
        if module.parent is None or module.call is None:
            return Configured(module, key, block, instance)
        if block and not block.body.blocks and not block.body.arguments.keys() - {"alias"}:
            # The syntax of Terraform 0.12: an empty block in a called module configures nothing.
            block = None
        passed = _passed(module.call.block)
        if key in passed:
            outer = passed[key]
            return self._found(module.parent, _named(outer) or key, _instance(outer, module.parent, module.call_scope))
        if block is not None:
            return Configured(module, f"{'.'.join(f'module.{name}' for name in module.path)}:{key}", block, instance)
        return Configured(module, key, None) if "." in key else self._found(module.parent, key, None)


def local_key(block: BlockNode) -> str:
    """The name of a resource's provider in its module; by default the first word of its type."""
    argument = block.body.arguments.get("provider")
    named = _named(argument.expression) if argument else None
    return named or block.labels[0].partition("_")[0]


def is_aws(resource: ResourceInstance[ModuleInstance]) -> bool:
    """Whether the provider is the AWS provider under any local name."""
    source = source_of(resource)
    return source == _REGISTRY_NAME or source.endswith(f"/{_REGISTRY_NAME}")


def major_of(resource: ResourceInstance[ModuleInstance]) -> int | None:
    """The lowest major version of the provider that its module or one around it accepts; None where none names one."""
    return max(filter(None, map(lowest_major, _constraints(resource))), default=None)


def majors_of(resource: ResourceInstance[ModuleInstance]) -> frozenset[int]:
    """The major versions of the provider that its module and those around it accept, of those whose arguments are known."""
    constraints = _constraints(resource)
    candidates = {*_KNOWN_VERSIONS, *(each for constraint in constraints for each in limits(constraint))}
    accepted = [parsed(each) for each in candidates if all(accepts(constraint, each) for constraint in constraints)]
    return frozenset(each[0][0] for each in accepted if each and _OLDEST <= each[0] <= _NEWEST)


def _constraints(resource: ResourceInstance[ModuleInstance]) -> list[str]:
    """The version constraints on the provider in its module and those around it."""
    name = local_key(resource.block).partition(".")[0]
    module: ModuleInstance | None = resource.module
    found = []
    while module is not None:
        found.append(module.module.versions.get(name))
        module = module.parent
    return [constraint for constraint in found if constraint is not None]


def source_of(resource: ResourceInstance[ModuleInstance]) -> str:
    """The source address of the provider, such as `hashicorp/aws`."""
    name = local_key(resource.block).partition(".")[0]
    source = resource.module.module.requirements.get(name, name).lower()
    # A source of one part has the namespace of HashiCorp.
    return f"hashicorp/{source}" if "/" not in source else source


def _passed(call: BlockNode) -> Mapping[str, Expression]:
    """The `providers` argument of a call: the name in the module, and what it is outside."""
    argument = call.body.arguments.get("providers")
    if argument is None or not isinstance(argument.expression, nodes.ObjectExpression):
        return {}
    return {inner: value for key, value in argument.expression.items if (inner := _named(key)) and _named(value)}


def _named(expression: Expression) -> str | None:
    """`aws` or `aws.west`, written as a reference or as a text, without the key of an instance."""
    if isinstance(expression, nodes.Literal):
        return expression.value if isinstance(expression.value, str) else None
    reference = constant_reference(expression.of if isinstance(expression, nodes.IndexExpression) else expression)
    return reference[1] if reference else None


def _instance(expression: Expression, module: ModuleInstance, scope: Scope) -> str | None:
    """The key of an instance, as in `aws.by_region[each.key]`; None without one, or where it is not known."""
    if not isinstance(expression, nodes.IndexExpression):
        return None
    try:
        with module.session.evaluating(expression.span):
            key = convert(evaluate(expression.key, scope), STRING)
    except (EvaluationError, LocatedError):
        return None
    return key.content if key.is_known and isinstance(key.content, str) else None
