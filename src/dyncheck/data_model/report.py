"""The report on a data model: its problems by the rules that find them in Terraform, and what serves each access pattern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dyncheck.data_model.checks import ModelFinding, findings, part_of, served
from dyncheck.data_model.reading import read
from dyncheck.data_model.structure import DataModel
from dyncheck.errors import InputError
from dyncheck.files import from_repository
from dyncheck.findings import Input, Report, Result, Status, numbered
from dyncheck.input_problems import InputProblem
from dyncheck.items.judging import dotted
from dyncheck.model import Location
from dyncheck.rule import Severity


def report_of(path: str, severities: Mapping[str, Severity], fail_on: Severity, *, shows_values: bool = False) -> Report:
    """The report on a data model file. `severities` are those that the settings give to rules."""
    try:
        model = read(path)
    except InputError as error:
        return Report((), problems=error.problems, fail_on=fail_on)
    found = findings(model, shows_values=shows_values)
    failed = {finding.part for finding in found}
    results = [
        *(_failed(finding, severities, path) for finding in found if not finding.is_unread),
        *(result for result in _served(model, severities, path) if result.address not in failed),
    ]
    good = sum(part_of(dotted(item.where)) not in failed for item in model.items if not item.label)
    problems = (InputProblem("unsupported", f"{path}:{each.line}: {each.message}", path, each.line) for each in found if each.is_unread)
    checked = Input(
        path,
        "data-model",
        "",
        tables=len(model.tables),
        results=tuple(numbered(results)),
        notices=tuple(_notices(model)),
        passed=good,
    )
    return Report((checked,), problems=tuple(problems), fail_on=fail_on)


def _failed(finding: ModelFinding, severities: Mapping[str, Severity], path: str) -> Result:
    return Result(
        finding.rule,
        Status.FAIL,
        severities.get(finding.rule, Severity.ERROR),
        finding.part,
        finding.message,
        attribute=finding.path,
        summary=finding.message,
        table=finding.part,
        location=Location(path, finding.line, finding.line),
        input=path,
        origin=from_repository(path),
    )


def _served(model: DataModel, severities: Mapping[str, Severity], path: str) -> Iterator[Result]:
    """A result for each request, with what serves it."""
    rule = "unserved-access"
    for request in model.requests:
        if by := served(model, request):
            at, line = dotted(request.where), model.line(request.where)
            found = f"{request.label}: {request.pattern.operation} on {by}"
            part, location = part_of(at), Location(path, line, line)
            yield Result(
                rule,
                Status.PASS,
                severities.get(rule, Severity.ERROR),
                part,
                "",
                attribute=at,
                found=found,
                table=part,
                location=location,
                input=path,
            )


def _notices(model: DataModel) -> Iterator[str]:
    for remark in model.skipped:
        yield f"{dotted(remark.where)} needs no DynamoDB: {remark.text}"
    for key in model.missing:
        yield f"The file has no `{key}`. AWS's validator expects it, also when it is empty."
