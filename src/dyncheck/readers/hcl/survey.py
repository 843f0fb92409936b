"""The directories of a tree that have Terraform files, and those where dyncheck reads none."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress

from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.files import CONFIGURATION, TERRAFORM_FILES, Exclude
from dyncheck.model import NotChecked
from dyncheck.readers.hcl.configuration.files import configuration_in, is_configuration, is_directory, is_inside, read_bytes, shown
from dyncheck.readers.hcl.exclusions import Exclusions

# Directories where tools keep copies, and what these are copies of.
SKIPPED = {
    **dict.fromkeys((".bzr", ".git", ".hg", ".svn", "CVS"), "the files of version control"),
    ".terraform": "what `terraform init` downloads",
    ".terragrunt-cache": "the copies that Terragrunt makes",
    ".terragrunt-stack": "the copies that Terragrunt makes",
}

# What Terraform and Terragrunt read or write in the directory of a root module only.
ROOT_FILES = frozenset({".terraform", ".terraform.lock.hcl", "terraform.tfstate", "terraform.tfstate.d"})
_VALUES = TERRAFORM_FILES[4:]
_AUTOMATIC = tuple(f".auto{suffix}" for suffix in _VALUES)

_OF_STACKS = tuple(f".tf{kind}.{syntax}" for kind in ("component", "deploy", "stack") for syntax in ("hcl", "json"))
_OF_TERRAGRUNT = frozenset({"terragrunt.hcl", "terragrunt.hcl.json", "terragrunt.stack.hcl"})

_STACK = "a Terraform stack has no plan, and its files are not read. Check the directories of the modules in its components"
_TERRAGRUNT = "Terragrunt generates the Terraform files. Check its plan, or the directory that it generates in .terragrunt-cache"
_LINK = "a link out of the checked directory. Check a directory that contains both"


class Place(Struct, frozen=True):
    """A directory by its real path, and the names of the Terraform files in it; None where it cannot be read.

    `is_marked` says that it has a file that only root modules have, `linked` are the directories of the files that it links to, and
    `excluded` is the pattern that excludes it.
    """

    directory: str
    names: tuple[str, ...] | None
    is_marked: bool = False
    linked: tuple[str, ...] = ()
    excluded: Exclude | None = None


class Survey(Struct, frozen=True):
    """The directories of a tree, in order. `others` could have Terraform files that are not read; `skipped` counts directories by name.

    `configured` are the directories with a configuration of dyncheck.
    """

    top: str
    places: tuple[Place, ...]
    others: tuple[NotChecked, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()
    configured: tuple[str, ...] = ()


def survey_of(tree: str, exclusions: Exclusions) -> Survey:
    """The directories below a directory. Links out of it are not followed."""
    top = os.path.realpath(tree)
    places: list[Place] = []
    others: list[NotChecked] = []
    skipped: Counter[str] = Counter()
    configured: list[str] = []
    seen: set[str] = set()
    pending = [top]
    while pending:
        directory = pending.pop()
        if directory in seen:
            continue
        seen.add(directory)
        excluded = exclusions.of(directory)
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError:
            # Reading it as a root module reports the error.
            places.append(Place(directory, None, excluded=excluded))
            continue
        place = _place(directory, entries, excluded)
        if place.names:
            places.append(place)
        elif not excluded:
            others += _of_other_tools(directory, entries)
        if not excluded and any(entry.name == CONFIGURATION for entry in entries):
            configured.append(directory)
        inner = [entry for entry in entries if is_directory(entry)]
        skipped.update(entry.name for entry in inner if entry.name in SKIPPED)
        for entry in reversed(inner):
            real = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
            if is_inside(real, top):
                pending += (real,) if entry.name not in SKIPPED else ()
            elif not exclusions.of(entry.path) and _has_configuration(real):
                others.append(NotChecked(shown(entry.path), _LINK))
    return Survey(top, tuple(places), tuple(others), tuple(sorted(skipped.items())), tuple(configured))


def is_root_file(name: str) -> bool:
    """Whether only the directory of a root module has a file of that name. Terraform ignores it in other modules."""
    return name in ROOT_FILES or name in _OF_TERRAGRUNT or name.endswith(_AUTOMATIC) or (name.endswith(_VALUES) and name[0] != ".")


def _place(directory: str, entries: Collection[os.DirEntry[str]], excluded: Exclude | None) -> Place:
    names = tuple(entry.name for entry in configuration_in(entries))
    links = (entry.path for entry in entries if entry.is_symlink() and entry.name.endswith(TERRAFORM_FILES))
    return Place(
        directory,
        names,
        any(is_root_file(entry.name) for entry in entries),
        tuple(os.path.dirname(os.path.realpath(link)) for link in links),
        excluded,
    )


def _of_other_tools(directory: str, entries: Iterable[os.DirEntry[str]]) -> Iterator[NotChecked]:
    """Why a directory without Terraform files is not checked, if Terraform may run for it."""
    names = [entry.name for entry in entries]
    if any(name.endswith(_OF_STACKS) for name in names):
        yield NotChecked(shown(directory), _STACK)
    elif any(_is_unit(directory, name) for name in names if name in _OF_TERRAGRUNT):
        yield NotChecked(shown(directory), _TERRAGRUNT)


def _is_unit(directory: str, name: str) -> bool:
    """Whether Terragrunt runs in a directory. A file that only others include has no source and includes nothing."""
    if name == "terragrunt.stack.hcl":
        return True
    try:
        return re.search(rb"\b(?:include|source)\b", read_bytes(os.path.join(directory, name))) is not None
    except InputError:
        return True


def _has_configuration(directory: str) -> bool:
    with suppress(OSError):
        return any(map(is_configuration, os.listdir(directory)))
    return False
