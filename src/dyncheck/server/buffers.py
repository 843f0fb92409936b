"""The files that are open in an editor, as they are there."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.errors import InputError
from dyncheck.files import TERRAFORM_FILES
from dyncheck.input_problems import InputProblem
from dyncheck.readers.hcl.trees import Trees

# In bytes. Checking a larger file takes longer than anyone waits while typing; `dyncheck check` takes it.
LARGEST = 2_000_000


class Buffer(Struct, frozen=True):
    """An open file: its URI as the editor writes it, its real path, its text, and the number of its version."""

    uri: str
    path: str
    text: str
    version: int | None = None

    @property
    def is_terraform(self) -> bool:
        """Whether it is a file of a module, or one that gives variables their values."""
        return self.path.endswith(TERRAFORM_FILES)

    @property
    def data(self) -> bytes:
        """The text as the bytes of a file. A lone surrogate makes them invalid UTF-8, as it would in the file."""
        return self.text.encode(errors="surrogatepass")

    @property
    def is_too_large(self) -> bool:
        """Whether it has more than `LARGEST` bytes."""
        return len(self.text) > LARGEST or (len(self.text) > LARGEST // 4 and len(self.data) > LARGEST)


class Settled(Struct, frozen=True):
    """The contents that stand for open files: for a broken one the last text that could be read.

    `trees` has these contents. `broken` are the problems of files, by their real paths, with the texts that stand for them.
    """

    trees: Trees
    broken: dict[str, tuple[tuple[InputProblem, ...], str]] = {}


class LastGood:
    """The last text of each open file with which its module could be read, by its real path."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def keep(self, paths: Collection[str]) -> None:
        """Forget the texts of all other files."""
        self._texts = {path: text for path, text in self._texts.items() if path in paths}

    def settled(self, buffers: Iterable[Buffer], trees: Trees, changed: Iterable[str]) -> Settled:
        """The trees with the texts of open files, or with what stands for them. `changed` is as in `Trees.overlaid`."""
        by_path = {each.path: each for each in buffers}
        overlay = {path: each.data for path, each in by_path.items() if not _is_on_disk(each)}
        overlaid = trees.overlaid(overlay, changed)
        broken: dict[str, list[InputProblem]] = {}
        for problem in _problems({os.path.dirname(path) for path in by_path}, by_path, overlaid):
            # One that cannot be read at all has no place.
            if (path := os.path.realpath(problem.path)) in by_path and problem.line:
                broken.setdefault(path, []).append(problem)
        standing = {path: self._texts[path] for path in broken if path in self._texts}
        faulty = {os.path.dirname(path) for path in broken}
        self._texts |= {path: each.text for path, each in by_path.items() if os.path.dirname(path) not in faulty}
        if standing:
            overlay |= {path: text.encode(errors="surrogatepass") for path, text in standing.items()}
            overlaid = overlaid.overlaid(overlay)
        found = {path: (tuple(dict.fromkeys(problems)), standing[path]) for path, problems in broken.items() if path in standing}
        return Settled(overlaid, found)


def _problems(directories: Iterable[str], by_path: dict[str, Buffer], trees: Trees) -> Iterator[InputProblem]:
    for directory in sorted(directories):
        for modules in (trees.modules, trees.modules.opentofu):
            try:
                modules.at(directory)
            except InputError as error:
                yield from error.problems
    from dyncheck.readers.hcl.configuration.inputs import values_of

    for path in by_path:
        if path.endswith(TERRAFORM_FILES[4:]):
            try:
                values_of(path, trees.modules.overlay)
            except InputError as error:
                yield from error.problems


def _is_on_disk(buffer: Buffer) -> bool:
    try:
        with open(buffer.path, "rb") as file:
            return os.fstat(file.fileno()).st_size < 2 * LARGEST and file.read() == buffer.data
    except (OSError, ValueError):
        return False


def opened(uri: str, path: str, text: str, version: int | None) -> Buffer:
    """A file that was opened."""
    return Buffer(uri, os.path.realpath(path), text, version)


def changed(buffer: Buffer, text: str, version: int | None) -> Buffer:
    """The same file with another text."""
    return replace(buffer, text=text, version=version)
