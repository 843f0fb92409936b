"""Which values may be others when the variables of a root module are: told from what is written, without evaluating anything.

What cannot be told so is taken to depend on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, Body

if TYPE_CHECKING:
    from dyncheck.readers.hcl.configuration.instance import ModuleInstance

# Longer ways than this nobody follows.
_DEEPEST = 24

# The arguments that say how many there are.
_NUMBERS = ("count", "for_each")

# Names that stand for the same whatever the variables are.
_FIXED = frozenset({"path", "terraform"})


class Dependence:
    """What depends on the variables of a root module."""

    def __init__(self) -> None:
        # By module instance and the identity of the argument: it lives as long as the module does. While it is looked into, a
        # value is taken to depend, which ends cycles.
        self._known: dict[tuple[str, int], bool] = {}
        self._depth = 0

    def of(self, module: ModuleInstance, argument: Argument) -> bool:
        """Whether the value of an argument of a module instance may be another one."""
        if type(argument.expression) is nodes.Literal:
            return False
        key = (module.address, id(argument))
        if key not in self._known:
            self._known[key] = True
            self._depth += 1
            self._known[key] = self._depth > _DEEPEST or any(
                self._of_reference(module, text) for text in module.session.modules.references(argument)
            )
            self._depth -= 1
        return self._known[key]

    def of_number(self, module: ModuleInstance, body: Body) -> bool:
        """Whether there may be another number of instances of a block, or of a module around it."""
        if self._of_any(module, body, _NUMBERS):
            return True
        while module.call and module.parent:
            if self._of_any(module.parent, module.call.block.body, _NUMBERS):
                return True
            module = module.parent
        return False

    def of_blocks(self, module: ModuleInstance, body: Body) -> bool:
        """Whether there may be other blocks in a body, those that `dynamic` blocks make."""
        return any(
            (block.type == "dynamic" and self._of_any(module, block.body, _NUMBERS)) or self.of_blocks(module, block.body)
            for block in body.blocks
        )

    def _of_any(self, module: ModuleInstance, body: Body, names: tuple[str, ...]) -> bool:
        return any(self.of(module, body.arguments[name]) for name in names if name in body.arguments)

    def _of_reference(self, module: ModuleInstance, text: str) -> bool:
        kind, _, rest = text.partition(".")
        name = rest.partition(".")[0].partition("[")[0]
        if kind == "var" and module.call is not None and module.parent is not None:
            argument = module.call.arguments.get(name)
            return argument is not None and self.of(module.parent, argument)
        if kind == "local" and name in module.module.locals:
            return self.of(module, module.module.locals[name])
        return kind not in _FIXED
