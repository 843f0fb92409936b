"""Contracts of a team: YAML files, validated with every error at its line."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path

from msgspec.structs import replace

from dyncheck import yaml_file
from dyncheck.catalog.access_problems import access_problems
from dyncheck.catalog.item_problems import item_problems, key_type_problem
from dyncheck.dynamodb import (
    METRICS,
    AlarmContract,
    Contract,
    IndexContract,
    Key,
    Match,
    Metric,
    PrimaryKey,
    has_statistic,
    operations_of,
    placeholders,
    regular,
)
from dyncheck.dynamodb.metrics import COUNTING_STATISTICS, LEVELS
from dyncheck.errors import UsageError
from dyncheck.files import contents
from dyncheck.rule import Rule
from dyncheck.suggestions import did_you_mean
from dyncheck.yaml_file import Kind, Lines, Problem, Where, dotted

CONTRACT = Kind(Contract, "contract", least="one demand")

_TAKES = "--policy takes YAML files (.yaml, .yml) or a directory of them."
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
_HOUR, _DAY, _WEEK = 3_600, 86_400, 604_800
_SUFFIXES = (".yaml", ".yml")
_MOST_NAMES = 1_000
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
# What a pattern may have besides the characters of names. Sources:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
# https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers
_OF_TABLES = ("a table", r"[A-Za-z0-9_.*-]+", "letters, digits, and the characters _ - .")
_OF_BLOCKS = ("a resource block", r"[\w*-]+", "letters, digits, _ and -")
_PLACEHOLDER = re.compile(r"\{\w+\}")


def load(paths: Sequence[str | os.PathLike[str]], own_rules: tuple[Rule, ...] = ()) -> tuple[Contract, ...]:
    """The contracts of the given files, and of all YAML files directly in the given directories.

    Their severities may be for `own_rules`, those that are not shipped.
    Raises `UsageError` with every error of every file, each as `file:line: message`.
    """
    loaded: dict[str, Path] = {}
    contracts: list[Contract] = []
    problems: list[str] = []
    for file in _files(paths):
        contract, found = read(file, own_rules)
        if contract and (first := loaded.setdefault(contract.table, file)) != file:
            found = [(1, f"is a second contract of the name {contract.table!r}; the first is {first}. Give it another one in `table`")]
        problems += [f"{file}:{line}: {message}" for line, message in sorted(found)]
        contracts += [contract] if contract else []
    if problems:
        raise UsageError("The contracts are invalid. Fix them, or run without --policy.", problems)
    return tuple(contracts)


def read(file: Path, own_rules: tuple[Rule, ...] = ()) -> tuple[Contract | None, list[Problem]]:
    """The contract of one file, or None and its errors: pairs of line and message."""
    try:
        data = contents(str(file), yaml_file.MOST_BYTES)
    except OSError as error:
        return None, [(1, f"cannot be read: {error.strerror}")]
    contract, lines, problems = yaml_file.read(data, CONTRACT)
    if contract is None:
        return None, problems
    if contract == Contract():
        return None, [(1, "is empty; a contract has at least one demand")]
    problems = [*_contradictions(contract, lines), *_pattern_problems(contract, lines), *_severity_problems(contract, lines, own_rules)]
    problems += access_problems(contract, lines)
    problems += item_problems(contract, lines, _expression_problem)
    problems += [*_match_problems(contract.match or Match(), lines), *_name_problems(contract, lines)]
    if not contract.table:
        contract = replace(contract, table=file.stem)
        if not _NAME.fullmatch(file.stem):
            expected = "a small letter, then small letters, digits, - and _"
            problems.append((1, f"has no name: write `table: NAME`. {file.stem!r} is not a valid name; expected {expected}"))
    return (None if problems else contract), problems


def _files(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Path]:
    for path in map(Path, paths):
        try:
            mode = path.stat().st_mode
            found = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES) if stat.S_ISDIR(mode) else [path]
        except FileNotFoundError:
            raise UsageError(f"{path} does not exist. {_TAKES}") from None
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}. {_TAKES}") from None
        if not found:
            raise UsageError(f"{path} contains no contract. {_TAKES}")
        yield from found


def _contradictions(contract: Contract, lines: Lines) -> Iterator[Problem]:
    """Errors that a schema cannot find: a key with two types or twice in an index, alarms that cannot exist."""
    owners: list[tuple[Where, PrimaryKey | IndexContract]] = [(("primary_key",), contract.primary_key)] if contract.primary_key else []
    owners += ((("indexes", name), index) for name, index in contract.indexes.items())
    types: dict[str, str] = {}
    for owner, keys in owners:
        names: set[str] = set()
        for where, key in _keys(owner, keys):
            if problem := key_type_problem(contract, key.name, key.type):
                yield lines[where], f"{dotted(where)}: {problem}"
            elif types.setdefault(key.name, key.type) != key.type:
                yield lines[where], f"{dotted(where)}: {key.name!r} is of type {key.type} here and {types[key.name]} elsewhere"
            if key.name in names and isinstance(keys, IndexContract):
                yield lines[where], f"{dotted(where)}: {key.name!r} is a key of the index twice"
            names.add(key.name)
    for list_name, alarms in (("alarms", contract.alarms), ("account_alarms", contract.account_alarms)):
        for position, alarm in enumerate(alarms):
            for path, problem in _alarm_problems(alarm, list_name == "account_alarms"):
                at: Where = (list_name, position, *path)
                # A default that contradicts another key has no line.
                yield lines.get(at, lines[at[:2]]), f"{dotted(at)} {problem}"


def _pattern_problems(contract: Contract, lines: Lines) -> Iterator[Problem]:
    """An empty `match`, and patterns of tags that are no regular expressions."""
    if contract.match is not None and contract.match == Match():
        yield lines[("match",)], "match is empty; remove it, and the contract holds for every table"
    tags = [(("tags",), contract.tags), (("match", "tags"), contract.match.tags if contract.match else {})]
    for where, patterns in tags:
        for key, pattern in patterns.items():
            if problem := _expression_problem(regular(pattern)):
                yield lines[(*where, key)], f"{dotted((*where, key))} is {pattern!r}, which is not a regular expression: {problem}"


def _match_problems(match: Match, lines: Lines) -> Iterator[Problem]:
    """Conditions that no table meets."""
    for part, pattern, kind in (("resource", match.resource, _OF_BLOCKS), ("name", match.name, _OF_TABLES)):
        if pattern and (problem := _never_fits(pattern, *kind)):
            hint = ". Placeholders have a meaning in the name of the contract only; use *" if _PLACEHOLDER.search(pattern) else ""
            yield lines[("match", part)], f"match.{part} is {pattern!r}; {problem}{hint}"
    if match.module:
        begin, star, _ = match.module.partition("*")
        if not begin.startswith("module.") and not (star and "module.".startswith(begin)):
            yield lines[("match", "module")], f"match.module is {match.module!r}; expected an address such as module.{begin or 'shop'}"


def _name_problems(contract: Contract, lines: Lines) -> Iterator[Problem]:
    """Names that no table has, and values that no placeholder uses."""
    used = placeholders(contract.name or "")
    for name, values in contract.values.items():
        if name not in used:
            hint = did_you_mean(name, used) or f" Write {{{name}}} in `name`, or remove it."
            yield lines[("values", name)], f"values.{name} is for no placeholder of name.{hint}"
        for position, value in enumerate(values):
            if problem := _never_fits(value, *_OF_TABLES):
                yield lines[("values", name, position)], f"values.{name}[{position}] is {value!r}; {problem}"
    fixed = _PLACEHOLDER.sub("", contract.name or "")
    if "{" in fixed or "}" in fixed:
        yield lines[("name",)], f"name is {contract.name!r}; expected placeholders such as {{environment}}"
    elif fixed and (problem := _never_fits(fixed, *_OF_TABLES)):
        yield lines[("name",)], f"name is {contract.name!r}; {problem}"
    elif prod(len(contract.values.get(name, ("",))) for name in used) > _MOST_NAMES:
        yield lines[("values",)], f"values allow more than {_MOST_NAMES:,} names; use * for some of the placeholders"


def _never_fits(pattern: str, owner: str, form: str, characters: str) -> str:
    return "" if re.fullmatch(form, pattern) else f"the name of {owner} has {characters} only"


def _expression_problem(expression: str | None) -> str:
    if expression is None:
        return ""
    from dyncheck.regular.problems import InvalidPattern, UnsurePattern
    from dyncheck.regular.syntax import parse

    try:
        parse(expression)
    except InvalidPattern as error:
        return str(error)
    except UnsurePattern as reason:
        return f"dyncheck does not support one that {reason}"
    return ""


def _severity_problems(contract: Contract, lines: Lines, own_rules: tuple[Rule, ...]) -> Iterator[Problem]:
    if not contract.severities:
        return
    from dyncheck.catalog.rules import all_rules, hint

    known = [rule.id for rule in (*all_rules(), *own_rules)]
    for name in contract.severities:
        if name not in known:
            yield lines[("severities", name)], f"severities: there is no rule {name!r}.{hint(name, known)}"


def _alarm_problems(alarm: AlarmContract, is_of_account: bool) -> Iterator[tuple[Where, str]]:
    """What contradicts the facts about the metric of an alarm: the key in the alarm, and the rest of the sentence."""
    metric = METRICS.get(alarm.metric)
    if metric is None:
        yield ("metric",), f"is {alarm.metric!r}, which is not a DynamoDB metric in CloudWatch.{did_you_mean(alarm.metric, METRICS)}"
        return
    if is_of_account != (frozenset() in metric.dimensions):
        owner, other = ("a table", "alarms") if is_of_account else ("the account", "account_alarms")
        yield ("metric",), f"is {alarm.metric!r}, which DynamoDB sends for {owner}; write it under {other}"
    if not has_statistic(alarm.metric, alarm.expected_statistic):
        has = ", ".join((*metric.statistics, *(["percentiles such as p99"] if has_statistic(alarm.metric, "p99") else [])))
        yield ("statistic",), f"is {alarm.statistic!r}; {alarm.metric} has {has}"
    yield from _part_problems(alarm, metric)
    yield from _firing_problems(alarm, metric)


def _part_problems(alarm: AlarmContract, metric: Metric) -> Iterator[tuple[Where, str]]:
    """The operations and regions that the metric does not have."""
    for key, names, dimension in (("operations", alarm.operations, "Operation"), ("regions", alarm.regions, "ReceivingRegion")):
        if names and not any(dimension in sent for sent in metric.dimensions):
            yield (key,), f"has no meaning for {alarm.metric}, which DynamoDB does not send with {dimension}"
            return
    for position, name in enumerate(alarm.operations):
        sent = operations_of(alarm.metric)
        if name not in sent:
            expected = did_you_mean(name, sent) or f" It has: {', '.join(sent)}."
            yield ("operations", position), f"is {name!r}, for which DynamoDB does not send {alarm.metric}.{expected}"


def _firing_problems(alarm: AlarmContract, metric: Metric) -> Iterator[tuple[Where, str]]:
    """Why no alarm with these values can fire, or why CloudWatch rejects it."""
    can_equal, threshold, statistic = "OrEqual" in alarm.comparison, alarm.threshold, alarm.expected_statistic
    lowest = int(metric.is_sparse and statistic in COUNTING_STATISTICS)
    is_too_low = threshold < lowest or (threshold == lowest and not can_equal)
    if alarm.falls and is_too_low and alarm.treat_missing_data != "breaching":
        yield ("threshold",), f"is {threshold:g}, and no data point of {alarm.metric} is below {lowest}"
    highest = metric.highest if statistic in LEVELS else None
    if not alarm.falls and highest is not None and (threshold > highest or (threshold == highest and not can_equal)):
        yield ("threshold",), f"is {threshold:g}, and no data point of {alarm.metric} is above {highest:g}"
    longest = _DAY if alarm.period < _HOUR else _WEEK
    if alarm.period * alarm.evaluation_periods > longest:
        found = f"{alarm.evaluation_periods} periods of {alarm.period} seconds"
        yield ("evaluation_periods",), f"asks for {found}; CloudWatch takes {longest} seconds at most"


def _keys(owner: Where, keys: PrimaryKey | IndexContract) -> Iterator[tuple[Where, Key]]:
    """The keys of a table or an index, each with its path."""
    for part, found in (("hash", keys.hash), ("range", keys.range)):
        if isinstance(found, Key):
            yield (*owner, part), found
        elif found:
            yield from (((*owner, part, position), key) for position, key in enumerate(found))
