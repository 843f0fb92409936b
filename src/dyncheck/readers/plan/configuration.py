"""The `configuration` part of a plan: the blocks as they are written, and what their references lead to.

Source: https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
It has one entry for each block, for any number of instances. It does not contain locals and `dynamic` blocks.
"""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any, TypeAlias

from msgspec import UNSET, Raw, Struct, UnsetType
from msgspec.structs import replace

from dyncheck.model import Provider
from dyncheck.readers.plan.strict_json import Document
from dyncheck.readers.providers import UNCLEAR, lowest_major, provider_of
from dyncheck.readers.references import MAXIMUM_DEPTH, ModulePath, whole

Expressions: TypeAlias = dict[str, Any]


class _Repeated(Struct, frozen=True, kw_only=True):
    """A resource block or a module call."""

    expressions: Expressions | None = None
    count_expression: Any | UnsetType = UNSET
    for_each_expression: Any | UnsetType = UNSET

    @property
    def is_single(self) -> bool:
        """Whether it has exactly one instance in its module."""
        return self.count_expression is UNSET and self.for_each_expression is UNSET


class ResourceBlock(_Repeated, frozen=True, kw_only=True):
    """A resource block."""

    mode: str = "managed"
    type: str = ""
    name: str = ""
    provider_config_key: str | None = None


class _Output(Struct, frozen=True):
    expression: Any = None


class _Module(Struct, frozen=True):
    resources: tuple[ResourceBlock, ...] = ()
    # The whole annotation is text: Python 3.10 does not resolve a name inside of it.
    module_calls: "dict[str, _Call]" = {}
    outputs: dict[str, _Output] = {}
    variables: dict[str, Any] = {}


class _Call(_Repeated, frozen=True, kw_only=True):
    module: _Module = _Module()


class _ProviderConfig(Struct, frozen=True):
    expressions: Expressions = {}
    version_constraint: str | None = None


class _Configuration(Struct, frozen=True):
    root_module: _Module = _Module()
    provider_config: dict[str, _ProviderConfig] = {}


class Configuration:
    """The modules of a configuration, by their path of call names. Raises `InputError` when it is not as Terraform writes it."""

    def __init__(self, document: Document, raw: Raw) -> None:
        configuration = document.typed(raw, _Configuration, "configuration")
        self._providers = configuration.provider_config
        self._root = configuration.root_module
        # Each is looked up for every instance.
        self.provider = cache(self._provider)
        self._module = cache(self._found_module)
        self._blocks = cache(self._found_blocks)

    def block(self, path: ModulePath, kind: str, name: str) -> ResourceBlock:
        """A managed resource block, empty when the configuration does not have it."""
        return self._blocks(path).get((kind, name)) or ResourceBlock()

    def has(self, path: ModulePath, kind: str, name: str) -> bool:
        """Whether it has a managed resource block."""
        return (kind, name) in self._blocks(path)

    def _found_blocks(self, path: ModulePath) -> dict[tuple[str, str], ResourceBlock]:
        return {(block.type, block.name): block for block in self._module(path).resources if block.mode == "managed"}

    def _provider(self, key: str | None) -> Provider:
        """The provider configuration of that key."""
        if not key:
            return Provider(major=self._major(""))
        key = self._inherited(key)
        expressions = self._settings(key)
        # Of the instances that for_each makes in OpenTofu, a plan does not show which one a resource uses.
        is_repeated = any(text.startswith("each.") for text in texts_of(expressions))
        provider = provider_of(key, {name: _plain(value) for name, value in expressions.items()}, is_repeated=is_repeated)
        return replace(provider, major=self._major(key))

    def _major(self, key: str) -> int | None:
        """The lowest major version of the provider; only the entry of the root module's default one has it."""
        names = (key, key.rpartition(":")[2].partition(".")[0])
        found = (self._providers[name].version_constraint for name in names if name in self._providers)
        return lowest_major(next(filter(None, found), None))

    def _settings(self, key: str) -> Expressions:
        return self._providers[key].expressions if key in self._providers else {}

    def _inherited(self, key: str) -> str:
        """The key of the configuration that a module's provider without settings inherits.

        Terraform resolves most of these itself, but not through a module that does not use the provider.
        """
        while ":" in key and not self._settings(key):
            module, _, name = key.rpartition(":")
            outer = module.rpartition(".module.")[0]
            if "." in name:
                break
            key = f"{outer}:{name}" if outer else name
        return key

    def managed(self) -> Iterator[tuple[ModulePath, bool, ResourceBlock]]:
        """Every managed resource block with the path of its module, and whether it has exactly one instance."""
        pending: list[tuple[ModulePath, bool]] = [((), True)]
        while pending:
            path, is_single = pending.pop()
            module = self._module(path)
            yield from ((path, is_single and block.is_single, block) for block in module.resources if block.mode == "managed")
            if len(path) < MAXIMUM_DEPTH:
                pending += (((*path, name), is_single and call.is_single) for name, call in module.module_calls.items())

    def argument(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """The references of the argument that the call of the module at `path` gives a variable."""
        call = self._module(path[:-1]).module_calls.get(path[-1])
        return texts_of(call.expressions.get(name)) if call and call.expressions else ()

    def output(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """The references of an output of the module at `path`."""
        output = self._module(path).outputs.get(name)
        return texts_of(output.expression) if output else ()

    def variables(self, path: ModulePath) -> Collection[str]:
        """The names of the variables of the module at `path`."""
        return self._module(path).variables

    def _found_module(self, path: ModulePath) -> _Module:
        if not path:
            return self._root
        call = self._module(path[:-1]).module_calls.get(path[-1])
        return call.module if call else _Module()


def is_constant(expression: Any) -> bool:
    """Whether an expression is a constant.

    An expression from a file in JSON has its text as `constant_value` even where that is a template.
    """
    if not isinstance(expression, dict) or "constant_value" not in expression or expression.get("references"):
        return False
    value = expression["constant_value"]
    return not isinstance(value, str) or ("${" not in value and "%{" not in value)


def constant(expression: Any, otherwise: Any) -> Any:
    """The value of a constant expression, `otherwise` for any other expression."""
    return expression["constant_value"] if is_constant(expression) else otherwise


def _plain(expression: Any) -> Any:
    """A constant, or the arguments of blocks."""
    if isinstance(expression, list):
        return [{name: _plain(value) for name, value in block.items()} for block in expression if isinstance(block, dict)]
    return constant(expression, UNCLEAR)


def texts_of(expression: Any) -> tuple[str, ...]:
    """The references of an expression, as the configuration has them."""
    return whole(_alltexts_of(expression)) if expression else ()


def _alltexts_of(expression: Any) -> Iterator[str]:
    if isinstance(expression, list):
        for item in expression:
            yield from _alltexts_of(item)
    elif isinstance(expression, dict):
        references = expression.get("references")
        if isinstance(references, list):
            yield from (text for text in references if isinstance(text, str))
        else:
            for item in expression.values():
                yield from _alltexts_of(item) if isinstance(item, dict | list) else ()
