"""The declaration and the documentation of a rule."""

from __future__ import annotations

from types import ModuleType

import pytest

from dyncheck.catalog.contracts import built_in
from dyncheck.dynamodb import Alarm, AlarmChange, Contract, Table, TableChange
from dyncheck.model import Problem
from dyncheck.rule import Fix, Rule, Run, Severity, error, note, rule, warning

POLICY = '''"""The name is short.

Why: nobody finds it.
What is short is easily overlooked.
Fix:
    name = "orders"

    tags = {}
"""


def check(table):
    yield table
'''


def declared(source: str = POLICY, *subjects: type, **options: object) -> Rule:
    """The rule of a policy file with that text."""
    module = ModuleType("dyncheck.policies.short_name")
    exec(source, vars(module))
    vars(module)["check"] = rule(*(subjects or (Table,)), severity=error, **options)(vars(module)["check"])  # type: ignore[arg-type]
    declared: Rule = module.check
    return declared


def test_the_rule_of_a_policy_file() -> None:
    found = declared()
    assert (found.id, found.severity, found.subjects, found.frameworks) == ("short-name", Severity.ERROR, (Table,), {})
    assert found.title == "The name is short"
    assert found.section("Why") == "nobody finds it.\nWhat is short is easily overlooked."
    assert found.section("Fix") == '    name = "orders"\n\n    tags = {}'
    assert found.section("When") == ""
    assert found.applies("anything", "at all") is True
    assert next(found.check("a table")) == "a table"  # type: ignore[comparison-overlap]


def test_the_options_of_a_declaration() -> None:
    found = declared(POLICY, Table, Contract, frameworks={"checkov": "CKV_AWS_28"}, applies=lambda table, _: bool(table))
    assert (found.subjects, found.frameworks) == ((Table, Contract), {"checkov": "CKV_AWS_28"})
    assert [found.applies(table, None) for table in ("a table", "")] == [True, False]


def test_a_policy_without_a_docstring_has_no_documentation() -> None:
    found = declared("def check(table):\n    yield table\n")
    assert (found.title, found.section("Why"), found.documentation) == ("", "", "")


@pytest.mark.parametrize(
    ("subjects", "is_on_change"),
    [
        ((Table,), False),
        ((Alarm,), False),
        ((Table, Contract), False),
        ((TableChange,), True),
        ((TableChange, Table), True),
        ((AlarmChange,), True),
    ],
)
def test_the_first_subject_of_a_rule_on_changes_is_a_change(subjects: tuple[type, ...], is_on_change: bool) -> None:
    assert declared(POLICY, *subjects).is_on_change is is_on_change


def test_the_severities_have_names() -> None:
    assert (error, warning, note) == (Severity.ERROR, Severity.WARNING, Severity.NOTE)


def test_a_problem_of_a_run_without_a_table_has_no_location() -> None:
    missing = Run("orders", built_in()[0])
    assert (missing.tables, missing.undecided, missing.why_incomplete) == ((), (), "")
    assert missing.problem("It is missing") == Problem(address="orders", path="", summary="It is missing")
    assert missing.problem("It is missing", fix="add it") == Problem(address="orders", path="", summary="It is missing", fix="add it")


def test_the_fixes_of_a_rule_need_a_decision_unless_it_says_otherwise() -> None:
    some: dict[str, Fix] = {"enabled": "safe"}
    kinds = [declared(), declared(fix="safe"), declared(fix=some)]
    assert [[each.fix_at(at) for at in ("ttl.enabled", "ttl", "")] for each in kinds] == [
        ["unsafe", "unsafe", "unsafe"],
        ["safe", "safe", "safe"],
        ["safe", "unsafe", "unsafe"],
    ]
