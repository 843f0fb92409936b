"""The origin of a value: the definitions that an expression refers to, nearest first."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.model import Related
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Expression, Span
from dyncheck.readers.hcl.language.traversals import traversals

# More places, or longer chains of references, do not help a reader.
_MOST = 12
_DEEPEST = 24


def trace(module: ModuleInstance, expression: Expression, for_each: Expression | None) -> tuple[Related, ...]:
    """The definitions that the value of an expression depends on; `for_each` is that of the block around it."""
    found: dict[Related, None] = {}
    for place in _places(module, expression, for_each, 0):
        found[place] = None
        if len(found) == _MOST:
            break
    return tuple(found)


def _places(module: ModuleInstance, expression: Expression, for_each: Expression | None, depth: int) -> Iterator[Related]:
    if depth == _DEEPEST:
        return
    for text in traversals(expression):
        steps = text.replace("[", ".[").split(".")
        kind, name = steps[0], steps[1] if len(steps) > 1 else ""
        match kind:
            case "var":
                yield from _variable(module, name, depth)
            case "local" if name in module.module.locals:
                argument = module.module.locals[name]
                yield _related(argument.span, f"local.{name} is defined here")
                yield from _places(module, argument.expression, None, depth + 1)
            case "each" if for_each is not None:
                yield _related(for_each.span, "for_each is set here")
                yield from _places(module, for_each, None, depth + 1)
            case "module":
                yield from _output(module, name, steps, depth)
            case _ if len(steps) > 2:
                yield from _attribute(module, steps, depth)


def _variable(module: ModuleInstance, name: str, depth: int) -> Iterator[Related]:
    block = module.module.block("variable", name)
    if block is None:
        return
    given = module.given.get(name)
    argument = module.call.arguments.get(name) if module.call else None
    if argument and module.parent and module.call:
        yield from _set_here(module.parent, module.call.block, argument, f"var.{name}", depth)
    elif given:
        yield _related(given.span or block.header, f"var.{name} is set {'here' if given.span else given.source}")
    else:
        default = block.body.arguments.get("default")
        yield _related(default.span if default else block.header, f"var.{name} {'has its default here' if default else 'has no value'}")


def _set_here(module: ModuleInstance, block: BlockNode, argument: Argument, name: str, depth: int) -> Iterator[Related]:
    """An argument of a block, and the definitions that it depends on."""
    yield _related(argument.span, f"{name} is set here")
    for_each = block.body.arguments.get("for_each")
    yield from _places(module, argument.expression, for_each.expression if for_each else None, depth + 1)


def _output(module: ModuleInstance, name: str, steps: list[str], depth: int) -> Iterator[Related]:
    output = next((step for step in steps[2:] if not step.startswith("[")), None)
    if output is None or module.module.block("module", name) is None:
        return
    for child in module.children(name).instances[:1]:
        block = child.module.block("output", output)
        value = block.body.arguments.get("value") if block else None
        if block and value:
            yield from _set_here(child, block, value, f"module.{name}.{output}", depth)


def _attribute(module: ModuleInstance, steps: list[str], depth: int) -> Iterator[Related]:
    block = module.module.block("resource", steps[0], steps[1])
    attribute = next((step for step in steps[2:] if not step.startswith("[")), None)
    argument = block.body.arguments.get(attribute) if block and attribute else None
    if block and argument:
        yield from _set_here(module, block, argument, f"{steps[0]}.{steps[1]}.{attribute}", depth)


def _related(span: Span, message: str) -> Related:
    return Related(span.file, span.line, message)
