"""The files of a module's directory: which there are, and what each of them says."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from hashlib import sha256

from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.files import contents
from dyncheck.model import Comment
from dyncheck.readers.hcl.configuration.comments import comments
from dyncheck.readers.hcl.language.nodes import Body
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body

SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")


# More than any file that people write, in bytes.
_LARGEST = 32_000_000


class File(Struct, frozen=True):
    """One configuration file, read: its path as messages show it, its hash, what it says, and its comments to tools."""

    path: str
    sha256: str
    body: Body
    comments: tuple[Comment, ...] = ()


class Directory(Struct, frozen=True):
    """The configuration files of one directory, in the order Terraform reads them; and the faults of those it cannot read."""

    path: str
    primary: tuple[File, ...]
    overrides: tuple[File, ...]
    faults: tuple[str, ...]


def is_configuration(name: str) -> bool:
    """Whether Terraform or OpenTofu reads a file of that name; editors' backups are ignored, as they do."""
    return name.endswith(SUFFIXES) and not name.startswith((".", "#")) and not name.endswith("~")


def shown(path: str) -> str:
    """A path as messages show it: relative to the working directory, with forward slashes, so that no report depends on the machine."""
    is_near = os.path.splitdrive(path)[0] in ("", os.path.splitdrive(os.getcwd())[0])
    return (os.path.relpath(path) if is_near else path).replace(os.sep, "/")


def is_directory(entry: os.DirEntry[str]) -> bool:
    """Whether what stands in a directory is one itself, or a link to one; what cannot be looked at is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def is_inside(path: str, directory: str) -> bool:
    """Whether a path is the directory or below it, both being real paths."""
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


def refuse_outside(path: str, trees: Iterable[str]) -> None:
    """Raise `InputError` when a file is a link that leads out of all the trees: what is elsewhere is nobody's business to print."""
    real = os.path.realpath(path)
    if not any(is_inside(real, tree) for tree in (os.path.dirname(path), *trees)):
        raise InputError(
            f"{shown(path)} is a link that leads out of what is checked. Check a directory that holds both, or replace it by the file."
        )


def read_directory(path: str, trees: Iterable[str], content_of: Callable[[str], bytes]) -> Directory:
    """The configuration files of a directory with that real path; links may lead to what is in it or in one of the trees.

    `content_of` reads a file as `read_bytes` does.
    A file with a fault does not keep the others from being read; the faults come as whole messages.
    Raises `InputError` when the directory cannot be read.
    """
    try:
        with os.scandir(path) as entries:
            links = {entry.name: entry.is_symlink() for entry in entries if is_configuration(entry.name) and not is_directory(entry)}
    except OSError as error:
        raise InputError(f"{shown(path)} cannot be read: {error.strerror}. Check its permissions.") from None
    primary: list[File] = []
    overrides: list[File] = []
    faults: list[str] = []
    shown_as = shown(path)
    for name in _without_shadowed(sorted(links)):
        try:
            if links[name]:
                refuse_outside(os.path.join(path, name), trees)
            data = content_of(os.path.join(path, name))
            file = _file(data, name if shown_as == "." else f"{shown_as}/{name}")
        except SyntaxFault as fault:
            faults.append(fault.render())
        except InputError as error:
            faults.append(str(error))
        else:
            (overrides if is_override(name) else primary).append(file)
    return Directory(path, tuple(primary), tuple(overrides), tuple(faults))


def _without_shadowed(names: list[str]) -> list[str]:
    """OpenTofu leaves out `main.tf` where there is a `main.tofu`.

    Source: https://opentofu.org/docs/language/files/
    """
    given = set(names)
    return [name for name in names if _as_tofu(name) == name or _as_tofu(name) not in given]


def _as_tofu(name: str) -> str:
    stem = _stem(name)
    return stem + name[len(stem) :].replace(".tf", ".tofu")


def _stem(name: str) -> str:
    return next(name.removesuffix(suffix) for suffix in reversed(SUFFIXES) if name.endswith(suffix))


def is_override(name: str) -> bool:
    """Whether a file overrides what the others say."""
    stem = _stem(name)
    return stem == "override" or stem.endswith("_override")


def _file(data: bytes, name: str) -> File:
    """What a file says; `name` is its path as messages show it. Raises `SyntaxFault`."""
    digest = sha256(data).hexdigest()
    if name.endswith(".json"):
        from dyncheck.readers.hcl.configuration.json_blocks import parse_json_configuration

        return File(name, digest, parse_json_configuration(data, name))
    return File(name, digest, parse_body(data, name), comments(name, data.decode()))


def rendered(fault: SyntaxFault) -> InputError:
    """A fault with its line and the place in it, as an error of the input."""
    first, *rest = fault.render().split("\n")
    return InputError(first, rest)


def read_bytes(path: str) -> bytes:
    """The content of a file. Raises `InputError` when it cannot be read, or is no regular file."""
    try:
        return contents(path, _LARGEST)
    except OSError as error:
        if not os.path.isfile(path):
            raise InputError(
                f"{shown(path)} is not a regular file that can be read. Remove it, or mend the link or its permissions."
            ) from None
        if error.errno == errno.EFBIG:
            raise InputError(f"{shown(path)} has more than {_LARGEST} bytes, which no file of Terraform has. Remove it.") from None
        if error.errno == errno.EBUSY:
            raise InputError(f"{shown(path)} changed while it was read. Check it again when what writes it is done.") from None
        raise InputError(f"{shown(path)} cannot be read: {error.strerror}. Check its permissions.") from None
