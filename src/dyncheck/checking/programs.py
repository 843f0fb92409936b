"""A root module with `.tofu` files, checked as Terraform and as OpenTofu reads it: the worse result of each rule on each resource."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from dyncheck.checking.engine import ORDER
from dyncheck.checking.one_input import CheckedInput
from dyncheck.files import OPENTOFU, TERRAFORM
from dyncheck.findings import Input, Result, Status
from dyncheck.input_problems import InputProblem, with_end

# From the best to the worst.
_RANKS = (Status.PASS, Status.WAIVED, Status.UNKNOWN, Status.FAIL)


def both(terraform: CheckedInput, opentofu: CheckedInput, files: tuple[str, ...]) -> CheckedInput:
    """One root module as two programs read it. What only one of them has names the program. `files` are the `.tofu` files."""
    problems = both_problems(terraform.problems, opentofu.problems)
    unjudged, needed = terraform.unjudged | opentofu.unjudged, terraform.needed | opentofu.needed
    merged = _input(_without(needed, terraform.input), _without(needed, opentofu.input), files)
    return CheckedInput(merged, terraform.inventory, problems, unjudged, needed)


def _without(notices: Collection[str], checked: Input) -> Input:
    return replace(checked, notices=tuple(each for each in checked.notices if each not in notices))


def both_problems(terraform: Iterable[InputProblem], opentofu: Iterable[InputProblem]) -> tuple[InputProblem, ...]:
    """The problems of one root module as two programs read it."""
    return tuple(_each_once(terraform, opentofu, _identity, _problem_of))


def _input(terraform: Input, opentofu: Input, files: tuple[str, ...]) -> Input:
    these = f"{files[0]}{f' and {len(files) - 1} more' if len(files) > 1 else ''}"
    notice = f"Only OpenTofu reads {these}. The files were checked as Terraform and as OpenTofu read them; the worse result counts."
    return replace(
        terraform,
        sha256=sha256(f"{terraform.sha256} {opentofu.sha256}".encode()).hexdigest() if terraform.sha256 else "",
        tables=max(terraform.tables, opentofu.tables),
        alarms=max(terraform.alarms, opentofu.alarms),
        notices=(notice, *_each_once(terraform.notices, opentofu.notices, _identity, _notice_of)),
        results=tuple(sorted(_worse(terraform.results, opentofu.results), key=ORDER)),
        diagrams=terraform.diagrams or opentofu.diagrams,
        passed=min(terraform.passed, opentofu.passed),
        not_checked=tuple(dict.fromkeys((*terraform.not_checked, *opentofu.not_checked))),
        contracts=tuple(sorted((dict(opentofu.contracts) | dict(terraform.contracts)).items())),
        files=tuple(dict.fromkeys((*terraform.files, *opentofu.files))),
        variable_files=tuple(dict.fromkeys((*terraform.variable_files, *opentofu.variable_files))),
        not_applicable=tuple(rule for rule in terraform.not_applicable if rule in opentofu.not_applicable),
    )


def _worse(terraform: Iterable[Result], opentofu: Iterable[Result]) -> Iterator[Result]:
    """The results of both programs, without those that are better than what the other program has there."""
    results = list(_each_once(terraform, opentofu, _finding, _result_of))
    worst: dict[tuple[str, str], int] = {}
    for result in results:
        worst[result.rule, result.address] = max(worst.get((result.rule, result.address), 0), _RANKS.index(result.status))
    return (result for result in results if _RANKS.index(result.status) == worst[result.rule, result.address])


def _each_once(
    terraform: Iterable[Any], opentofu: Iterable[Any], key: Callable[[Any], Any], of: Callable[[Any, str], Any]
) -> Iterator[Any]:
    """What both programs have, once, and what only one of them has, marked with that program."""
    theirs = {key(each): each for each in opentofu}
    for each in terraform:
        yield each if theirs.pop(key(each), None) is not None else of(each, TERRAFORM)
    for each in theirs.values():
        yield of(each, OPENTOFU)


def _identity(each: Any) -> Any:
    return each


def _finding(result: Result) -> tuple[str, str, str, str, Status]:
    return result.rule, result.address, result.attribute, result.message, result.status


def _problem_of(problem: InputProblem, program: str) -> InputProblem:
    return with_end(problem, f" (as {program} reads the files)")


def _notice_of(notice: str, program: str) -> str:
    return f"As {program} reads the files: {notice}"


def _result_of(result: Result, program: str) -> Result:
    if result.status is Status.PASS:
        return result
    end = f" (as {program} reads the files)"
    return replace(result, message=result.message + end, summary=result.summary and result.summary + end)
