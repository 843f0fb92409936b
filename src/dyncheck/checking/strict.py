"""A strict run: what was not checked, and an unknown result of severity error, is an error of the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from dyncheck.findings import Report, Status
from dyncheck.input_problems import InputProblem
from dyncheck.rule import Severity

# A sentence names so many of them.
_MOST_NAMED = 3


def strictly(report: Report, *, reads_part: bool) -> Report:
    """The report with an error for each kind of thing that makes it incomplete.

    With `reads_part` the run reads only a part of the inputs, which may have nothing to check.
    """
    strict = (InputProblem("strict", reason) for reason in _reasons(report, reads_part))
    return replace(report, problems=(*report.problems, *strict))


def _reasons(report: Report, reads_part: bool) -> Iterator[str]:
    directories = [each.path for each in report.not_checked]
    if directories:
        yield _sentence(directories, "directory was not checked", "directories were not checked")
    inside = dict.fromkeys(each.path for checked in report.heads for each in checked.not_checked)
    if inside:
        yield _sentence([*inside], "part of the inputs was not checked", "parts of the inputs were not checked")
    if not report.checks and not report.problems and not reads_part:
        yield "--strict: no rule applies to anything in the inputs, so nothing was checked."
    unknown = [
        f"{each.rule} on {each.address}"
        for each in report.results
        if each.status is Status.UNKNOWN and each.severity is Severity.ERROR and report.is_new(each)
    ]
    if unknown:
        yield _sentence(unknown, "result of severity error is unknown", "results of severity error are unknown")


def _sentence(names: Sequence[str], one: str, several: str) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return f"--strict: {len(names):,} {one if len(names) == 1 else several}: {', '.join(names[:_MOST_NAMED])}{more}."
