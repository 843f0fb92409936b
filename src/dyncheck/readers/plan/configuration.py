"""The `configuration` part of a plan: what was written, block by block, and where its references lead.

Source: https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
It has one entry for each block, whatever its number of instances; it leaves out locals and `dynamic` blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from msgspec.json import encode

from dyncheck.errors import InputError
from dyncheck.model import Provider, Reference
from dyncheck.readers.references import MAXIMUM_DEPTH, ModulePath, follow, in_module, whole

Expressions: TypeAlias = "dict[str, Any]"


class Configuration:
    """The modules of a configuration, found by their path of call names.

    `strange` makes the error for a configuration that Terraform did not write.
    """

    def __init__(self, configuration: Any, strange: Callable[[str], InputError]) -> None:
        if not isinstance(configuration, dict):
            raise strange("configuration is not an object")
        root = configuration.get("root_module", {})
        if not isinstance(root, dict):
            raise strange("root_module of the configuration is not an object")
        self._strange = strange
        self._root: dict[str, Any] = root
        self._providers: dict[str, Any] = _mapping(configuration.get("provider_config"))
        self._known_providers: dict[str | None, Provider] = {}
        self._modules: dict[ModulePath, dict[str, Any] | None] = {(): self._root}
        self._blocks: dict[ModulePath, dict[tuple[str, str, str], dict[str, Any]]] = {}

    def block(self, path: ModulePath, kind: str, name: str) -> dict[str, Any]:
        """The entry of a managed resource block, empty when the configuration has none.

        Raises `InputError` when it is not as Terraform writes it.
        """
        if path not in self._blocks:
            self._blocks[path] = self._index(path)
        entry = self._blocks[path].get(("managed", kind, name), {})
        address = in_module(path, f"{kind}.{name}")
        if not isinstance(entry.get("expressions") or {}, dict):
            raise self._strange(f"expressions of {address} is not an object")
        if not isinstance(entry.get("provider_config_key") or "", str):
            raise self._strange(f"provider_config_key of {address} is not a string")
        return entry

    def _index(self, path: ModulePath) -> dict[tuple[str, str, str], dict[str, Any]]:
        resources = _mapping(self._module(path)).get("resources", [])
        if not isinstance(resources, list):
            raise self._strange(f"resources of {in_module(path, '').rstrip('.') or 'the root module'} are not a list")
        return {tuple(str(entry.get(part)) for part in ("mode", "type", "name")): entry for entry in _entries(resources)}  # type: ignore[misc]

    def provider(self, key: str | None) -> Provider:
        """The provider configuration of that key."""
        if key not in self._known_providers:
            self._known_providers[key] = self._provider(key)
        return self._known_providers[key]

    def _provider(self, key: str | None) -> Provider:
        key = self._inherited(key) if key else None
        entry = _mapping(self._providers.get(key or ""))
        expressions = _mapping(entry.get("expressions"))
        region = constant(expressions.get("region"), None)
        reaching = {name: value for name, value in sorted(expressions.items()) if name not in ("region", "default_tags")}
        return Provider(
            key=key,
            region=region if isinstance(region, str) else None,
            settings=encode(reaching).decode(),
            has_default_tags="default_tags" in expressions,
        )

    def _inherited(self, key: str) -> str:
        """The key of the configuration that a module's provider without any settings of its own comes from.

        Terraform resolves most of them itself, but not through a module that has no need of the provider.
        """
        while ":" in key and not _mapping(_mapping(self._providers.get(key)).get("expressions")):
            module, _, name = key.rpartition(":")
            outer = module.rpartition(".module.")[0]
            if "." in name:
                break
            key = f"{outer}:{name}" if outer else name
        return key

    def certain_blocks(self, kinds: Iterable[str]) -> Iterator[str]:
        """The addresses of the managed resource blocks of those types that have an instance in every plan: no count, no for_each."""
        wanted = frozenset(kinds)
        for path, is_single, entry in self._managed():
            if is_single and entry.get("type") in wanted:
                yield in_module(path, f"{entry['type']}.{entry.get('name')}")

    def types(self) -> frozenset[str]:
        """The types of all managed resource blocks."""
        return frozenset(str(entry.get("type")) for _, _, entry in self._managed())

    def _managed(self) -> Iterator[tuple[ModulePath, bool, dict[str, Any]]]:
        """Every managed resource block with the path of its module, and whether it has exactly one instance."""
        pending: list[tuple[ModulePath, bool]] = [((), True)]
        while pending:
            path, is_single = pending.pop()
            module = _mapping(self._module(path))
            for entry in _entries(module.get("resources")):
                if entry.get("mode") == "managed":
                    yield path, is_single and _is_single(entry), entry
            if len(path) < MAXIMUM_DEPTH:
                calls = _mapping(module.get("module_calls"))
                pending += [((*path, name), is_single and _is_single(_mapping(call))) for name, call in calls.items()]

    def references(self, path: ModulePath, module: str, expression: Any) -> tuple[Reference, ...]:
        """What an expression in a module may wait for, followed through module calls and outputs.

        None when all it is made of was known to Terraform when it planned: the root module's variables, constants, count.
        `module` is the address of the module instance the expression is read in.
        """
        return follow(self, path, _texts(expression), module)

    def argument(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """The references of the argument that the call of the module at `path` gives a variable."""
        call = _mapping(_mapping(_mapping(self._module(path[:-1])).get("module_calls")).get(path[-1]))
        return _texts(_mapping(call.get("expressions")).get(name))

    def output(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """The references of an output of the module at `path`."""
        output = _mapping(_mapping(_mapping(self._module(path)).get("outputs")).get(name))
        return _texts(output.get("expression"))

    def _module(self, path: ModulePath) -> dict[str, Any] | None:
        if path not in self._modules:
            outer = _mapping(self._module(path[:-1]))
            call = _mapping(_mapping(outer.get("module_calls")).get(path[-1]))
            self._modules[path] = _mapping(call.get("module"))
        return self._modules[path]


def is_constant(expression: Any) -> bool:
    """Whether an expression is spelled out.

    One from a file in JSON has its text as `constant_value` even where that is a template.
    """
    if not isinstance(expression, dict) or "constant_value" not in expression or expression.get("references"):
        return False
    value = expression["constant_value"]
    return not isinstance(value, str) or ("${" not in value and "%{" not in value)


def constant(expression: Any, otherwise: Any) -> Any:
    """The value of an expression that is spelled out."""
    return expression["constant_value"] if is_constant(expression) else otherwise


def _texts(expression: Any) -> tuple[str, ...]:
    return whole(_all_texts(expression))


def _all_texts(expression: Any) -> Iterator[str]:
    if isinstance(expression, list):
        for item in expression:
            yield from _all_texts(item)
    elif isinstance(expression, dict):
        references = expression.get("references")
        if isinstance(references, list):
            yield from (text for text in references if isinstance(text, str))
        else:
            for item in expression.values():
                yield from _all_texts(item) if isinstance(item, dict | list) else ()


def _is_single(entry: dict[str, Any]) -> bool:
    return "count_expression" not in entry and "for_each_expression" not in entry


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _entries(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
