"""Compares HCL mode with plan mode on random configurations: HCL mode may have more unknown results, but no other differences.

`python -m tests.recording.record_parity` recorded the plans. Its option `--check` compares new configurations that are not recorded.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from tests.readers.hcl.parity.generator import Case, cases
from tests.readers.hcl.parity.law import NOT_CHECKED, REFUSED, contradictions, equal_share, shown
from tests.recording.record_parity import GENERATIONS, Recorded, disagreements, fresh, in_hcl_mode, read_cases, recorded_rules
from tests.support.samples import every

RECORDED = {generation: read_cases(generation) for generation in GENERATIONS}
CASES = [(generation, recorded) for generation in GENERATIONS for recorded in RECORDED[generation]]

# The least number of recorded cases, and of those that have a feature.
LEAST_CASES = {5: 390, 6: 150}
LEAST_WITH_FEATURE = {5: 5, 6: 2}

# The share of the certain results of plan mode that HCL mode must have too.
LEAST_SHARE = 0.9

# The provider does not plan a table that violates these rules, so the recorded plans have few such findings or none.
NEVER_BROKEN = {"attribute-mismatch", "invalid-billing-mode", "invalid-table-class"}


@pytest.mark.parametrize(("generation", "recorded"), CASES, ids=lambda value: getattr(value, "seed", value))
def test_hcl_mode_does_not_contradict_a_recorded_plan(generation: int, recorded: Recorded, tmp_path: Path) -> None:
    with recorded_rules(generation):
        found = list(disagreements(recorded, tmp_path))
    assert not found, "\n".join([*found, shown(recorded.case)])


@pytest.mark.parametrize("generation", GENERATIONS)
def test_hcl_mode_has_most_certain_results_of_plan_mode(generation: int, tmp_path: Path) -> None:
    known = same = 0
    for recorded in RECORDED[generation][::3]:
        with recorded_rules(generation):
            certain, equal = equal_share(recorded.verdicts, in_hcl_mode(recorded.case, tmp_path / str(recorded.seed)))
        known, same = known + certain, same + equal
    assert same >= LEAST_SHARE * known, f"HCL mode has {same} of {known} certain results"


# The examples are the same in every run. Only `--check` uses new examples.
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=cases())
def test_results_without_inputs_differ_only_by_being_unknown(case: Case) -> None:
    if case.is_bare:
        with tempfile.TemporaryDirectory() as directory:
            whole, bare = in_hcl_mode(case, Path(directory, "whole")), in_hcl_mode(case, Path(directory, "bare"), with_inputs=False)
        # An invalid configuration, such as one with a duplicate name, does not test the inputs.
        assume(not any(rule == REFUSED for rule, _, _ in (*whole, *bare)))
        found = list(contradictions(whole, bare))
        assert not found, "\n".join([*found, shown(case)])


@pytest.mark.terraform
@pytest.mark.parametrize("seeds", every(5, (range(start, start + 2) for start in range(700_001, 700_011, 2))), ids=str)
def test_hcl_mode_does_not_contradict_a_new_plan(seeds: range, ready: Path, tmp_path: Path) -> None:
    for recorded in fresh(seeds, ready):
        found = list(disagreements(recorded, tmp_path / str(recorded.seed)))
        assert not found, "\n".join([*found, shown(recorded.case)])


# The features of the recorded cases.

# Those of provider 6 alone.
PATTERNS_OF_6 = {
    "keys in a list": r"\n\s+key_schema \{",
    "keys in a dynamic list": r'dynamic "key_schema"',
    "index as a resource": r'resource "aws_dynamodb_global_secondary_index"',
    "replica as a resource": r'resource "aws_dynamodb_table_replica"',
    "protected replica": r"\n    deletion_protection_enabled = ",
    "region": r"\n  region = ",
    "region of a table": r"aws_dynamodb_table\.\w+[^\n]*\.region",
    "witness": r"global_table_witness",
    "warm throughput": r"warm_throughput",
    "alarm by PromQL": r"promql_criteria",
    "alarm with a warm-up": r"warm_up_configuration",
    "version of the provider": r'version = "~> 6.0"',
}

PATTERNS = {
    "for_each on a resource": r'resource "\w+" "\w+" \{\n(?:  \w+ = .*\n)?  for_each',
    "for_each on a module": r'module "\w+" \{(?:\n  \w+ = [^\n]*)*\n  for_each',
    "count": r"\n  count = ",
    "dynamic": r'dynamic "\w+" \{',
    "iterator": r"\n    iterator = ",
    "optional attributes": r"optional\(\w+\)",
    "optional attributes with defaults": r"optional\(\w+, ",
    "sensitive": r"\n  sensitive = true",
    "nullable": r"\n  nullable = false",
    "validation": r"\n  validation \{",
    "type any": r"\n  type = any",
    "for": r"\[for |\{ for ",
    "splat": r"\[\*\]|\.\*\.",
    "directive": r"%\{",
    "heredoc": r"<<-?EOT",
    "conditional": r" \? ",
    "merge": r"merge\(",
    "known after apply": r"terraform_data\.\w+\.(id|output)|aws_sns_topic\.\w+\.arn|aws_kms_key\.\w+\.arn",
    "unknown dynamic": r"for_each = \(?!?\(?(contains\(\[)?\(?(terraform_data|aws_sns_topic|aws_kms_key)\.",
    "provider of a resource": r"\n  provider = aws\.west",
    "providers of a module": r"\n  providers = \{",
    "default tags": r"default_tags \{",
    "aliases": r"configuration_aliases",
    "lifecycle": r"\n  lifecycle \{",
    "precondition": r"precondition \{",
    "moved": r"(^|\n)moved \{",
    "removed": r"(^|\n)removed \{",
    "check": r'(^|\n)check "',
    "composite alarm": r"aws_cloudwatch_composite_alarm",
    "metric query": r"metric_query",
    "file": r"decode\(file\(",
    "template file": r"templatefile\(",
    "comment": r"\n(#|//|/\*) ",
    "Windows line ends": r"\r\n",
}


def _has(pattern: str, case: Case) -> bool:
    return any(re.search(pattern, text) for text in case.files.values())


def _modules(case: Case) -> set[str]:
    return {name.rpartition("/")[0] for name in case.files if ".tf" in name}


FEATURES: dict[str, Callable[[Case], object]] = {
    **{name: partial(_has, pattern) for name, pattern in PATTERNS.items()},
    "modules": lambda case: len(_modules(case)) > 1,
    "modules in modules": lambda case: any(name.count("/") > 1 for name in _modules(case)),
    "a root module in a subdirectory": lambda case: case.root != ".",
    "overrides": lambda case: any(name.endswith("override.tf") for name in case.files),
    "JSON syntax": lambda case: any(name.endswith(".tf.json") for name in case.files),
    "terraform.tfvars": lambda case: any(name.endswith("terraform.tfvars") for name in case.files),
    "terraform.tfvars.json": lambda case: any(name.endswith("terraform.tfvars.json") for name in case.files),
    "auto.tfvars": lambda case: any(name.endswith(".auto.tfvars") for name in case.files),
    "auto.tfvars.json": lambda case: any(name.endswith(".auto.tfvars.json") for name in case.files),
    "-var-file": lambda case: case.var_files,
    "-var": lambda case: case.variables,
    "TF_VAR_": lambda case: case.environment,
}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_there_are_enough_distinct_recorded_cases(generation: int) -> None:
    recorded = RECORDED[generation]
    assert len(recorded) >= LEAST_CASES[generation]
    assert len({json.dumps(each.case.files) for each in recorded}) == len(recorded)


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("feature", FEATURES)
def test_recorded_cases_have_every_feature(feature: str, generation: int) -> None:
    number = sum(bool(FEATURES[feature](recorded.case)) for recorded in RECORDED[generation])
    assert number >= LEAST_WITH_FEATURE[generation], f"only {number} cases have this feature"


@pytest.mark.parametrize("feature", PATTERNS_OF_6)
def test_recorded_cases_of_provider_6_have_what_only_it_offers(feature: str) -> None:
    number = sum(_has(PATTERNS_OF_6[feature], recorded.case) for recorded in RECORDED[6])
    assert number >= 5, f"only {number} cases have this feature"


@pytest.mark.parametrize(("generation", "least"), [(5, 20), (6, 8)])
def test_recorded_results_cover_rules_and_statuses(generation: int, least: int) -> None:
    counts = Counter((rule, status) for recorded in RECORDED[generation] for rule, _, status in recorded.verdicts)
    rules = {rule for rule, _ in counts} - {NOT_CHECKED}
    assert len(rules) >= 20
    few = {(rule, status): counts[rule, status] for rule in rules for status in ("pass", "fail") if counts[rule, status] < least}
    assert {rule for rule, _ in few} <= NEVER_BROKEN, few
    assert sum(number for (_, status), number in counts.items() if status == "unknown") >= 15 * least
