"""The modules of a run, each read once."""

from __future__ import annotations

import os

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.calls import ModuleCall, read_call
from dyncheck.readers.hcl.configuration.files import read_directory
from dyncheck.readers.hcl.configuration.module import Module, module_of
from dyncheck.readers.hcl.configuration.variables import Variable, read_variable
from dyncheck.readers.hcl.evaluation import Scope
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode
from dyncheck.readers.hcl.language.traversals import traversals


class Modules:
    """The modules of a run, each read once. `trees` are the real paths of the checked directories; no link out of them is followed.

    What is the same in every evaluation of a module is read once as well: its variables, its calls and the references of its arguments.
    """

    def __init__(self) -> None:
        self.trees: set[str] = {os.path.realpath(os.curdir)}
        # By the id of a block or argument, which is kept in the value so that the id stays unique.
        self._variables: dict[int, Variable] = {}
        self._calls: dict[tuple[int, str, tuple[str, ...], str], ModuleCall] = {}
        self._references: dict[int, tuple[Argument, tuple[str, ...]]] = {}
        self._real: dict[str, str] = {}
        self._known: dict[str, Module | InputError] = {}

    def real(self, path: str) -> str:
        """The real path of a directory."""
        if path not in self._real:
            self._real[path] = os.path.realpath(path)
        return self._real[path]

    def variable(self, block: BlockNode, constants: Scope) -> Variable:
        """The variable that a block declares. Raises `LocatedError` where Terraform would refuse it."""
        if id(block) not in self._variables:
            self._variables[id(block)] = read_variable(block, constants)
        return self._variables[id(block)]

    def call(self, block: BlockNode, source: str, path: tuple[str, ...], caller: Module, root: str) -> ModuleCall:
        """The call that a block makes, see `read_call`. Raises `LocatedError` and `InputError` as that does."""
        key = (id(block), source, path, root)
        if key not in self._calls:
            self._calls[key] = read_call(block, source, path, caller, root, self.at)
        return self._calls[key]

    def references(self, argument: Argument) -> tuple[str, ...]:
        """The references in an argument of a module."""
        if id(argument) not in self._references:
            self._references[id(argument)] = (argument, traversals(argument.expression))
        return self._references[id(argument)][1]

    def have(self, name: str) -> bool:
        """Whether the directory of any module requested so far has that name."""
        return any(os.path.basename(directory) == name for directory in self._known)

    def at(self, directory: str) -> Module:
        """The module of a directory. Raises `InputError` with the errors of every file."""
        real = self.real(directory)
        if real not in self._known:
            try:
                self._known[real] = module_of(real, read_directory(real, self.trees))
            except InputError as error:
                self._known[real] = error
        found = self._known[real]
        if isinstance(found, InputError):
            raise found
        return found
