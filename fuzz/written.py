"""Targets for files and texts beside Terraform: contracts, configurations, waivers, earlier reports, metric math."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from dyncheck.catalog import contract_file
from dyncheck.catalog.rules import all_rules
from dyncheck.checking.baseline import compare, updated
from dyncheck.checking.baseline_file import text
from dyncheck.checking.waivers import Decision, of_comments
from dyncheck.dynamodb.metric_bounds import Bounds, Machine
from dyncheck.dynamodb.metric_math import NotUnderstood, steps_of
from dyncheck.errors import InputError, UsageError
from dyncheck.findings import Report
from dyncheck.model import Comment
from dyncheck.readers.hcl.configuration.comments import comments
from dyncheck.readers.plan.strict_json import Document
from dyncheck.settings import file as config
from dyncheck.settings.effective import CommandLineSettings, as_text, effective_settings
from dyncheck.settings.find import NAME
from fuzz.documents import TESTS, with_files
from fuzz.reports import as_text as report_as_text
from fuzz.target import REFUSED, TAKEN
from tests.reporters.findings_table import REPORTS

_ROOT = Path(__file__).parents[1]


def waiver(data: bytes) -> bool:
    """A comment is a waiver of existing rules with a reason, or a notice says why it is not."""
    text = data.decode(errors="replace")
    decisions, notices = of_comments([Comment("main.tf", 1, 1, text)], all_rules())
    known = {rule.id for rule in all_rules()}
    for decision in decisions:
        assert isinstance(decision, Decision)
        assert decision.rules
        assert decision.rules <= known
        assert decision.waiver.reason.strip()
    # The same comment in a file is found, whatever its text is.
    if "\n" not in text and "\r" not in text:
        comments("main.tf", f'a = "#" # {text}\n')
    return TAKEN if decisions or notices else REFUSED


def contract(data: bytes) -> bool:
    """A contract is valid, or every problem is reported with an existing line."""
    with_files({"contract.yaml": data})
    found, problems = contract_file.read(Path("contract.yaml"))
    lines = data.count(b"\n") + data.count(b"\r") + 2 + data.count(b"\xc2\x85") + data.count(b"\xe2\x80")
    assert (found is None) == bool(problems)
    assert all(1 <= line <= lines and message for line, message in problems)
    return found is not None


def configuration(data: bytes) -> bool:
    """A configuration can be shown, or is refused. The command line has precedence."""
    with_files({NAME: data})
    try:
        effective = effective_settings(CommandLineSettings(select=("unencrypted-table",)), loaded := config.load(NAME))
    except UsageError:
        return REFUSED
    assert effective.select == ("unencrypted-table",)
    assert as_text(effective, loaded.path)
    return TAKEN


def baseline(data: bytes) -> bool:
    """A baseline or an earlier report can be compared with, or is refused."""
    with_files({"before.json": data})
    try:
        compare(REPORTS["everything"] if "everything" in REPORTS else next(iter(REPORTS.values())), "before.json")
    except UsageError:
        return REFUSED
    return TAKEN


def metric_math(data: bytes) -> bool:
    """An expression is read and has bounds in order, or it is not understood."""
    try:
        steps = steps_of(data.decode(errors="replace"))
    except NotUnderstood:
        return REFUSED
    metrics = {name: Bounds(0) for name in ("reads", "writes")}
    result = Machine(metrics, tuple(metrics)).run(steps)
    bounds = [result] if isinstance(result, Bounds) else [] if isinstance(result, str) else result
    assert all(each.low <= each.high for each in bounds)
    return TAKEN


def strict_json(data: bytes) -> bool:
    """JSON has the same value as in Python's decoder, except for duplicate keys and deep nesting, which are refused."""
    document = Document("plan.json")
    try:
        fields = document.root(data)
        values = {key: document.value(raw) for key, raw in fields.items()}
    except InputError:
        return REFUSED
    pairs_seen_twice: list[str] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        pairs_seen_twice.extend(key for key in keys if keys.count(key) > 1)
        return dict(pairs)

    expected = json.loads(data, object_pairs_hook=once)
    assert not pairs_seen_twice, f"{pairs_seen_twice} are duplicates"
    assert msgspec.json.encode(values, order="sorted") == msgspec.json.encode(expected, order="sorted")
    return TAKEN


def contracts() -> tuple[bytes, ...]:
    """The contracts of the repository."""
    return tuple(file.read_bytes() for file in sorted((*_ROOT.glob("policies/tables/*.yaml"), *TESTS.glob("contracts/*.yaml"))))


def configurations() -> tuple[bytes, ...]:
    """Configurations with all keys."""
    return (
        b"select: [unencrypted-table]\nignore: [silent-alarm]\nfail-on: warning\nunknown: fail\nseverities:\n  dead-alarm: error\n",
        b"waivers:\n  - address: module.x.aws_dynamodb_table.y[\"*\"]\n    rules: [unencrypted-table]\n    reason: later\n    owner: me\n"
        b"    until: 2099-12-31\nallow-destroy:\n  - address: aws_dynamodb_table.old\n    reason: moved\n    until: 2099-01-01\n",
        b"policies: [contracts, ./more.yaml]\nrequire:\n- products\n- &a sessions\n- *a\n",
    )  # fmt: skip


def waivers() -> tuple[bytes, ...]:
    """Comments that waive, or nearly."""
    return (
        b"dyncheck: ignore[no-point-in-time-recovery] rebuilt every night owner=data until=2026-12-31",
        b"dyncheck: ignore[unencrypted-table, dead-alarm] x",
        b"dyncheck:ignore unencrypted-table",
        b"checkov:skip=CKV_AWS_28,CKV_AWS_119: not needed",
        b"bridgecrew:skip=CKV_DYNCHECK_1:x",
        b"trivy:ignore:AVD-AWS-0024:exp:2026-12-31 tfsec:ignore:aws-dynamodb-table-customer-key",
    )


def baselines() -> tuple[bytes, ...]:
    """Baselines, and reports in JSON."""
    found: tuple[Report, ...] = tuple(REPORTS.values())
    reports = (report_as_text("json", report) for report in found)
    written = ("".join(text(updated(report, (), adds=True, prunes=False).entries)) for report in found)
    return tuple(each.encode(errors="backslashreplace") for each in (*reports, *written))


def expressions() -> tuple[bytes, ...]:
    """Metric math."""
    return (b"SUM([FILL(reads, 0), writes])", b"reads + 2 * (writes)", b"MAX(METRICS())", b"IF(reads > 5, 0, 1)")


def json_texts() -> tuple[bytes, ...]:
    """JSON with all kinds of values."""
    return (
        b'{"a":[1,2.5,-0,1e5,true,null,"\\u00e9\\ud83d\\ude42"],"b":{"c":{"d":""}}}',
        b'{ "a" : { "b" : 1 , "\\u0062" : 2 } }',
        b'{"a":123456789012345678,"b":1.0,"c":[[],{}]}',
    )
