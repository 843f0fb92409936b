"""Shows the same finding on one block of several instances or root modules once."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from dyncheck.findings.report import Input
from dyncheck.findings.result import Result, Status


class Finding(Struct, frozen=True):
    """One result, with the other addresses that have the same finding on the same block, each with its own value if that differs."""

    result: Result
    also: tuple[str, ...] = ()


def folded(inputs: Iterable[Input]) -> tuple[tuple[Finding, ...], ...]:
    """The results of each input, where the same finding on one block is there once."""
    first: dict[object, tuple[int, Result]] = {}
    also: dict[object, list[str]] = {}
    kept: list[list[tuple[object, Result]]] = []
    for position, checked in enumerate(inputs):
        kept.append([])
        for result in checked.results:
            is_folded = result.location is not None and result.status is not Status.PASS
            text = result.summary or result.message
            same = (result.rule, result.status, result.severity, result.location, result.attribute, text, result.expected)
            key = same if is_folded else None
            if key is None or key not in first:
                kept[-1].append((key, result))
                if key is not None:
                    first[key] = (position, result)
                continue
            known_position, known = first[key]
            elsewhere = "" if known_position == position else f"{checked.title}: "
            found = "" if known.found == result.found else f" ({result.attribute} is {result.found})"
            also.setdefault(key, []).append(f"{elsewhere}{result.address}{found}")
    return tuple(tuple([Finding(result, tuple(also.get(key, ()))) for key, result in results]) for results in kept)
