"""The `configuration` part of a plan: what was written, block by block, and where its references lead.

Source: https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
It has one entry for each block, whatever its number of instances; it leaves out locals and `dynamic` blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from msgspec.json import encode

from dyncheck.errors import InputError
from dyncheck.model import Provider, Reference

Expressions: TypeAlias = "dict[str, Any]"
ModulePath: TypeAlias = "tuple[str, ...]"

# Longer chains of module calls than this are taken as not resolvable, so that no input can make the search endless.
_MAXIMUM_DEPTH = 64

_CALL = re.compile(r"module\.([^.\[\]]+)(?:\[[^\]]*\])?\.([^.\[\]]+)")
_RESOURCE = re.compile(r"(?P<address>(?P<data>data\.)?(?P<type>[^.\[\]]+)\.[^.\[\]]+)(?:\[[^\]]*\])?(?:\.(?P<attribute>[^.\[\]]+))?")
# What Terraform always knows when it plans an instance: a value made of these alone is never deferred.
_ALWAYS_KNOWN = ("path.", "terraform.", "count.", "each.key")
_NO_RESOURCE = ("var.", "local.", "each.", "self.", "module.", "ephemeral.")


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
        address = _address(path, f"{kind}.{name}")
        if not isinstance(entry.get("expressions") or {}, dict):
            raise self._strange(f"expressions of {address} is not an object")
        if not isinstance(entry.get("provider_config_key") or "", str):
            raise self._strange(f"provider_config_key of {address} is not a string")
        return entry

    def _index(self, path: ModulePath) -> dict[tuple[str, str, str], dict[str, Any]]:
        resources = _mapping(self._module(path)).get("resources", [])
        if not isinstance(resources, list):
            raise self._strange(f"resources of {_address(path, '').rstrip('.') or 'the root module'} are not a list")
        return {tuple(str(entry.get(part)) for part in ("mode", "type", "name")): entry for entry in _entries(resources)}  # type: ignore[misc]

    def provider(self, key: str | None) -> Provider:
        """The provider configuration of that key."""
        if key not in self._known_providers:
            self._known_providers[key] = self._provider(key)
        return self._known_providers[key]

    def _provider(self, key: str | None) -> Provider:
        entry = _mapping(self._providers.get(key or ""))
        expressions = _mapping(entry.get("expressions"))
        region = _mapping(expressions.get("region")).get("constant_value")
        reaching = {name: value for name, value in sorted(expressions.items()) if name not in ("region", "default_tags")}
        return Provider(
            key=key,
            region=region if isinstance(region, str) else None,
            settings=encode(reaching).decode(),
            has_default_tags="default_tags" in expressions,
        )

    def certain_blocks(self, kinds: Iterable[str]) -> Iterator[str]:
        """The addresses of the managed resource blocks of those types that have an instance in every plan: no count, no for_each."""
        wanted = frozenset(kinds)
        for path, is_single, entry in self._managed():
            if is_single and entry.get("type") in wanted:
                yield _address(path, f"{entry['type']}.{entry.get('name')}")

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
            if len(path) < _MAXIMUM_DEPTH:
                calls = _mapping(module.get("module_calls"))
                pending += [((*path, name), is_single and _is_single(_mapping(call))) for name, call in calls.items()]

    def references(self, path: ModulePath, module: str, expression: Any) -> tuple[Reference, ...]:
        """What an expression in a module may wait for, followed through module calls and outputs.

        None when all it is made of was known to Terraform when it planned: the root module's variables, constants, count.
        `module` is the address of the module instance the expression is read in.
        """
        found = dict.fromkeys(self._followed(path, _texts(expression), module, 0))
        return tuple(found)

    def _followed(self, path: ModulePath, texts: Iterable[str], module: str | None, depth: int) -> Iterator[Reference]:
        for text in texts:
            yield from self._follow(path, text, module, depth)

    def _follow(self, path: ModulePath, text: str, module: str | None, depth: int) -> Iterator[Reference]:
        if depth >= _MAXIMUM_DEPTH:
            yield Reference(_address(path, text))
        elif text.startswith(_ALWAYS_KNOWN) or (text.startswith("var.") and not path):
            return
        elif text.startswith("var."):
            call = _mapping(_mapping(_mapping(self._module(path[:-1])).get("module_calls")).get(path[-1]))
            argument = _mapping(call.get("expressions")).get(text.split(".")[1].partition("[")[0])
            # Without an argument the variable has its default, which is a constant.
            yield from self._followed(path[:-1], _texts(argument), None, depth + 1)
        elif called := _CALL.match(text):
            child = (*path, called[1])
            output = _mapping(_mapping(_mapping(self._module(child)).get("outputs")).get(called[2]))
            inner = _texts(output.get("expression"))
            if inner:
                yield from self._followed(child, inner, None, depth + 1)
            else:
                yield Reference(_address(path, text))
        elif not text.startswith(_NO_RESOURCE) and (named := _RESOURCE.match(text)):
            yield Reference(
                text=_address(path, text),
                resource=_address(path, named["address"]),
                module=module,
                type=named["type"],
                attribute=named["attribute"],
                is_data=bool(named["data"]),
            )
        else:
            yield Reference(_address(path, text))

    def _module(self, path: ModulePath) -> dict[str, Any] | None:
        if path not in self._modules:
            outer = _mapping(self._module(path[:-1]))
            call = _mapping(_mapping(outer.get("module_calls")).get(path[-1]))
            self._modules[path] = _mapping(call.get("module"))
        return self._modules[path]


def _texts(expression: Any) -> tuple[str, ...]:
    """The references of an expression, the shorter forms that Terraform lists after the whole one left out."""
    found: list[str] = []
    for text in _all_texts(expression):
        if not any(other == text or other.startswith((f"{text}.", f"{text}[")) for other in found):
            found.append(text)
    return tuple(found)


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


def _address(path: ModulePath, text: str) -> str:
    return "".join(f"module.{name}." for name in path) + text


def _is_single(entry: dict[str, Any]) -> bool:
    return "count_expression" not in entry and "for_each_expression" not in entry


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _entries(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
