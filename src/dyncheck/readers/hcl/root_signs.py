"""What only root modules have: a backend, a cloud block or a provider configuration.

Terraform ignores a backend in a called module with a warning, and a called module is best without a provider configuration of its own.
Source: https://developer.hashicorp.com/terraform/language/modules/develop/providers
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.files import read_bytes
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.traversals import traversals

_STORES = ("backend", "cloud", "state_store")

# One of these words before a label, a body or a comment, in JSON before a quote, or any word with escapes.
_WORDS = r'\b(?:backend|cloud|provider|state_store)\b[ \t]*(?:["/{]|[^\s"={]+[ \t]*["/{])|\bconfiguration_aliases\b|\\u'


def may_be_root(directory: str, names: Iterable[str], is_marked: bool, modules: Modules) -> bool:
    """Whether a module that others call may be a root module as well. `is_marked` says that it has a file that only these have."""
    if not is_marked and not _has_words(directory, names):
        return False
    # A module that cannot be read has only the signs of its files.
    return can_be_root(directory, names, modules) and (is_marked or any(map(_has_sign, _views(directory, names, modules))))


def can_be_root(directory: str, names: Iterable[str] | None, modules: Modules) -> bool:
    """Whether a module has every provider configuration that it requires. Terraform plans no root module without it."""
    found = _views(directory, names, modules)
    return all(name in module.providers for module in found for name in _required_configurations(module))


def _has_words(directory: str, names: Iterable[str]) -> bool:
    """Whether anything looks like a sign. Most modules have none, and need not be parsed."""
    expression = re.compile(_WORDS.encode())
    try:
        return any(expression.search(read_bytes(os.path.join(directory, name))) for name in names)
    except InputError:
        return True


def _views(directory: str, names: Iterable[str] | None, modules: Modules) -> Iterator[Module]:
    """The module as Terraform reads it and, where it has files for OpenTofu, as that does."""
    for view in views(names, modules):
        try:
            yield view.at(directory)
        except InputError:
            continue


def views(names: Iterable[str] | None, modules: Modules) -> tuple[Modules, ...]:
    """The programs whose reading of a directory may differ, given the names of its Terraform files, None if these are not known."""
    is_of_both = names is None or any(name.endswith((".tofu", ".tofu.json")) for name in names)
    return (modules, modules.opentofu) if is_of_both else (modules,)


def _has_sign(module: Module) -> bool:
    settings = [block.body for file in module.files for block in file.body.of_type("terraform")]
    # In JSON, dyncheck does not know each of them as a block.
    if any(body.of_type(name) or name in body.arguments for body in settings for name in _STORES):
        return True
    # A block without arguments only declares that callers pass a configuration.
    return any(block.body.blocks or block.body.arguments.keys() - {"alias", "version"} for block in module.providers.values())


def _required_configurations(module: Module) -> Iterator[str]:
    for file in module.files:
        for block in file.body.of_type("terraform"):
            for required in block.body.of_type("required_providers"):
                for argument in required.body.arguments.values():
                    if isinstance(argument.expression, nodes.ObjectExpression):
                        for key, value in argument.expression.items:
                            if getattr(key, "value", None) == "configuration_aliases":
                                yield from _names_in(value)


def _names_in(value: nodes.Expression) -> Iterator[str]:
    """The names in a list of configurations: `[aws.west]`, in JSON `["aws.west"]`."""
    yield from traversals(value)
    for item in value.items if isinstance(value, nodes.TupleExpression) else ():
        if isinstance(item, nodes.Literal) and isinstance(item.value, str):
            yield item.value
