"""The words of an expression: the texts in it, and the references that it leads to through local values, variables and modules."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from dyncheck.dynamodb.types import TABLE
from dyncheck.model import without_keys
from dyncheck.readers.hcl.configuration.calls import arguments_of
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.evaluation import LocatedError
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import BlockNode, Expression, children
from dyncheck.readers.hcl.language.traversals import traversals
from dyncheck.readers.hcl.language.values import EvaluationError, Value


class Words:
    """The texts and the references of expressions. A reference is written from the root module, without the keys of instances."""

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self.references: set[str] = set()
        # Whether one of several texts may be used, and not all of them together.
        self.has_choice = False
        self._seen: set[tuple[str, str]] = set()

    def add(self, module: ModuleInstance, expression: Expression, block: BlockNode | None = None, *, texts: bool = True) -> None:
        """Add the words of an expression in a module; `block` is the one around it, whose `each` and `count` it may use."""
        if texts:
            self._add_texts(expression)
        for text in traversals(expression):
            self._follow(module, without_keys(text), block, texts)

    def follow(self, module: ModuleInstance, text: str) -> None:
        """Add the references that a reference in a module leads to."""
        self._follow(module, without_keys(text), None, texts=False)

    def add_value(self, value: Value) -> None:
        """Add the texts in a value."""
        if isinstance(value.content, str):
            self.texts.add(value.content)
        elif isinstance(value.content, dict):
            self.texts.update(value.content)
        for part in (
            value.content.values() if isinstance(value.content, dict) else value.content if isinstance(value.content, tuple) else ()
        ):
            self.add_value(part)

    def names(self, reference: str) -> bool:
        """Whether a reference is the given one, or leads to a part of it or to what it is a part of."""
        return any(f"{each}.".startswith(f"{reference}.") or f"{reference}.".startswith(f"{each}.") for each in self.references)

    def has_text(self, text: str) -> bool:
        """Whether a text is in one of the texts."""
        return any(text in each for each in self.texts)

    def _add_texts(self, expression: Any) -> None:
        self.has_choice = self.has_choice or isinstance(expression, nodes.Conditional)
        if isinstance(expression, nodes.Literal) and isinstance(expression.value, str):
            self.texts.add(expression.value)
        for inner in children(expression):
            self._add_texts(inner)

    def _follow(self, module: ModuleInstance, text: str, block: BlockNode | None, texts: bool) -> None:
        around = "" if block is None else f"{block.header.line}:{block.header.file}"
        if (key := (module.address, text if not text.startswith(("each", "count")) else f"{text} {around}")) in self._seen:
            return
        self._seen.add(key)
        first, _, rest = text.partition(".")
        name, _, attribute = rest.partition(".")
        match first:
            case "local" if name in module.module.locals:
                self.add(module, _chosen(module.module.locals[name].expression, attribute), texts=texts)
            case "var":
                self._follow_variable(module, name, text, texts)
            case "each" | "count" if block is not None:
                for argument in ("for_each", "count"):
                    if argument in block.body.arguments:
                        self.add(module, block.body.arguments[argument].expression, texts=texts)
            case "module":
                self._follow_output(module, name, attribute.partition(".")[0], texts)
            case "path" | "self" | "each" | "count":
                pass
            case "data":
                label, _, read = attribute.partition(".")
                argument = "name" if name == TABLE else read.partition(".")[0]
                self._follow_resource(module, text, module.module.block("data", name, label), argument, texts)
            case _:
                self._follow_resource(module, text, module.module.block("resource", first, name), attribute.partition(".")[0], texts)

    def _follow_variable(self, module: ModuleInstance, name: str, text: str, texts: bool) -> None:
        if module.parent is None or module.call is None:
            self.references.add(text)
        elif name in module.call.arguments:
            self.add(module.parent, module.call.arguments[name].expression, module.call.block, texts=texts)
            return
        if texts:
            with suppress(EvaluationError, LocatedError):
                self.add_value(module.variable(name))

    def _follow_output(self, module: ModuleInstance, name: str, output: str, texts: bool) -> None:
        block = module.module.block("module", name)
        if block is None:
            return
        try:
            found = module.children(name)
        except LocatedError:
            return
        if found.call.module is None:
            # An output may be anything that its module knows.
            self.references.add(without_keys(module.inner_address(f"module.{name}.{output}".rstrip("."))))
            for argument in arguments_of(block).values():
                self.add(module, argument.expression, block, texts=texts)
        for child in found.instances[:1]:
            for each in child.module.of_type("output"):
                value = each.body.arguments.get("value")
                if value and output in ("", each.labels[0]):
                    self.add(child, value.expression, texts=texts)

    def _follow_resource(self, module: ModuleInstance, text: str, block: BlockNode | None, attribute: str, texts: bool) -> None:
        self.references.add(without_keys(module.inner_address(text)))
        argument = block.body.arguments.get(attribute) if block else None
        if argument:
            self.add(module, argument.expression, block, texts=texts)


def _chosen(expression: Expression, attributes: str) -> Expression:
    """The part of an object that a chain of attributes leads to, as far as it is written as one."""
    for name in filter(None, attributes.split(".")):
        if not isinstance(expression, nodes.ObjectExpression):
            break
        found = [value for key, value in expression.items if isinstance(key, nodes.Literal) and key.value == name]
        if len(found) != 1:
            break
        expression = found[0]
    return expression
