"""What the value of an expression may wait for: its references, followed through module calls and outputs to resources.

Both readers follow references the same way, and no further than a plan allows: it does not describe local values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias

from dyncheck.model import Reference

ModulePath: TypeAlias = "tuple[str, ...]"

# Longer chains of module calls than this are taken as not resolvable, so that no input can make the search endless.
MAXIMUM_DEPTH = 64

_CALL = re.compile(r"module\.([^.\[\]]+)(?:\[[^\]]*\])?\.([^.\[\]]+)")
_RESOURCE = re.compile(r"(?P<address>(?P<data>data\.)?(?P<type>[^.\[\]]+)\.[^.\[\]]+)(?:\[[^\]]*\])?(?:\.(?P<attribute>[^.\[\]]+))?")
# What Terraform always knows when it plans an instance: a value made of these alone is never deferred.
_ALWAYS_KNOWN = ("path.", "terraform.", "count.", "each.key")
_NO_RESOURCE = ("var.", "local.", "each.", "self.", "module.", "ephemeral.")


class Written(Protocol):
    """A configuration, as far as references need it: the references that an argument or an output is made of."""

    def argument(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """Those of the argument that the call of the module at `path` gives the variable; none where it has its default."""

    def output(self, path: ModulePath, name: str) -> tuple[str, ...]:
        """Those of an output of the module at `path`."""


def follow(written: Written, path: ModulePath, texts: Iterable[str], module: str) -> tuple[Reference, ...]:
    """What references in the module at `path` lead to.

    None when all they are made of was known to Terraform when it planned: the root module's variables, constants, count.
    `module` is the address of the module instance they are read in.
    """
    return tuple(dict.fromkeys(_all(written, path, texts, module, 0)))


def _all(written: Written, path: ModulePath, texts: Iterable[str], module: str | None, depth: int) -> Iterator[Reference]:
    for text in texts:
        yield from _follow(written, path, text, module, depth)


def _follow(written: Written, path: ModulePath, text: str, module: str | None, depth: int) -> Iterator[Reference]:
    if depth >= MAXIMUM_DEPTH:
        yield Reference(in_module(path, text))
    elif text.startswith(_ALWAYS_KNOWN) or (text.startswith("var.") and not path):
        return
    elif text.startswith("var."):
        argument = written.argument(path, text.split(".")[1].partition("[")[0])
        # Without an argument the variable has its default, which is a constant.
        yield from _all(written, path[:-1], argument, None, depth + 1)
    elif called := _CALL.match(text):
        inner = written.output((*path, called[1]), called[2])
        if inner:
            yield from _all(written, (*path, called[1]), inner, None, depth + 1)
        else:
            yield Reference(in_module(path, text))
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
    """The references without the shorter forms of them, which Terraform lists after the whole one."""
    found: list[str] = []
    for text in texts:
        if not any(other == text or other.startswith((f"{text}.", f"{text}[")) for other in found):
            found.append(text)
    return tuple(found)


def in_module(path: ModulePath, text: str) -> str:
    """A reference or address in the module at `path`, as seen from the root."""
    return "".join(f"module.{name}." for name in path) + text
