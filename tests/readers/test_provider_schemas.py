"""Holds the tables of argument types against the recorded schemas of provider 5 and provider 6."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from dyncheck.readers import shapes
from dyncheck.readers.hcl.configuration.schema import REQUIRED, SINGLE, Names, is_computed, names_of
from tests.recording import record_schemas

# Where the two versions differ: the arguments and blocks of one version alone, and the arguments that only one requires or computes.
# Version 6 has these types too, but the record of its schema was made with a provider that lacks them.
ONLY_IN_5 = frozenset(
    {
        "aws_chatbot_slack_channel_configuration",
        "aws_chatbot_teams_channel_configuration",
        "aws_cloudwatch_event_rule",
        "aws_cloudwatch_event_target",
        "aws_kms_external_key",
        "aws_kms_key_policy",
        "aws_kms_replica_external_key",
        "aws_kms_replica_key",
        "aws_sns_topic_policy",
        "aws_sns_topic_subscription",
    }
)
# Version 6 has this type; its shape follows the documentation.
NOT_RECORDED = frozenset({"aws_cloudwatch_alarm_mute_rule"})
ONLY_IN_6 = frozenset(
    {
        "aws_appautoscaling_policy region",
        "aws_appautoscaling_target region",
        "aws_cloudwatch_composite_alarm region",
        "aws_cloudwatch_metric_alarm region",
        "aws_dynamodb_global_secondary_index",
        "aws_dynamodb_kinesis_streaming_destination region",
        "aws_dynamodb_table global_secondary_index.key_schema",
        "aws_dynamodb_table global_secondary_index.warm_throughput",
        "aws_dynamodb_table global_table_witness",
        "aws_dynamodb_table region",
        "aws_dynamodb_table replica.consistency_mode",
        "aws_dynamodb_table_item region",
        "aws_dynamodb_table replica.deletion_protection_enabled",
        "aws_dynamodb_table restore_backup_arn",
        "aws_dynamodb_table_replica region",
        "aws_dynamodb_tag region",
    }
)
REQUIRED_IN_5_ONLY = frozenset(
    {
        "aws_cloudwatch_metric_alarm comparison_operator",
        "aws_cloudwatch_metric_alarm evaluation_periods",
        "aws_dynamodb_table global_secondary_index.hash_key",
    }
)
COMPUTED_IN_6_ONLY = frozenset({"aws_dynamodb_table global_secondary_index.hash_key"})

# The provider says that in validations, not in its schema.
SINGLE_BY_VALIDATION: frozenset[str] = frozenset()

_KINDS: Mapping[str, Any] = {"string": shapes.text, "number": shapes.number, "bool": shapes.truth}
_KINDS_OF_ITEMS: Mapping[str, Any] = {"list": shapes.texts, "set": shapes.texts, "map": shapes.text_map}

SCHEMAS = {version: record_schemas.read(version) for version in (5, 6)}


class Entry(NamedTuple):
    """An argument or block of a shape, and what each version says of it."""

    type: str
    blocks: tuple[str, ...]
    name: str
    kind: Any
    found: dict[int, dict[str, Any]]

    @property
    def where(self) -> str:
        """The entry in the lists of differences."""
        return f"{self.type} {'.'.join((*self.blocks, self.name))}"

    @property
    def is_block(self) -> bool:
        """Whether the shape has a block of that name."""
        return isinstance(self.kind, Mapping)

    def versions(self, flag: str) -> set[int]:
        """The versions that have the flag on the argument."""
        return {version for version, found in self.found.items() if found.get(flag)}


def entries() -> list[Entry]:
    """Every argument and block of every shape."""
    return [
        entry
        for kind, shape in sorted(shapes.SHAPES.items())
        if kind not in NOT_RECORDED
        for entry in _entries(kind, (), shape, {version: schema[kind] for version, schema in SCHEMAS.items() if kind in schema})
    ]


def _entries(kind: str, blocks: tuple[str, ...], shape: Mapping[str, Any], bodies: dict[int, Any]) -> Iterator[Entry]:
    for name, inner in shape.items():
        part = "block_types" if isinstance(inner, Mapping) else "attributes"
        found = {version: body[part][name] for version, body in bodies.items() if name in body[part]}
        yield Entry(kind, blocks, name, inner, found)
        if isinstance(inner, Mapping):
            yield from _entries(kind, (*blocks, name), inner, found)


ARGUMENTS = [entry for entry in entries() if not entry.is_block]
BLOCKS = [entry for entry in entries() if entry.is_block]


def test_both_schemas_are_recorded_for_every_type() -> None:
    missing = sorted({kind for kind in shapes.SHAPES.keys() - NOT_RECORDED if not any(kind in schema for schema in SCHEMAS.values())})
    assert missing == [], "Add the types to tests/recording/record_schemas.py and run `make plans` and `make plans PROVIDER=6`."


def test_every_entry_is_in_both_versions_or_a_known_difference() -> None:
    nowhere = [entry.where for entry in entries() if not entry.found]
    assert nowhere == [], "No version has these: correct readers/shapes.py."
    only = {version: {_outermost(entry) for entry in entries() if set(entry.found) == {version}} for version in (5, 6)}
    assert only == {5: ONLY_IN_5, 6: ONLY_IN_6}


def _outermost(entry: Entry) -> str:
    """The outermost type, block or argument around the entry that one version alone has."""
    if sum(entry.type in schema for schema in SCHEMAS.values()) == 1:
        return entry.type
    steps = (*entry.blocks, entry.name)
    by_where = {each.where: each for each in entries()}
    around = (f"{entry.type} {'.'.join(steps[:depth])}" for depth in range(1, len(steps) + 1))
    return next(where for where in around if len(by_where[where].found) == 1)


@pytest.mark.parametrize("entry", ARGUMENTS, ids=lambda entry: entry.where)
def test_an_argument_has_the_type_of_the_provider(entry: Entry) -> None:
    found = [each["type"] for each in entry.found.values()]
    assert all(_kind(each) is entry.kind for each in found), found


def _kind(written: Any) -> Any:
    if isinstance(written, str):
        return _KINDS[written]
    outer, items = written
    assert items == "string"
    return _KINDS_OF_ITEMS[outer]


def test_an_argument_is_computed_if_any_version_computes_it() -> None:
    wrong = []
    for entry in ARGUMENTS:
        computes = entry.versions("computed") & entry.versions("optional")
        if is_computed(entry.type, ".".join(entry.blocks), entry.name) != bool(computes):
            wrong.append(f"{entry.where} is computed in {sorted(computes)}")
    assert wrong == [], "Correct COMPUTED in readers/hcl/configuration/schema.py."


def test_versions_compute_the_same_arguments_but_for_known_ones() -> None:
    both = [entry for entry in ARGUMENTS if len(entry.found) == 2]
    differing = {entry.where: entry.versions("computed") for entry in both if len(entry.versions("computed")) == 1}
    assert differing == {name: {6} for name in COMPUTED_IN_6_ONLY}


# Blocks that no rule reads, and what is in them.
_UNREAD = ("timeouts", "suspended_state", "evaluation_criteria", "warm_up_configuration", "input_format_options", "s3_bucket_source")


def _bodies(kind: str, version: int) -> Iterator[tuple[str, Any]]:
    """The bodies of a resource type with their paths, without those that no rule reads."""
    waiting = [("", SCHEMAS[version][kind])]
    while waiting:
        path, body = waiting.pop()
        yield path, body
        for name, block in body["block_types"].items():
            if name not in _UNREAD and (path or name != "warm_throughput"):
                waiting.append((f"{path}.{name}".lstrip("."), block))


@pytest.mark.parametrize("version", [5, 6])
@pytest.mark.parametrize("kind", sorted(kind for kind in shapes.SHAPES if names_of(kind, "", frozenset({5, 6}))))
def test_the_names_of_a_checked_type_are_all_that_the_provider_has(kind: str, version: int) -> None:
    if kind not in SCHEMAS[version]:
        pytest.skip(f"version {version} has no {kind}")
    for path, body in _bodies(kind, version):
        settable = {name for name, each in body["attributes"].items() if each.get("optional") or each.get("required")}
        names = names_of(kind, path, frozenset({version}))
        assert names == Names(frozenset(settable), frozenset(body["block_types"]), body["attributes"].keys() - settable), path


def test_a_block_is_single_if_the_provider_accepts_one_at_most() -> None:
    limited = {
        entry.where: {each.get("max_items") == 1 or each["nesting_mode"] == "single" for each in entry.found.values()} for entry in BLOCKS
    }
    expected = {entry.where: {entry.name in SINGLE and entry.where not in SINGLE_BY_VALIDATION} for entry in BLOCKS}
    assert limited == expected


def test_an_argument_is_required_if_every_version_requires_it() -> None:
    required: dict[tuple[str, str], set[str]] = {}
    for entry in ARGUMENTS:
        if entry.versions("required") == set(entry.found):
            required.setdefault((entry.type, ".".join(entry.blocks)), set()).add(entry.name)
    assert {place: set(names) for place, names in REQUIRED.items()} == required


def test_versions_require_the_same_arguments_but_for_known_ones() -> None:
    both = [entry for entry in ARGUMENTS if len(entry.found) == 2]
    differing = {entry.where: entry.versions("required") for entry in both if len(entry.versions("required")) == 1}
    assert differing == {name: {5} for name in REQUIRED_IN_5_ONLY}
