"""Leaves null out of all inputs where a name shows at once that Terraform refuses it, so that most modules are one case."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.model import Deferred, Question, Resource
from dyncheck.proof.cells import Cell, Facts
from dyncheck.proof.study import Study
from dyncheck.readers.hcl.cases import Case

_NAMES = {ALARM: "alarm_name", TABLE: "name"}


def without_null(study: Study) -> Cell:
    """The cell of all inputs but those that are refused for certain: null in a name that is joined of it."""
    cell: dict[str, Facts] = {}
    for position, question in _questions(study.case({})):
        if question.input not in cell and _refuses(study.case({question.input: Facts(null=True)}), position):
            cell[question.input] = Facts(null=False)
    return cell


def _questions(case: Case) -> Iterator[tuple[int, Question]]:
    """What would have to be known of inputs to tell the name of each resource, where it is whether one is null."""
    asked = set()
    for position, resource in enumerate(case.reading.resources):
        question = _question(resource)
        if question and question.kind == "null" and question.input not in asked:
            asked.add(question.input)
            yield position, question


def _question(resource: Resource) -> Question | None:
    if resource.type not in _NAMES:
        return None
    name = resource.body.value(_NAMES[resource.type])
    return name.question if isinstance(name, Deferred) else None


def _refuses(case: Case, position: int) -> bool:
    """Whether the name at a position among the resources cannot be evaluated."""
    resources = case.reading.resources
    if position < len(resources) and resources[position].type in _NAMES:
        resources[position].body.value(_NAMES[resources[position].type])
    return case.is_refused
