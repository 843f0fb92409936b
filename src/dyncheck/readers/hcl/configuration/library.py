"""The modules of a run, each read once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.calls import ModuleCall, read_call
from dyncheck.readers.hcl.configuration.files import read_bytes, read_directory
from dyncheck.readers.hcl.configuration.module import Module, module_of
from dyncheck.readers.hcl.configuration.variables import Variable, read_variable
from dyncheck.readers.hcl.evaluation import Scope
from dyncheck.readers.hcl.language.nodes import Argument, Block
from dyncheck.readers.hcl.language.traversals import traversals

# Of files that have been looked into and not been parsed yet, in bytes: more than most repositories have.
_MOST_KEPT = 64_000_000


class Modules:
    """The modules of a run, each read once. `trees` are the real paths of what is checked: no link is followed out of them.

    What is the same in every evaluation of a module is read once as well: its variables, its calls and the references of its arguments.
    """

    def __init__(self) -> None:
        self.trees: set[str] = {os.path.realpath(os.curdir)}
        # By the identity of a block or argument, and together with it, so that the identity stays its own.
        self._variables: dict[int, Variable] = {}
        self._calls: dict[tuple[int, tuple[str, ...], str], ModuleCall] = {}
        self._references: dict[int, tuple[Argument, tuple[str, ...]]] = {}
        self._real: dict[str, str] = {}
        self._contents: dict[str, bytes] = {}
        self._room = _MOST_KEPT
        self._known: dict[str, Module | InputError] = {}

    def real(self, path: str) -> str:
        """The real path of a directory, asked for once."""
        if path not in self._real:
            self._real[path] = self._resolved(path)
        return self._real[path]

    def _resolved(self, path: str) -> str:
        """The real path by that of the directory around, which many have in common, so that not every part of it is looked at again."""
        around, name = os.path.split(path)
        if not around or name in ("", os.curdir, os.pardir) or os.name == "nt":
            return os.path.realpath(path)
        if around not in self._real:
            self._real[around] = os.path.realpath(around)
        joined = os.path.join(self._real[around], name)
        return os.path.realpath(joined) if os.path.islink(joined) else joined

    def variable(self, block: Block, constants: Scope) -> Variable:
        """What a variable's block declares. Raises `LocatedProblem` where Terraform would refuse it."""
        if id(block) not in self._variables:
            self._variables[id(block)] = read_variable(block, constants)
        return self._variables[id(block)]

    def call(self, block: Block, path: tuple[str, ...], caller: Module, root: str) -> ModuleCall:
        """The call that a block makes, see `read_call`. Raises `LocatedProblem` and `InputError` as that does."""
        key = (id(block), path, root)
        if key not in self._calls:
            self._calls[key] = read_call(block, path, caller, root, self.at)
        return self._calls[key]

    def references(self, argument: Argument) -> tuple[str, ...]:
        """The references in an argument of a module."""
        if id(argument) not in self._references:
            self._references[id(argument)] = (argument, traversals(argument.expression))
        return self._references[id(argument)][1]

    def contents(self, directory: str, names: Iterable[str]) -> Iterator[bytes]:
        """The contents of files, which are kept until the module in that directory is read. Raises `InputError`."""
        for name in names:
            path = os.path.join(directory, name)
            content = read_bytes(path)
            self._room -= len(content)
            if self._room >= 0:
                self._contents[path] = content
            yield content

    def _content(self, path: str) -> bytes:
        content = self._contents.pop(path, None)
        return read_bytes(path) if content is None else content

    def have(self, name: str) -> bool:
        """Whether the directory of any module that was asked for so far has that name."""
        return any(os.path.basename(directory) == name for directory in self._known)

    def at(self, directory: str) -> Module:
        """The module of a directory. Raises `InputError`, for every file that has a fault."""
        real = self.real(directory)
        if real not in self._known:
            try:
                self._known[real] = module_of(read_directory(real, self.trees, self._content))
            except InputError as error:
                self._known[real] = error
        found = self._known[real]
        if isinstance(found, InputError):
            raise found
        return found
