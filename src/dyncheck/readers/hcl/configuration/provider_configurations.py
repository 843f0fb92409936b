"""The provider configuration of a resource, followed through the module calls that pass it on.

Source: https://developer.hashicorp.com/terraform/language/modules/develop/providers
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec.json import encode

from dyncheck.model import Known, Provider, Unset, Value
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.resources import ResourceInstance
from dyncheck.readers.hcl.evaluation import LocatedError, evaluate
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import BlockNode, Body, Expression
from dyncheck.readers.hcl.language.traversals import traversals
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import EvaluationError, is_sensitive, is_wholly_known, plain
from dyncheck.readers.versions import lowest_major

_REGISTRY_NAME = "hashicorp/aws"


class Configured:
    """A provider configuration: the module instance that has its block, and the block, None where there is no block."""

    def __init__(self, module: ModuleInstance, key: str, block: BlockNode | None) -> None:
        self.module = module
        self.key = key
        self.block = block

    @cached_property
    def as_provider(self) -> Provider:
        """The same as a plan shows: constants, and references for other values."""
        if self.block is None:
            return Provider(key=self.key)
        settings = _written(self.block.body)
        region = settings.pop("region", None)
        has_default_tags = bool(self.block.body.of_type("default_tags"))
        settings.pop("default_tags", None)
        settings.pop("alias", None)
        others = encode(settings, order="deterministic").decode()
        return Provider(self.key, region if isinstance(region, str) else None, others, has_default_tags)

    def default_tags(self) -> Value:
        """The tags that it adds to every resource; unset when they are unknown."""
        blocks = self.block.body.of_type("default_tags") if self.block else ()
        argument = blocks[0].body.arguments.get("tags") if blocks else None
        if argument is None:
            return Known({}) if not blocks else Unset()
        with self.module.session.evaluating(argument.span):
            value = evaluate(argument.expression, self.module)
            try:
                tags = convert(value, types.Map(STRING))
            except EvaluationError:
                return Unset()
        return Known(plain(tags), is_sensitive(tags)) if is_wholly_known(tags) and not tags.is_null else Unset()


class ProviderConfigurations:
    """The provider configurations of a root module and of those that it calls, each resolved once."""

    def __init__(self) -> None:
        # By the address of a module instance and the name of the provider in it.
        self._known: dict[tuple[str, str], Configured] = {}

    def of(self, resource: ResourceInstance[ModuleInstance]) -> Configured:
        """The provider configuration that manages a resource. A reference to a missing one is recorded."""
        found = self._found(resource.module, local_key(resource.block))
        if found.block is None and "." in found.key and found.module.parent is None:
            message = f"There is no provider configuration {found.key}. Add it, or correct the provider argument."
            resource.module.session.record(LocatedError(message, resource.block.header))
        return found

    def _found(self, module: ModuleInstance, key: str) -> Configured:
        known = self._known.get((module.address, key))
        if known is None:
            known = self._known[module.address, key] = self._resolved(module, key)
        return known

    def _resolved(self, module: ModuleInstance, key: str) -> Configured:
        block = module.module.providers.get(key)
        if module.parent is None or module.call is None:
            return Configured(module, key, block)
        if block and not block.body.blocks and not block.body.arguments.keys() - {"alias"}:
            # The syntax of Terraform 0.12: an empty block in a called module configures nothing.
            block = None
        passed = _passed(module.call.block)
        if key in passed:
            return self._found(module.parent, passed[key])
        if block is not None:
            return Configured(module, f"{'.'.join(f'module.{name}' for name in module.path)}:{key}", block)
        return Configured(module, key, None) if "." in key else self._found(module.parent, key)


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
    name = local_key(resource.block).partition(".")[0]
    module: ModuleInstance | None = resource.module
    found = []
    while module is not None:
        found.append(lowest_major(module.module.versions.get(name)))
        module = module.parent
    return max(filter(None, found), default=None)


def source_of(resource: ResourceInstance[ModuleInstance]) -> str:
    """The source address of the provider, such as `hashicorp/aws`."""
    name = local_key(resource.block).partition(".")[0]
    source = resource.module.module.requirements.get(name, name).lower()
    # A source of one part has the namespace of HashiCorp.
    return f"hashicorp/{source}" if "/" not in source else source


def _passed(call: BlockNode) -> Mapping[str, str]:
    """The `providers` argument of a call: the name in the module to the name outside."""
    argument = call.body.arguments.get("providers")
    if argument is None or not isinstance(argument.expression, nodes.ObjectExpression):
        return {}
    pairs = ((_named(key), _named(value)) for key, value in argument.expression.items)
    return {inner: outer for inner, outer in pairs if inner and outer}


def _named(expression: Expression) -> str | None:
    """`aws` or `aws.west`, written as a reference or as a text."""
    if isinstance(expression, nodes.Literal):
        return expression.value if isinstance(expression.value, str) else None
    found = list(traversals(expression))
    return found[0] if len(found) == 1 else None


def _written(body: Body) -> dict[str, Any]:
    """The content of a provider's block in a form that can be compared."""
    arguments: dict[str, Any] = {}
    for name, argument in sorted(body.arguments.items()):
        constant = _constant(argument.expression)
        references = {"references": sorted(set(traversals(argument.expression)))}
        arguments[name] = references if constant is None else constant
    blocks: dict[str, list[Any]] = {}
    for block in body.blocks:
        blocks.setdefault(block.type, []).append(_written(block.body))
    return arguments | blocks


def _constant(expression: Expression) -> Any:
    if isinstance(expression, nodes.Literal):
        return str(expression.value) if not isinstance(expression.value, bool | str | None) else expression.value
    if isinstance(expression, nodes.TupleExpression):
        items = [_constant(item) for item in expression.items]
        return None if None in items else items
    return None
