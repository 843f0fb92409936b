"""The notices of several inputs, each shown once for its cause."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from dyncheck.findings import Input
from dyncheck.findings.report import by_reason, not_checked_notice
from dyncheck.model import NotChecked

# A notice names so many inputs.
_MOST_NAMED = 3


class FoldedNotice(Struct, frozen=True):
    """A notice that is shown once, and the titles of the inputs that have it."""

    text: str
    inputs: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The inputs in a few words: `a.json, b.json, c.json and 27 more inputs`."""
        more = len(self.inputs) - _MOST_NAMED
        rest = f" and {more:,} more {'input' if more == 1 else 'inputs'}" if more > 0 else ""
        return f"{', '.join(self.inputs[:_MOST_NAMED])}{rest}"


def folded_notices(inputs: Iterable[Input]) -> tuple[FoldedNotice, ...]:
    """The notices of the inputs, in their order. Those with one text are one, and so are those on resources not checked for one reason."""
    titles: dict[tuple[str, str], dict[str, None]] = {}
    resources: dict[tuple[str, str], dict[str, NotChecked]] = {}
    for each in inputs:
        not_checked = {not_checked_notice(several): several for several in by_reason(each.not_checked)}
        for notice in each.notices:
            several = not_checked.get(notice, ())
            cause = ("reason", several[0].reason) if several else ("text", notice)
            titles.setdefault(cause, {})[each.title] = None
            resources.setdefault(cause, {}).update((resource.path, resource) for resource in several)
    return tuple(
        FoldedNotice(not_checked_notice(tuple(resources[cause].values())) if resources[cause] else cause[1], tuple(of))
        for cause, of in titles.items()
    )
