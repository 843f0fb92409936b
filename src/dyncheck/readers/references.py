"""The resources that an expression waits for: its references, followed through module calls and outputs.

Both readers follow references the same way, as far as a plan allows: it does not describe local values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias

from dyncheck.model import Reference

ModulePath: TypeAlias = "tuple[str, ...]"

# Longer chains of module calls are not resolved, so that no input can make the search endless.
MAXIMUM_DEPTH = 64

_CALL = re.compile(r"module\.([^.\[\]]+)(?:\[[^\]]*\])?\.([^.\[\]]+)")
_RESOURCE = re.compile(r"(?P<address>(?P<data>data\.)?(?P<type>[^.\[\]]+)\.[^.\[\]]+)(?:\[[^\]]*\])?(?:\.(?P<attribute>[^.\[\]]+))?")
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
        elif (called := _CALL.match(text)) and (inner := written.output((*path, called[1]), called[2])):
            yield from _followed(written, (*path, called[1]), inner, None, depth + 1)
        elif not text.startswith(_NO_RESOURCE) and (named := _RESOURCE.match(text)):
            yield Reference(
                text=in_module(path, text),
                resource=in_module(path, named["address"]),
                module=module,
                type=named["type"],
                attribute=named["attribute"],
                is_data=bool(named["data"]),
            )
        else:
            yield Reference(in_module(path, text))


def whole(texts: Iterable[str]) -> tuple[str, ...]:
    """The references without their shorter forms, which Terraform lists after each whole one."""
    found: list[str] = []
    for text in texts:
        if not any(other == text or other.startswith((f"{text}.", f"{text}[")) for other in found):
            found.append(text)
    return tuple(found)


def in_module(path: ModulePath, text: str) -> str:
    """A reference or address in the module at `path`, from the root."""
    return "".join(f"module.{name}." for name in path) + text
