"""Every single demand of the specification, broken by an edit of its module, and edits that break none.

    python -m tests.demands     makes the plans `plans/demand_*.json` again with the real Terraform

What an edit must change in the report follows from the specification and from nothing that dyncheck says.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.terraform import PROVIDER, PROVIDER_WEST, Root, installed, keep

TESTS = Path(__file__).parent
SPECIFICATION = TESTS / "modules" / "specification"
MAIN = (SPECIFICATION / "main.tf").read_text()

PRODUCTS = "aws_dynamodb_table.products"
SESSIONS = "aws_dynamodb_table.sessions"
READ = "aws_cloudwatch_metric_alarm.products_read_throttle"
WRITE = "aws_cloudwatch_metric_alarm.products_write_throttle"
THROTTLE = "aws_cloudwatch_metric_alarm.products_throttle"


class Finding(NamedTuple):
    """One result that is not a pass; the severity of a verdict that cannot be known is `unknown`."""

    rule: str
    address: str
    severity: str


def error(rule: str, address: str) -> Finding:
    """A finding that makes the exit code 1."""
    return Finding(rule, address, "error")


def warning(rule: str, address: str) -> Finding:
    """A finding that leaves the exit code 0."""
    return Finding(rule, address, "warning")


def note(rule: str, address: str) -> Finding:
    """A finding that leaves the exit code 0 and asks for no action."""
    return Finding(rule, address, "note")


def unknown(rule: str, address: str) -> Finding:
    """A verdict that nobody can give before the apply."""
    return Finding(rule, address, "unknown")


def of_alarm(address: str) -> tuple[Finding, ...]:
    """What the module exactly as specified has on each of its alarms."""
    return (warning("dead-alarm", address), warning("silent-alarm", address), note("insensitive-alarm", address))


UNWATCHED = (note("unwatched-index", PRODUCTS),) * 2

# What the module exactly as specified has: its metric names do not exist, and its alarms tell nobody.
UNBROKEN = (
    *of_alarm(READ),
    *of_alarm(WRITE),
    note("aws-managed-key", PRODUCTS),
    note("aws-managed-key", SESSIONS),
    note("no-deletion-protection", PRODUCTS),
    note("no-deletion-protection", SESSIONS),
    *UNWATCHED,
)


@dataclass(frozen=True)
class Demand:
    """An edit of the module, and how its findings differ from those of the module as specified.

    `before` must occur `count` times in the block `inside` (the whole file when empty); `appended` goes to the end of the file.
    An edit without new `findings` of severity error keeps the exit code 0.
    """

    name: str
    inside: str = ""
    before: str = ""
    after: str = ""
    findings: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    count: int = 1
    appended: str = ""
    options: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name in plain English."""
        return self.name.replace("_", " ")

    @property
    def plan(self) -> Path:
        """The plan that Terraform made of the edited module."""
        return TESTS / "plans" / f"demand_{self.name}.json"

    @property
    def configuration(self) -> str:
        """The edited `main.tf`."""
        block = _block(self.inside) if self.inside else MAIN
        assert not self.before or block.count(self.before) == self.count, f"{self.name}: {block.count(self.before)} of {self.before!r}"
        edited = block.replace(self.before, self.after) if self.before else block
        return MAIN.replace(block, edited) + self.appended

    @property
    def expected(self) -> list[Finding]:
        """All results of the edited module that are not a pass, in order."""
        left = list(UNBROKEN)
        for finding in self.gone:
            left.remove(finding)
        return sorted([*left, *self.findings])

    @property
    def exit_code(self) -> int:
        """What dyncheck must end with."""
        return int(any(finding.severity == "error" for finding in self.expected))


def _block(address: str) -> str:
    """The text of a resource block of the module."""
    kind, name = address.split(".")
    return _part(f'resource "{kind}" "{name}" {{\n', "\n}\n")


def _part(start: str, end: str, text: str = MAIN) -> str:
    """The text from the first `start` to the first `end` after it, both included."""
    begin = text.index(start)
    return text[begin : text.index(end, begin + len(start)) + len(end)]


_ENCRYPTION = "  server_side_encryption {\n    enabled = true\n  }\n"
_RECOVERY = "  point_in_time_recovery {\n    enabled = var.enable_point_in_time_recovery\n  }\n"
_DYNAMIC = '  dynamic "%s" {\n    for_each = %s\n    content {\n      %s\n    }\n  }\n'
_TAGS = 'Type = "DynamoDB"'
_KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
_LATER = '\nresource "terraform_data" "later" {\n  input = true\n}\n'


def _of_each_table(table: str, address: str) -> tuple[Demand, ...]:
    """The demands that the specification makes of both tables."""
    managed = note("aws-managed-key", address)
    unencrypted = error("unencrypted-table", address)
    unrecoverable = error("no-point-in-time-recovery", address)
    untagged = warning("missing-tags", address)
    misnamed = warning("wrong-table-name", address)
    name = f'"${{var.environment_name}}-{table}"'
    return (
        Demand(f"{table}_encryption_off", address, _ENCRYPTION, _ENCRYPTION.replace("true", "false"), (unencrypted,), (managed,)),
        Demand(f"{table}_encryption_removed", address, _ENCRYPTION, "", (unencrypted,), (managed,)),
        Demand(
            f"{table}_encryption_dynamic_and_empty",
            address,
            _ENCRYPTION,
            _DYNAMIC % ("server_side_encryption", "[]", "enabled = true"),
            (unencrypted,),
            (managed,),
        ),
        Demand(f"{table}_encryption_dynamic", address, _ENCRYPTION, _DYNAMIC % ("server_side_encryption", "[1]", "enabled = true")),
        Demand(
            f"{table}_encryption_known_later",
            address,
            "enabled = true",
            "enabled = terraform_data.later.output",
            (unknown("unencrypted-table", address), unknown("aws-managed-key", address)),
            (managed,),
            appended=_LATER,
        )
        if table == "products"
        # TTL is switched on by the same words.
        else Demand(
            f"{table}_encryption_known_later",
            address,
            _ENCRYPTION,
            _ENCRYPTION.replace("true", "terraform_data.later.output"),
            (unknown("unencrypted-table", address), unknown("aws-managed-key", address)),
            (managed,),
            appended=_LATER,
        ),
        Demand(
            f"{table}_recovery_off", address, _RECOVERY, _RECOVERY.replace("var.enable_point_in_time_recovery", "false"), (unrecoverable,)
        ),
        Demand(f"{table}_recovery_removed", address, _RECOVERY, "", (unrecoverable,)),
    )
