"""The configuration files of a module's directory."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from msgspec import Struct

from dyncheck.errors import InputError, InputErrors
from dyncheck.files import OPENTOFU, TERRAFORM, TERRAFORM_FILES, contents
from dyncheck.input_problems import InputProblem, ProblemKind
from dyncheck.model import Comment
from dyncheck.readers.hcl.configuration.comments import comments, readable
from dyncheck.readers.hcl.language.nodes import Body
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body

SUFFIXES = TERRAFORM_FILES[:4]

_TOFU = (".tofu", ".tofu.json")

# The most bytes of one file. A configuration that someone wrote is far smaller.
_LARGEST = 32_000_000


class File(Struct, frozen=True):
    """One parsed configuration file. `path` is as messages show it, `comments` are those for tools."""

    path: str
    sha256: str
    body: Body
    is_override: bool
    comments: tuple[Comment, ...] = ()


def is_configuration(name: str) -> bool:
    """Whether Terraform or OpenTofu reads a file of that name. Both ignore hidden files, and read `#main.tf`."""
    return name.endswith(SUFFIXES) and not name.startswith(".")


def shown(path: str) -> str:
    """A path as messages show it: relative to the working directory, with forward slashes, so that no report depends on the machine."""
    is_near = os.path.splitdrive(path)[0] in ("", os.path.splitdrive(os.getcwd())[0])
    return (os.path.relpath(path) if is_near else path).replace(os.sep, "/")


def is_directory(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a directory or a link to one; False where that cannot be read."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def configuration_in(entries: Iterable[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
    """The configuration files among the entries of a directory. A link to a directory is one, which cannot be read."""
    return [entry for entry in entries if is_configuration(entry.name) and (entry.is_symlink() or not is_directory(entry))]


def is_inside(path: str, directory: str) -> bool:
    """Whether a path is the directory or below it, both being real paths."""
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


def refuse_outside(path: str, trees: Iterable[str]) -> None:
    """Raise `InputError` when a file is a link out of all the trees: a report must not print what is elsewhere."""
    real = os.path.realpath(path)
    if not any(is_inside(real, tree) for tree in (os.path.dirname(path), *trees)):
        raise InputError(
            f"{shown(path)} is a link to a file outside the checked directory. "
            "Check a directory that contains both, or replace the link with the file.",
            kind="unreadable",
            path=shown(path),
        )


def program_of(directory: str) -> str:
    """The program that a root module in a directory is for: OpenTofu when Terraform would find no file there."""
    try:
        with os.scandir(directory) as entries:
            names = [entry.name for entry in configuration_in(entries)]
    except OSError:
        return TERRAFORM
    return OPENTOFU if names and all(name.endswith(_TOFU) for name in names) else TERRAFORM


def read_directory(
    path: str, trees: Iterable[str], program: str, overlay: Mapping[str, bytes] = {}
) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """The files of a directory with that real path as a program reads them, in its order, and the paths of all `.tofu` files in it.

    Links may lead into the directory or one of the trees. `overlay` is as in `read_bytes`. Raises `InputError` with all errors.
    """
    try:
        with os.scandir(path) as entries:
            links = {entry.name: entry.is_symlink() for entry in configuration_in(entries)}
            links |= {name: False for name in map(os.path.basename, _inside(overlay, path)) if name not in links}
    except OSError as error:
        message = f"{shown(path)} cannot be read: {error.strerror}. Check its permissions."
        raise InputError(message, kind="unreadable", path=shown(path)) from None
    files: list[File] = []
    problems: list[InputProblem] = []
    shown_as = shown(path)
    for name in _read_by(program, links):
        try:
            if links[name]:
                refuse_outside(os.path.join(path, name), trees)
            files.append(_file(read_bytes(os.path.join(path, name), overlay), _below(shown_as, name), _split(name)[0]))
        except SyntaxFault as fault:
            problems.append(fault.shown)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputErrors(problems)
    tofu = tuple(_below(shown_as, name) for name in sorted(links) if name.endswith(_TOFU))
    return tuple(sorted(files, key=lambda file: file.is_override)), tofu


def _inside(overlay: Iterable[str], directory: str) -> Iterator[str]:
    """The configuration files of a directory that an overlay has: an editor may not have saved a new one yet."""
    return (each for each in overlay if os.path.dirname(each) == directory and is_configuration(os.path.basename(each)))


def _read_by(program: str, names: Iterable[str]) -> Iterator[str]:
    """The names that a program reads, in order. OpenTofu does not read main.tf beside main.tofu.

    Source: https://opentofu.org/docs/language/files/
    """
    known = frozenset(names)
    for name in sorted(known):
        if program == TERRAFORM:
            is_read = not name.endswith(_TOFU)
        else:
            stem, suffix = _split(name)
            is_read = suffix in _TOFU or stem + suffix.replace(".tf", ".tofu") not in known
        if is_read:
            yield name


def _below(directory: str, name: str) -> str:
    return name if directory == "." else f"{directory}/{name}"


def _split(name: str) -> tuple[str, str]:
    suffix = next(suffix for suffix in reversed(SUFFIXES) if name.endswith(suffix))
    return name.removesuffix(suffix), suffix


def _file(data: bytes, name: str, stem: str) -> File:
    """Parses a file; `name` is its path as messages show it. Raises `SyntaxFault`."""
    digest, is_override = sha256(data).hexdigest(), stem == "override" or stem.endswith("_override")
    if name.endswith(".json"):
        from dyncheck.readers.hcl.configuration.json_blocks import parse_json_configuration

        return File(name, digest, parse_json_configuration(data, name), is_override)
    data = readable(data)
    return File(name, digest, parse_body(data, name), is_override, comments(name, data.decode(errors="replace")))


def read_bytes(path: str, overlay: Mapping[str, bytes] = {}) -> bytes:
    """The content of a file, which `overlay` may replace, by its real path.

    Raises `InputError` when it cannot be read, or is not a regular file.
    """
    if overlay and (replaced := overlay.get(os.path.realpath(path))) is not None:
        return replaced
    try:
        return contents(path, _LARGEST)
    except OSError as error:
        if not os.path.isfile(path):
            message = "is not a readable regular file. Remove it, or correct the link or its permissions."
        elif error.errno == errno.EFBIG:
            message = f"has more than {_LARGEST} bytes, too many for a Terraform file. Remove it."
        elif error.errno == errno.EBUSY:
            message = "changed while dyncheck read it. Run dyncheck again when nothing writes it."
        else:
            message = f"cannot be read: {error.strerror}. Check its permissions."
        kind: ProblemKind = "limit" if error.errno == errno.EFBIG else "unreadable"
        raise InputError(f"{shown(path)} {message}", kind=kind, path=shown(path)) from None
