"""Edits of a file: byte ranges and what replaces them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct

from dyncheck.errors import DyncheckError


class Edit(Struct, frozen=True, order=True):
    """The bytes from `start` to `end` of a file, and those that replace them. `file` is the path as messages show it."""

    file: str
    start: int
    end: int
    replacement: bytes


class OverlapError(DyncheckError):
    """Two edits of one file overlap."""


def applied(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The content of a file after edits of it. Raises `OverlapError` when two of them overlap."""
    parts: list[bytes] = []
    done = 0
    for edit in sorted(set(edits)):
        if edit.start < done:
            raise OverlapError(f"Two edits of {edit.file} overlap at byte {edit.start}.")
        parts += (data[done : edit.start], edit.replacement)
        done = edit.end
    return b"".join((*parts, data[done:]))


def edits_between(file: str, before: bytes, after: bytes) -> tuple[Edit, ...]:
    """The edits that turn one content of a file into another: each of them is the smallest inside its lines."""
    return tuple(_edits(file, before, after))


def _edits(file: str, before: bytes, after: bytes) -> Iterator[Edit]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    matcher = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False)
    offsets = [0]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag != "equal":
            while tag == "insert" and start + first < len(old) and new[start + new_first] == old[start + first]:
                # As `git diff` does: of several places for the same lines, the last one.
                first, last, new_first, new_last = first + 1, last + 1, new_first + 1, new_last + 1
            removed = b"".join(old[start + first : start + last])
            added = b"".join(new[start + new_first : start + new_last])
            head = _whole(removed, added, _common(removed, added))
            tail = _common(removed[head:][::-1], added[head:][::-1])
            while tail and not _is_start(removed, len(removed) - tail):
                tail -= 1
            at = offsets[start + first]
            yield Edit(file, at + head, at + len(removed) - tail, added[head : len(added) - tail])


def _whole(removed: bytes, added: bytes, head: int) -> int:
    """The length of the common start, without a part of a character."""
    while head and not (_is_start(removed, head) and _is_start(added, head)):
        head -= 1
    return head


def _is_start(text: bytes, offset: int) -> bool:
    """Whether a character of UTF-8 starts at an offset, or the text ends there."""
    return offset >= len(text) or text[offset] & 0xC0 != 0x80


def _common(one: Sequence[Any], other: Sequence[Any]) -> int:
    """The number of lines or bytes that two texts start with in common."""
    return next((index for index, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))
