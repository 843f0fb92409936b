"""What changes refer to: only what the module has."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress

from dyncheck.files import TERRAFORM_FILES
from dyncheck.fix.changes import Append, Change, file_of, settings
from dyncheck.fix.printed import NotFixableError
from dyncheck.fix.spots import Files
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_expression
from dyncheck.readers.hcl.language.traversals import traversals

# What refers to no block of its own.
_KNOWN = frozenset({"count", "data", "each", "local", "module", "path", "self", "terraform"})


def missing_reference(changes: Iterable[Change], files: Files, made: Iterable[Change]) -> str:
    """The first resource or variable that changes refer to and their module does not have; empty without one. `made` are other changes."""
    changes = tuple(changes)
    added = {change.block.labels for change in (*changes, *made) if isinstance(change, Append)}
    for change in changes:
        for _, value in settings(change):
            for kind, name in _references(value):
                if kind not in _KNOWN and (kind, name) not in added and not _has(file_of(change), kind, name, files):
                    return f"{kind}.{name}"
    return ""


def _references(value: str) -> Iterator[tuple[str, str]]:
    with suppress(SyntaxFault):
        for text in traversals(parse_expression(value, "")) if value else ():
            kind, _, rest = text.partition(".")
            if rest and "[" not in kind:
                yield kind, rest.split(".")[0].split("[")[0]


def _has(file: str, kind: str, name: str, files: Files) -> bool:
    """Whether a module has a resource or a variable, or may have it in a file that cannot be read."""
    directory = os.path.dirname(file)
    for entry in sorted(os.listdir(directory or os.curdir)):
        if entry.endswith(TERRAFORM_FILES[:4]):
            try:
                body = files[f"{directory}/{entry}" if directory else entry].body
            except NotFixableError:
                return True
            if any(block.labels == ((name,) if kind == "var" else (kind, name)) for block in body.blocks):
                return True
    return False
