"""Where a value came from: the places that an expression leads through, nearest first."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.model import Related
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.language.nodes import Expression, Span
from dyncheck.readers.hcl.language.traversals import traversals

# More places than this explain nothing, and longer ways are no chain that anybody follows.
_MOST = 12
_DEEPEST = 24


def trace(module: ModuleInstance, expression: Expression, for_each: Expression | None) -> tuple[Related, ...]:
    """The definitions that the value of an expression of a module goes back to; `for_each` is that of the block it stands in."""
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
                yield _related(_span(for_each), "for_each is set here")
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
        yield _related(argument.span, f"var.{name} is set here")
        call = module.call.block.body.arguments.get("for_each")
        yield from _places(module.parent, argument.expression, call.expression if call else None, depth + 1)
    elif given:
        yield _related(given.span or block.header, f"var.{name} is set {'here' if given.span else given.source}")
    else:
        default = block.body.arguments.get("default")
        yield _related(default.span if default else block.header, f"var.{name} {'has its default here' if default else 'has no value'}")


def _output(module: ModuleInstance, name: str, steps: list[str], depth: int) -> Iterator[Related]:
    output = next((step for step in steps[2:] if not step.startswith("[")), None)
    if output is None or module.module.block("module", name) is None:
        return
    for child in module.children(name).instances[:1]:
        block = child.module.block("output", output)
        value = block.body.arguments.get("value") if block else None
        if value:
            yield _related(value.span, f"module.{name}.{output} is set here")
            yield from _places(child, value.expression, None, depth + 1)


def _attribute(module: ModuleInstance, steps: list[str], depth: int) -> Iterator[Related]:
    block = module.module.block("resource", steps[0], steps[1])
    attribute = next((step for step in steps[2:] if not step.startswith("[")), None)
    argument = block.body.arguments.get(attribute) if block and attribute else None
    if block and argument:
        yield _related(argument.span, f"{steps[0]}.{steps[1]}.{attribute} is set here")
        for_each = block.body.arguments.get("for_each")
        yield from _places(module, argument.expression, for_each.expression if for_each else None, depth + 1)


def _span(expression: Expression) -> Span:
    return expression.span


def _related(span: Span, message: str) -> Related:
    return Related(span.file, span.line, message)
