"""The inputs and outputs of the modules that an interface is about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import Any

from dyncheck.interface import Interface, Module, ModuleInput, ModuleOutput
from dyncheck.model import Location
from dyncheck.model.symbolic import Symbol, Text
from dyncheck.readers.hcl.configuration.conditions import conditions
from dyncheck.readers.hcl.configuration.inputs import Given
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.configuration.variables import Variable
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.nodes import BlockNode
from dyncheck.readers.hcl.language.traversals import traversals
from dyncheck.readers.hcl.language.types import BOOL, STRING, Type
from dyncheck.readers.hcl.language.values import Cause, Pending, Value, as_value, is_wholly_known, plain
from dyncheck.readers.hcl.places import location, place
from dyncheck.readers.hcl.reader import instances_of, root_of


def interfaces_of(directory: str, tree: str, modules: Modules, known: tuple[Interface, ...]) -> tuple[Module, ...]:
    """The modules of a root module that match an interface, each once: at the first of its addresses.

    The root module and all that it calls have been read before.
    """
    found: dict[str, Module] = {}
    if not any(modules.have(interface.match.directory) for interface in known):
        return ()
    for instance in sorted(instances_of(root_of(directory, tree, modules)), key=lambda instance: instance.address):
        real = instance.module.directory
        for interface in known:
            has_resource = instance.module.block("resource", *interface.match.resource.partition(".")[::2]) is not None
            if real not in found and has_resource and os.path.basename(real) == interface.match.directory:
                found[real] = _module(instance, interface)
    return tuple(found.values())


def _module(instance: ModuleInstance, interface: Interface) -> Module:
    blocks = [*instance.module.of_type("variable"), *instance.module.of_type("output")]
    return Module(
        address=instance.address or "root",
        interface=interface,
        inputs=dict(_inputs(instance)),
        outputs={block.labels[0]: _output(instance, block) for block in instance.module.of_type("output")},
        location=location(blocks[0].header) if blocks else Location(instance.module.files[0].path, 1, 1),
    )


def _inputs(instance: ModuleInstance) -> Iterator[tuple[str, ModuleInput]]:
    for block in instance.module.of_type("variable"):
        variable = instance.session.attempt(block.header, partial(instance.declared, block))
        if variable:
            yield (
                variable.name,
                ModuleInput(
                    type=spelled(variable.constraint.type),
                    has_default=variable.default is not None,
                    default=plain(variable.default) if variable.default is not None else None,
                    nullable=variable.nullable,
                    takes=partial(_takes, instance, variable),
                    takes_others=partial(_takes_others, instance, variable),
                    location=location(block.header),
                    places=(place("block", block.header, block.body.span),),
                ),
            )


def _takes(instance: ModuleInstance, variable: Variable, value: Any) -> bool | None:
    return _allows(instance, variable, as_value(value))


def _takes_others(instance: ModuleInstance, variable: Variable, values: tuple[Any, ...]) -> bool | None:
    if variable.constraint.type == BOOL:
        return any(_takes(instance, variable, other) is not False for other in (True, False) if other not in values)
    if variable.constraint.type != STRING:
        return None
    # One value that stands for all other texts.
    name = f"var.{variable.name}"
    return _allows(instance, variable, Value(STRING, Pending((Cause(name),), Text((Symbol(name, frozenset(map(str, values))),)))))


def _allows(instance: ModuleInstance, variable: Variable, value: Value) -> bool | None:
    """Whether the validations of a variable allow a value; None where that is unknown."""
    session = Session(instance.session.modules, instance.module.directory, instance.session.tree)
    alone = ModuleInstance(session, instance.module, given={variable.name: Given("by the interface", value=value)})
    answers = [found.answer for found in conditions(alone) if found.address == f"var.{variable.name}"]
    if any(answer is None or (answer.is_known and not answer.content) for answer in answers):
        return False
    return None if any(answer is not None and answer.is_pending for answer in answers) else True


def _output(instance: ModuleInstance, block: BlockNode) -> ModuleOutput:
    argument = block.body.arguments.get("value")
    value = instance.session.attempt(argument.span, partial(instance.output, block.labels[0])) if argument else None
    is_known = value is not None and is_wholly_known(value) and not value.sensitive
    return ModuleOutput(
        references=frozenset(_references(instance, argument.expression, frozenset()) if argument else ()),
        keys=frozenset(value.type.attributes) if value is not None and isinstance(value.type, types.Object) else None,
        value=plain(value) if value is not None and is_known else None,
        is_known=is_known,
        location=location(block.header),
        places=(place("block", block.header, block.body.span),),
    )


def _references(instance: ModuleInstance, expression: Any, seen: frozenset[str]) -> Iterator[str]:
    """The references of an expression. Those of a local value replace the reference to it."""
    for text in traversals(expression):
        name = text.removeprefix("local.").partition(".")[0].partition("[")[0]
        local = instance.module.locals.get(name) if text.startswith("local.") else None
        if local is None or name in seen:
            yield text
        else:
            yield from _references(instance, local.expression, seen | {name})


def spelled(kind: Type) -> str:
    """A type as Terraform writes it, its attributes sorted."""
    match kind:
        case types.Primitive():
            return kind.name
        case types.List() | types.Set() | types.Map():
            return f"{type(kind).__name__.lower()}({spelled(kind.element)})"
        case types.Object():
            types_of = {name: spelled(kind.attributes[name]) for name in sorted(kind.attributes)}
            pairs = (f"{name} = {f'optional({text})' if name in kind.optional else text}" for name, text in types_of.items())
            return f"object({{ {', '.join(pairs)} }})"
        case types.Tuple():
            return f"tuple([{', '.join(map(spelled, kind.elements))}])"
        case _:
            return "any"
