"""Finds the plans, states and captures in a directory that has no Terraform files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from stat import S_ISREG

# Near the start of a plan, a state, a state file or a capture, in the order in which they are written, and with sorted keys.
_MARKS = (b'"format_version"', b'"terraform_version"', b'"dyncheck-capture"', b'"planned_values"', b'"applyable"', b'"lineage"')
_START = 4_096
# A message needs an example, which is not worth a search of a whole disk.
_MOST_FILES = 2_000


def why_fleet(directory: str) -> str:
    """Says how to check the documents in a directory without Terraform files; empty if it has none."""
    example = _document_in(directory)
    if not example:
        return ""
    from shlex import quote

    pattern = os.path.join(os.path.dirname(example), f"*{os.path.splitext(example)[1]}")
    return (
        f"{directory} is a directory with documents such as {example} and without Terraform files. Check all of them with "
        f"`dyncheck fleet {quote(directory)} --output results.parquet`, or some of them with `dyncheck {quote(pattern)}`."
    )


def _document_in(directory: str) -> str:
    """The path of the first plan, state or capture in a directory or below it, empty without one."""
    for number, path in enumerate(_files(directory)):
        if number == _MOST_FILES:
            break
        if path.endswith((".json", ".tfstate")) and _is_document(path):
            return os.path.normpath(path)
    return ""


def _files(directory: str) -> Iterator[str]:
    for place, directories, names in os.walk(directory):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        yield from (os.path.join(place, name) for name in sorted(names))


def _is_document(path: str) -> bool:
    with suppress(OSError):
        if S_ISREG(os.stat(path).st_mode):
            with open(path, "rb") as file:
                start = file.read(_START)
            # Also as UTF-16, in which PowerShell writes.
            text = start.replace(b"\0", b"")
            return b"{" in text and any(mark in text for mark in _MARKS)
    return False
