"""The modules of a run, each read once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property

from dyncheck.errors import InputError
from dyncheck.files import OPENTOFU, TERRAFORM
from dyncheck.readers.hcl.configuration.calls import ModuleCall, read_call, source_of
from dyncheck.readers.hcl.configuration.files import read_directory
from dyncheck.readers.hcl.configuration.installed import Manifest
from dyncheck.readers.hcl.configuration.module import Module, module_of
from dyncheck.readers.hcl.configuration.variables import Variable, read_variable
from dyncheck.readers.hcl.evaluation import Scope
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode
from dyncheck.readers.hcl.language.traversals import traversals


class Modules:
    """The modules of a run as one program reads them, each once. `trees` are the real paths of the checked directories; no link out
    of them is followed.

    What is the same in every evaluation of a module is read once as well: its variables, its calls and the references of its arguments.
    """

    def __init__(self, terraform: Modules | None = None, workspace: str = "") -> None:
        """Without `terraform`, the modules as Terraform reads them; `opentofu` has those that OpenTofu reads.

        `workspace` is the one of --workspace, empty without.
        """
        self._terraform = terraform
        self.workspace = workspace
        self.trees: set[str] = terraform.trees if terraform else {os.path.realpath(os.curdir)}
        # By the id of a block or argument, which is kept in the value so that the id stays unique.
        self._variables: dict[int, Variable] = {}
        self._calls: dict[tuple[int, str, tuple[str, ...], str], ModuleCall] = {}
        self._references: dict[int, tuple[Argument, tuple[str, ...]]] = {}
        self._real: dict[str, str] = {}
        self._manifests: dict[str, Manifest] = {}
        self._known: dict[str, Module | InputError] = {}
        # The contents that replace those of files, by their real paths.
        self.overlay: Mapping[str, bytes] = terraform.overlay if terraform else {}

    def overlaid(self, overlay: Mapping[str, bytes], changed: Iterable[str] = ()) -> Modules:
        """The modules with other contents of files, by their real paths. Modules without these files are not read again.

        `changed` are the directories of modules whose files changed since they were read.
        """
        replaced, outdated = frozenset((*overlay, *self.overlay)), frozenset(changed)
        modules = Modules(self._terraform.overlaid(overlay, outdated) if self._terraform else None, self.workspace)
        modules.overlay = overlay
        modules.trees = self.trees
        modules._known = {
            directory: module
            for directory, module in self._known.items()
            if directory not in outdated and not _has_any(directory, module, replaced)
        }
        return modules

    @property
    def directories(self) -> tuple[str, ...]:
        """The real paths of the modules that were read."""
        return tuple(self._known)

    @cached_property
    def opentofu(self) -> Modules:
        """The modules as OpenTofu reads them."""
        return self if self._terraform else Modules(self, self.workspace)

    @property
    def program(self) -> str:
        """The program that reads them."""
        return OPENTOFU if self._terraform else TERRAFORM

    def of(self, program: str) -> Modules:
        """The modules as a program reads them."""
        return self.opentofu if program == OPENTOFU else self

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
            module_at = self.at if source_of(block) else self._of_any_program
            self._calls[key] = read_call(block, source, path, caller, self._manifest(root), module_at)
        return self._calls[key]

    def _of_any_program(self, directory: str) -> Module:
        """The module at a source that is an expression. Where Terraform finds no file there, the call is for OpenTofu."""
        module = self.at(directory)
        return module if module.files else self.opentofu.at(directory)

    def _manifest(self, root: str) -> Manifest:
        if root not in self._manifests:
            self._manifests[root] = Manifest(root)
        return self._manifests[root]

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
                self._known[real] = self._read(real)
            except InputError as error:
                self._known[real] = error
        found = self._known[real]
        if isinstance(found, InputError):
            raise found
        return found

    def _read(self, real: str) -> Module:
        if self._terraform is None:
            return module_of(real, *read_directory(real, self.trees, TERRAFORM, self.overlay))
        with suppress(InputError):
            module = self._terraform.at(real)
            if not module.tofu:
                return module
        return module_of(real, *read_directory(real, self.trees, OPENTOFU, self.overlay))


def _has_any(directory: str, module: Module | InputError, paths: frozenset[str]) -> bool:
    """Whether a module may have one of the files with these real paths."""
    if isinstance(module, InputError) or any(os.path.dirname(path) == directory for path in paths):
        return True
    return any(os.path.islink(file.path) and os.path.realpath(file.path) in paths for file in module.files)
