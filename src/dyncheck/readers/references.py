"""The resources that an expression waits for: its references, followed through module calls and outputs.

Both readers follow references the same way, as far as a plan allows: it does not describe local values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias

from msgspec.structs import replace

from dyncheck.model import Reference, without_keys

ModulePath: TypeAlias = "tuple[str, ...]"

# Longer chains of module calls are not resolved, so that no input can make the search endless.
MAXIMUM_DEPTH = 64

# Compiled when a reference to a module needs it, because that takes long.
_CALL = r"module\.([^.\[\]]+)(?:\[[^\]]*\])?\.([^.\[\]]+)"
_CALLS = r"(?:module\.[^.]+\.)*"
# Terraform always knows these when it plans an instance.
_ALWAYS_KNOWN = ("path.", "terraform.", "count.", "each.key")
_NO_RESOURCE = ("var.", "local.", "each.", "self.", "module.", "ephemeral.")


class Written(Protocol):
    """The part of a configuration that has the references of arguments and outputs."""

    def argument(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """The references of the argument for a variable, in the call of the module at `path`; empty where it has its default."""

    def output(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """The references of an output of the module at `path`."""


def follow(written: Written, path: ModulePath, texts: Iterable[str], module: str) -> tuple[Reference, ...]:
    """The resources that references in the module at `path` lead to.

    Empty when Terraform knew the value when it planned: root module variables, constants, count.
    `module` is the address of the module instance that has them.
    """
    return tuple(dict.fromkeys(_followed(written, path, texts, module, 0)))


def is_direct(written: Written, path: ModulePath, texts: tuple[str, ...], depth: int = 0) -> bool:
    """Whether there is one reference only, also on the way through module calls and outputs: nothing else can decide the value."""
    if len(texts) != 1 or depth >= MAXIMUM_DEPTH:
        return False
    (text,) = texts
    if text.startswith("var.") and path:
        return is_direct(written, path[:-1], written.argument(path, text.split(".")[1].partition("[")[0]), depth + 1)
    if called := _called(text):
        return is_direct(written, (*path, called[1]), written.output((*path, called[1]), called[2]), depth + 1)
    return not text.startswith((*_ALWAYS_KNOWN, *_NO_RESOURCE))


def _called(text: str) -> re.Match[str] | None:
    return re.match(_CALL, text) if text.startswith("module.") else None


def _followed(written: Written, path: ModulePath, texts: Iterable[str], module: str | None, depth: int) -> Iterator[Reference]:
    for text in texts:
        if depth >= MAXIMUM_DEPTH:
            yield Reference(in_module(path, text))
        elif text.startswith(_ALWAYS_KNOWN) or (text.startswith("var.") and not path):
            continue
        elif text.startswith("var."):
            # Without an argument the variable has its default, which is a constant.
            argument = written.argument(path, text.split(".")[1].partition("[")[0])
            yield from _followed(written, path[:-1], argument, None, depth + 1)
        elif (called := _called(text)) and (inner := written.output((*path, called[1]), called[2])):
            yield from _followed(written, (*path, called[1]), inner, None, depth + 1)
        elif not text.startswith(_NO_RESOURCE) and (named := _named(text)):
            yield replace(named, text=in_module(path, text), resource=in_module(path, named.resource or ""), module=module)
        else:
            yield Reference(in_module(path, text))


def _named(text: str) -> Reference | None:
    """The resource or data source that a reference names first, and the attribute; None where it names something else."""
    is_data = text.startswith("data.")
    kind, _, rest = text.removeprefix("data.").partition(".")
    name = _word(rest)
    if not name or not kind or _word(kind) != kind:
        return None
    after = rest[len(name) :]
    if after.startswith("["):
        after = after.partition("]")[2]
    attribute = _word(after[1:]) if after.startswith(".") else ""
    return Reference(text, f"{'data.' if is_data else ''}{kind}.{name}", None, kind, attribute or None, is_data)


def _word(text: str) -> str:
    """The text before the first dot or bracket."""
    return next((text[:position] for position, character in enumerate(text) if character in ".[]"), text)


def reference_of(text: str) -> Reference:
    """The reference of an address with its attribute, as in `module.db["a"].aws_kms_key.own[0].arn`."""
    path = re.match(_CALLS, without_keys(text))
    assert path
    named = _named(without_keys(text)[path.end() :])
    return replace(named, text=text, resource=path[0] + (named.resource or "")) if named else Reference(text)


def whole(texts: Iterable[str]) -> tuple[str, ...]:
    """The references without their shorter forms, which Terraform lists after each whole one."""
    found: list[str] = []
    for text in texts:
        if not any(other == text or other.startswith((f"{text}.", f"{text}[")) for other in found):
            found.append(text)
    return tuple(found)


def path_of(module: str) -> ModulePath:
    """The names of the calls that lead to a module instance, from its address."""
    return tuple(without_keys(module).split(".")[1::2])


def in_module(path: ModulePath, text: str) -> str:
    """A reference or address in the module at `path`, from the root."""
    return "".join(f"module.{name}." for name in path) + text
