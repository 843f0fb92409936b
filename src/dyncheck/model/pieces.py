"""What is certain of a text that is only partly known: its pieces, and what each of them may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from operator import or_
from typing import TypeAlias

from msgspec import Struct

from dyncheck.model.values import Piece


class Run(Struct, frozen=True):
    """Characters in a row, each of them one of `of`: `least` to `most`. Without `most` there may be any number."""

    of: frozenset[str]
    least: int
    most: int | None


# All that a text may be: each form is the runs that follow each other.
Forms: TypeAlias = "tuple[tuple[Run, ...], ...]"


def with_forms(identity: str, forms: Forms) -> Piece:
    """The piece of a text that is not known, and has one of these forms. Without an identity it may differ from itself."""
    return (identity, forms)


def forms_of(piece: Piece) -> Forms | None:
    """The forms of a piece; None where it may be any text."""
    if isinstance(piece, str):
        return (tuple(Run(frozenset({character}), 1, 1) for character in piece),)
    forms: Forms | None = piece[1] if len(piece) > 1 else None
    return forms


def in_case(piece: Piece, name: str, change: Callable[[str], str]) -> Piece:
    """A piece with its letters in lower or in upper case; `name` is that of the function. Of other letters than ASCII nothing is known."""
    if isinstance(piece, str):
        return change(piece) if piece.isascii() else ()
    identity = f"{name}({piece[0]})" if piece and piece[0] else ""
    forms = forms_of(piece)
    if forms is None:
        return (identity,) if identity else ()
    changed = tuple(tuple(Run(frozenset(map(change, run.of)), run.least, run.most) for run in form) for form in forms)
    return with_forms(identity, changed)


def sliced(pieces: Iterable[Piece], start: int, length: int) -> list[Piece] | None:
    """So many characters of a text from `start` on; None where it is not known which pieces they are of."""
    found: list[Piece] = []
    for piece in pieces:
        if not length:
            break
        forms = None if isinstance(piece, str) and not piece.isascii() else forms_of(piece)
        run = forms[0][0] if forms and len(forms) == 1 and len(forms[0]) == 1 else None
        size = len(piece) if isinstance(piece, str) else run.least if run and run.least == run.most else None
        if forms is None or size is None:
            return None
        first, last = min(start, size), min(start + length, size)
        if last > first and isinstance(piece, str):
            found.append(piece[first:last])
        elif last > first and run:
            part = Run(run.of, last - first, last - first)
            found.append(with_forms(f"{piece[0]}[{first}:{last}]" if piece[0] else "", ((part,),)))
        start, length = start - first, length - (last - first)
    return found


def least_length(pieces: Iterable[Piece]) -> int:
    """The least number of characters that a text of pieces has."""
    return sum(min((sum(run.least for run in form) for form in forms_of(piece) or ()), default=0) for piece in pieces)


def most_length(pieces: Iterable[Piece]) -> int | None:
    """The largest number of characters that a text of pieces has; None where it may have any number."""
    forms = [forms_of(piece) for piece in pieces]
    runs = [run for each in forms for form in each or () for run in form]
    if None in forms or any(run.most is None for run in runs):
        return None
    return sum(max((sum(run.most or 0 for run in form) for form in each or ()), default=0) for each in forms)


def consists_of(pieces: Iterable[Piece], characters: frozenset[str]) -> bool | None:
    """Whether a text of pieces has no other characters than these; None where that depends on what is not known."""
    found = True
    for forms in map(forms_of, pieces):
        if forms and all(any(run.least and run.of.isdisjoint(characters) for run in form) for form in forms):
            return False
        found = found and forms is not None and all(run.of <= characters for form in forms for run in form)
    return found or None


def pieces_have_form(pieces: tuple[Piece, ...], pattern: str) -> bool | None:
    """Whether a text of pieces matches a pattern of `has_form`; None where that depends on the unknown ones.

    >>> env = ("var.env",)
    >>> pieces_have_form((env, "-orders"), "*-products"), pieces_have_form(("a-", env, "-products"), "*-products")
    (False, True)
    >>> pieces_have_form((env, "-products"), "*-products")  # The unknown piece may be empty.
    """
    if not _may_match(pieces, [token for char in pattern for token in (("?", "*") if char == "*" else (char,))]):
        return False
    start, star, end = pattern.partition("*")
    known = [piece if isinstance(piece, str) else "" for piece in pieces]
    is_long = least_length(pieces) > len(start) + len(end)
    is_certain = bool(star) and "*" not in end and is_long and known[0].startswith(start) and known[-1].endswith(end)
    return True if is_certain else None


def may_be(pieces: Iterable[Piece], text: str) -> bool:
    """Whether a text of pieces may be a text. Its characters `*` and `?` stand for others as well, which is never wrong."""
    return _may_match(pieces, text)


def _may_match(pieces: Iterable[Piece], pattern: Sequence[str]) -> bool:
    """Whether a text of pieces may match a pattern: `*` stands for any text, `?` for any character."""
    # For each position in the pattern, whether what is before it may match what is read of the pieces.
    reached = _after_any([True, *[False] * len(pattern)], pattern)
    for piece in pieces:
        if not any(reached):
            return False
        forms = forms_of(piece)
        if forms is None:
            reached = list(accumulate(reached, or_))
        else:
            reached = _either(_after_runs(reached, form, pattern) for form in forms)
    return reached[-1]


def _either(found: Iterable[list[bool]]) -> list[bool]:
    return [any(each) for each in zip(*found, strict=True)]


def _after_runs(reached: list[bool], runs: Iterable[Run], pattern: Sequence[str]) -> list[bool]:
    for run in runs:
        reached = _after_run(reached, run, pattern)
    return reached


def _after_run(reached: list[bool], run: Run, pattern: Sequence[str]) -> list[bool]:
    """The positions after a run. What one more character does not change, no further one does."""
    for _ in range(run.least):
        before, reached = reached, _after_one(reached, run.of, pattern)
        if before == reached:
            break
    found, more = reached, 0
    while run.most is None or more < run.most - run.least:
        reached, more = _after_one(reached, run.of, pattern), more + 1
        together = _either((found, reached))
        if together == found:
            break
        found = together
    return found


def _after_one(reached: list[bool], of: frozenset[str], pattern: Sequence[str]) -> list[bool]:
    found = [False] * len(reached)
    for at, expected in enumerate(pattern):
        is_any = expected == "*" and reached[at + 1]
        found[at + 1] = is_any or (reached[at] and (expected in ("?", "*") or expected in of))
    return _after_any(found, pattern)


def _after_any(reached: list[bool], pattern: Sequence[str]) -> list[bool]:
    for at, token in enumerate(pattern):
        reached[at + 1] = reached[at + 1] or (token == "*" and reached[at])
    return reached
