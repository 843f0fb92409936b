"""Leaves null out of all inputs where a name shows at once that Terraform refuses it, so that most modules are one case."""

from __future__ import annotations

from collections.abc import Iterator

from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.model import Deferred, Value
from dyncheck.prove.cells import Cell, Facts
from dyncheck.prove.study import Study
from dyncheck.readers.hcl.cases import Case

_NAMES = {ALARM: "alarm_name", TABLE: "name"}

# Each of so few inputs is tried; of more, those that names ask for.
_FEW = 2


def without_null(study: Study) -> Cell:
    """The cell of all inputs but those that are refused for certain: null in a name that is joined of it."""
    return {name: Facts(null=False) for name in _candidates(study) if _is_refused(study.case({name: Facts(null=True)}))}


def _candidates(study: Study) -> tuple[str, ...]:
    """The inputs that may be null, and are not by default."""
    names = tuple(
        f"var.{name}"
        for name, variable in study.variables.items()
        if variable.nullable and (variable.default is None or not variable.default.is_null)
    )
    if len(names) <= _FEW:
        return names
    asked = (value.question for value in _names(study.case({})) if isinstance(value, Deferred))
    return tuple(dict.fromkeys(question.input for question in asked if question and question.kind == "null"))


def _is_refused(case: Case) -> bool:
    """Whether one of the names, or anything that all modules have, cannot be evaluated."""
    return any(case.is_refused for _ in _names(case)) or bool(case.instances and case.is_refused)


def _names(case: Case) -> Iterator[Value]:
    return (resource.body.value(_NAMES[resource.type]) for resource in case.resources() if resource.type in _NAMES)
