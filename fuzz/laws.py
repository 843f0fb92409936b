"""Targets that check an input and a variant of it: a change without meaning must not change a result."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from random import Random
from typing import Any, TypeAlias
from zlib import crc32

from msgspec.structs import replace

from dyncheck.checking.exit_code import exit_code
from dyncheck.dynamodb.types import RESOURCE_TYPES
from dyncheck.findings import Report
from dyncheck.model import without_keys
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body
from dyncheck.rule import Severity
from fuzz.documents import files_of, reported, with_files
from fuzz.target import REFUSED, TAKEN

# Rule, address and status, with their counts.
Verdicts: TypeAlias = "Counter[tuple[str, str, str]]"

# Blocks that the provider keeps as sets.
_SETS = ("attribute", "global_secondary_index", "local_secondary_index", "replica", "metric_query", "alarm_actions", "ok_actions")


def plan_order(data: bytes) -> bool:
    """The order of keys, resources and set elements does not change the results of a plan."""
    plan, before = _plan(data)
    if before is None:
        return REFUSED
    random = Random(crc32(data))
    _compare(before, _of_plan(_shuffled(plan, random)), "after its parts were put in another order")
    return TAKEN


def plan_unrelated(data: bytes) -> bool:
    """A resource of another type changes nothing."""
    plan, before = _plan(data)
    if before is None:
        return REFUSED
    changed = deepcopy(plan)
    change = {
        "actions": ["create"],
        "before": None,
        "after": {"bucket": "x"},
        "after_unknown": {"id": True},
        "before_sensitive": False,
        "after_sensitive": {},
    }
    entry = {"address": "aws_s3_bucket.unrelated", "mode": "managed", "type": "aws_s3_bucket", "name": "unrelated", "change": change}
    if not isinstance(changed.get("resource_changes"), list):
        return REFUSED
    changed["resource_changes"].insert(
        crc32(data) % (len(changed["resource_changes"]) + 1), entry | {"provider_name": "registry.terraform.io/hashicorp/aws"}
    )
    _compare(before, _of_plan(changed), "after a bucket was added")
    return TAKEN


def plan_unknown(data: bytes) -> bool:
    """When a value becomes unknown, a fail or an unknown does not become a pass, and a failing run does not become clean."""
    plan, before = _plan(data)
    if before is None:
        return REFUSED
    changed = _with_an_unknown(plan, Random(crc32(data)))
    if changed is None:
        return REFUSED
    made, what = changed
    after = _of_plan(made)
    if after.errors:
        return REFUSED
    was, now = _by_rule(before), _by_rule(after)
    for row, statuses in was.items():
        if statuses & {"fail", "unknown"}:
            assert now.get(row, {"unknown"}) & {"fail", "unknown", "waived"}, f"{row} was {statuses} and passes after {what} became unknown"
    if exit_code(_severest(before)):
        assert exit_code(_severest(after)), f"the run is clean after {what} became unknown"
    return TAKEN


def _severest(report: Report) -> Report:
    """The report of a run that fails for anything."""
    return replace(report, fail_on=Severity.NOTE, unknown_fails=True)


def tree_layout(data: bytes) -> bool:
    """The division, names and layout of Terraform files do not change a result."""
    files, before = _tree(data)
    if before is None:
        return REFUSED
    laid_out = _laid_out(files, Random(crc32(data)))
    if laid_out is None:
        return REFUSED
    with_files(laid_out)
    _compare(before, reported(["."]), "after the files were laid out otherwise")
    return TAKEN


def tree_unrelated(data: bytes) -> bool:
    """A block without references to it changes nothing."""
    files, before = _tree(data)
    if before is None or any(b"unrelated" in content for content in files.values()):
        return REFUSED
    unrelated = b'resource "aws_s3_bucket" "unrelated" {\n  bucket = "x"\n}\n'
    unrelated += b'locals {\n  unrelated = 1\n}\nvariable "unrelated" {\n  default = 1\n}\n'
    directory = next((name.rpartition("/")[0] for name in sorted(files) if name.endswith(".tf")), None)
    if directory is None:
        return REFUSED
    with_files({**files, f"{directory}/unrelated.tf".lstrip("/"): unrelated})
    _compare(before, reported(["."]), "after a bucket was added", besides=("interface-drift",))
    return TAKEN


def _plan(data: bytes) -> tuple[dict[str, Any], Report | None]:
    """The plan as data, and the report on it; None if there are errors."""
    try:
        plan = json.loads(data)
    except (ValueError, RecursionError):
        return {}, None
    if not isinstance(plan, dict) or not _has_unique_addresses(plan):
        return {}, None
    before = _of_plan(plan)
    return plan, None if before.errors else before


def _has_unique_addresses(plan: Mapping[str, Any]) -> bool:
    entries = plan.get("resource_changes")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return False
    addresses = [json.dumps([entry.get("address"), entry.get("deposed")]) for entry in entries]
    return len(addresses) == len(set(addresses))


def _of_plan(plan: Mapping[str, Any]) -> Report:
    with_files({"plan.json": json.dumps(plan).encode(errors="replace")})
    return reported(["plan.json"])


def _tree(data: bytes) -> tuple[dict[str, bytes], Report | None]:
    files = files_of(data)
    if files is None:
        return {}, None
    with_files(files)
    before = reported(["."])
    return files, None if before.errors else before


def verdicts(report: Report, besides: tuple[str, ...] = ()) -> Verdicts:
    """The results of a report, without order and locations."""
    return Counter((each.rule, each.address, each.status.value) for each in report.results if each.rule not in besides)


def _by_rule(report: Report) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for each in report.results:
        found.setdefault((each.rule, each.address), set()).add(each.status.value)
    return found


def _compare(before: Report, after: Report, when: str, besides: tuple[str, ...] = ()) -> None:
    was, now = verdicts(before, besides), verdicts(after, besides)
    assert not after.errors, f"{after.errors} {when}"
    assert was == now, f"{when}: {sorted((was - now).elements())} became {sorted((now - was).elements())}"


def _shuffled(node: Any, random: Random) -> Any:
    """The plan with its keys, its resources and its sets in another order."""
    if isinstance(node, list):
        return [_shuffled(item, random) for item in node]
    if not isinstance(node, dict):
        return node
    keys = list(node)
    random.shuffle(keys)
    found = {key: _shuffled(node[key], random) for key in keys}
    for name in ("resource_changes", "resources", "resource_drift"):
        if isinstance(found.get(name), list):
            random.shuffle(found[name])
    if isinstance(found.get("after"), dict):
        _shuffle_sets(found, random)
    return found


def _shuffle_sets(change: dict[str, Any], random: Random) -> None:
    """Shuffle sets of blocks, and the marks of their elements in the same way."""
    for side in ("before", "after"):
        values = change.get(side)
        if not isinstance(values, dict):
            continue
        for name in _SETS:
            elements = values.get(name)
            if not isinstance(elements, list):
                continue
            marks = [change.get(f"{side}_{kind}") for kind in ("unknown", "sensitive")]
            beside = [found[name] for found in marks if isinstance(found, dict) and isinstance(found.get(name), list)]
            if any(len(other) != len(elements) for other in beside):
                continue
            order = random.sample(range(len(elements)), len(elements))
            for each in (elements, *beside):
                each[:] = [each[position] for position in order]


def _is_judged(kind: Any) -> bool:
    return isinstance(kind, str) and kind in RESOURCE_TYPES


def _with_an_unknown(plan: dict[str, Any], random: Random) -> tuple[dict[str, Any], str] | None:
    """The plan with one argument of a table or an alarm known only after apply, as Terraform writes it; and the argument."""
    made = deepcopy(plan)
    entries = [entry for entry in made["resource_changes"] if _is_judged(entry.get("type")) and isinstance(entry.get("change"), dict)]
    candidates = [(entry, place) for entry in entries for place in _arguments(entry["change"])]
    configured = dict(
        _configured(made.get("configuration", {}).get("root_module", {}) if isinstance(made.get("configuration"), dict) else {}, "")
    )
    candidates = [
        (entry, place)
        for entry, place in candidates
        if isinstance(entry.get("address"), str) and without_keys(entry["address"]) in configured
    ]
    if not candidates:
        return None
    entry, (block, position, name) = random.choice(candidates)
    change = entry["change"]
    expressions = configured[without_keys(entry["address"])]
    # Not an ARN: a list that waits for an ARN is known not to be empty.
    later = {"references": ["aws_other.known_later.value", "aws_other.known_later"]}
    if block:
        del change["after"][block][position][name]
        marks = change["after_unknown"].setdefault(block, [])
        if not isinstance(marks, list):
            return None
        marks += [{} for _ in range(len(change["after"][block]) - len(marks))]
        if not isinstance(marks[position], dict):
            return None
        marks[position][name] = True
        written = expressions.get(block)
        for each in written if isinstance(written, list) else [written]:
            if not isinstance(each, dict):
                return None
            each[name] = later
    else:
        del change["after"][name]
        change["after_unknown"][name] = True
        expressions[name] = later
    return made, f"{entry['address']}.{block}[{position}].{name}"


def _arguments(change: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """Arguments with a value: their block, its position, and their name."""
    after, unknown = change.get("after"), change.get("after_unknown")
    if not isinstance(after, dict) or not isinstance(unknown, dict):
        return
    for name, value in after.items():
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            yield from (
                (name, position, inner) for position, item in enumerate(value) for inner, content in item.items() if content is not None
            )
        elif value is not None and name not in ("tags", "tags_all"):
            yield "", 0, name


def _configured(module: Any, prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The expressions of every resource, by its address without keys."""
    if not isinstance(module, dict):
        return
    for resource in module.get("resources", ()) if isinstance(module.get("resources", ()), list) else ():
        if isinstance(resource, dict) and isinstance(resource.get("expressions"), dict) and isinstance(resource.get("address"), str):
            yield f"{prefix}{resource['address']}", resource["expressions"]
    calls = module.get("module_calls")
    for name, call in calls.items() if isinstance(calls, dict) else ():
        if isinstance(call, dict):
            yield from _configured(call.get("module"), f"{prefix}module.{name}.")


def _laid_out(files: Mapping[str, bytes], random: Random) -> dict[str, bytes] | None:
    """The same blocks in other files, in another order, with comments and blank lines between them."""
    made: dict[str, bytes] = {}
    for name, content in files.items():
        directory, _, base = name.rpartition("/")
        if not base.endswith(".tf") or base.startswith(("override", ".", "#")) or base.endswith(("_override.tf", "~")):
            made[name] = content
            continue
        pieces = _blocks(content)
        if pieces is None:
            return None
        random.shuffle(pieces)
        for piece in pieces:
            new = f"{directory}/{random.choice('xyz')}_new.tf".lstrip("/")
            filler = random.choice((b"\n", b"\n\n# { comment\n", b"\n/* ${ */\n", b"\n\t\n"))
            made[new] = made.get(new, b"") + piece + filler
        if not pieces:
            made[name] = content
    return made


def _blocks(content: bytes) -> list[bytes] | None:
    """The text of each block of a file, with the comments before it on lines of their own; None if they cannot be separated."""
    try:
        tree = parse_body(content, "main.tf")
    except SyntaxFault:
        return None
    if tree.arguments or b"\r" in content or content.startswith(b"\xef\xbb\xbf"):
        return None
    lines = content.split(b"\n")
    found: list[bytes] = []
    start = 0
    for block in tree.blocks:
        end = block.span.end_line
        # Two blocks in one line, or a comment that begins beside a block, cannot be separated.
        if block.header.line - 1 < start or b"/*" in lines[end - 1]:
            return None
        found.append(b"\n".join(lines[start:end]))
        start = end
    return found
