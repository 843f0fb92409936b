"""`dyncheck explain` finds a rule by its id, by the id of a framework or of another tool, and by words."""

from __future__ import annotations

from typing import Any

import pytest

from dyncheck.catalog.search import search
from dyncheck.errors import UsageError
from dyncheck.model import Severity
from dyncheck.rule import Rule
from tests.conftest import Dyncheck


def rule(name: str, documentation: str, **frameworks: str) -> Rule:
    """A rule that finds nothing."""

    def check(*_: Any) -> Any:
        return iter(())

    return Rule(name, Severity.ERROR, (), check, frameworks, lambda *_: True, documentation)


RECOVERY = rule(
    "no-recovery", "Recovery is off.\n\nWhy: no backup.\nFix: turn it on.", checkov="CKV_AWS_28", config="x-pitr-on", nist="CP-9, CP-10"
)
REMOVED = rule("protection-removed", "Table loses protection.\n\nWhy: recovery needs it.\nFix: keep it.", nist="CP-9")
INDEX = rule("missing-index", "Index is missing.\n\nWhy: queries fail.\nFix: add it.")
RULES = (RECOVERY, REMOVED, INDEX)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("missing-index", [INDEX], id="an id"),
        pytest.param("DYN_MISSING_INDEX", [INDEX], id="the id of our check in checkov"),
        pytest.param("ckv_aws_28", [RECOVERY], id="the id of another tool"),
        pytest.param("CP-10", [RECOVERY], id="one of several controls"),
        pytest.param("CP-9", [RECOVERY, REMOVED], id="a control of two rules"),
        pytest.param("AWS-28", [RECOVERY], id="a part of a control"),
        pytest.param("pitr", [RECOVERY], id="a word of a control"),
        pytest.param("recovery", [RECOVERY], id="a word of the title before one of the documentation"),
        pytest.param("backups", [RECOVERY], id="a word of the documentation"),
        pytest.param("table PROTECTION", [REMOVED], id="several words"),
        pytest.param("indexes", [INDEX], id="a plural"),
        pytest.param("cover", [RECOVERY], id="a part of a word"),
    ],
)
def test_rules_are_found(text: str, found: list[Rule]) -> None:
    assert search(RULES, text) == tuple(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mising-index", "There is no rule 'mising-index'. Did you mean 'missing-index'? `dyncheck rules` lists them all."),
        ("CKV_AWS_29", "There is no rule 'CKV_AWS_29'. Did you mean 'CKV_AWS_28'? `dyncheck rules` lists them all."),
        ("CP-1", "There is no rule 'CP-1'. Did you mean 'CP-10'? `dyncheck rules` lists them all."),
        ("CKV_AWS_2", "There is no rule 'CKV_AWS_2'. Did you mean 'CKV_AWS_28'? `dyncheck rules` lists them all."),
        ("recvoery", "There is no rule 'recvoery'. Did you mean 'recovery'? `dyncheck rules` lists them all."),
        ("--", "There is no rule '--'. `dyncheck rules` lists them all."),
        ("", "There is no rule ''. `dyncheck rules` lists them all."),
        ("off queries", "There is no rule 'off queries'. `dyncheck rules` lists them all."),
        ("why-protection", "There is no rule 'why-protection'. Did you mean 'protection'? `dyncheck rules` lists them all."),
        ("ack", "There is no rule 'ack'. `dyncheck rules` lists them all."),
    ],
)
def test_the_nearest_name_is_suggested_where_no_rule_fits(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        search(RULES, text)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "name", ["CKV_AWS_28", "AVD-AWS-0024", "AWS-0024", "DynamoDB.2", "dynamodb-pitr-enabled", "pitr", "point_in_time_recovery"]
)
def test_the_rule_on_recovery_is_explained_by_any_of_its_names(name: str, dyncheck: Dyncheck) -> None:
    assert dyncheck("explain", name).stdout == dyncheck("explain", "no-point-in-time-recovery").stdout


def test_several_rules_are_listed(dyncheck: Dyncheck) -> None:
    head, empty, *listed = dyncheck("explain", "missing").stdout.decode().splitlines()
    known = [line.split()[0] for line in dyncheck("rules").stdout.decode().splitlines()]
    assert [line.split()[0] for line in listed] == [name for name in known if "missing" in name]
    assert (head, empty) == (f"{len(listed)} rules fit 'missing'. To explain one of them, name its id.", "")


def test_several_words_may_be_arguments_of_their_own(dyncheck: Dyncheck) -> None:
    assert dyncheck("explain", "point", "recovery").stdout == dyncheck("explain", "point recovery").stdout
