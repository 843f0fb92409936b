"""Every line of the reference module, removed and changed: the edits, their records, and the edits that need no rule.

`python -m tests.recording.record_reference_lines` records in `reference_lines.json` how Terraform and the rules judge each edit.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from tests.support.paths import REFERENCE

MODULE = REFERENCE
RECORDED = Path(__file__).parent / "reference_lines.json"
FILES = ("main.tf", "outputs.tf", "variables.tf", "versions.tf")

# The replacement of a value, where an arbitrary one has the wrong type.
OTHERS = {
    "300": "360",
    '"ALL"': '"KEYS_ONLY"',
    '"GreaterThanThreshold"': '"LessThanThreshold"',
    '"N"': '"S"',
    '"PAY_PER_REQUEST"': '"PROVISIONED"',
    '"ReadThrottleEvents"': '"WriteThrottleEvents"',
    '"S"': '"N"',
    '"STANDARD"': '"STANDARD_INFREQUENT_ACCESS"',
    '"Sum"': '"Average"',
    '"WriteThrottleEvents"': '"ReadThrottleEvents"',
    '"notBreaching"': '"ignore"',
    "aws_dynamodb_table.products.name": "aws_dynamodb_table.sessions.name",
    "bool": "string",
    "false": "true",
    "list(string)": "string",
    "map(string)": "string",
    "merge(var.tags, {": "merge({}, {",
    "null": "1",
    "number": "string",
    "string": "number",
    "true": "false",
    '">= 1.3"': '">= 1.4"',
    '">= 5.0"': '">= 5.1"',
    "var.alarm_actions": "[]",
    "var.billing_mode": '"PROVISIONED"',
    "var.consumed_reads_threshold": "500",
    "var.enable_deletion_protection": "false",
    "var.enable_point_in_time_recovery": "false",
    "var.table_class": '"STANDARD"',
    "var.tags": "{}",
    "[]": '["other"]',
    "{}": '{ Type = "Other" }',
}


class Reason(NamedTuple):
    """Why no rule has to notice the edits of lines that match. The pattern applies to block header and line. The first match counts."""

    pattern: str
    why: str


NOT_DEMANDED = (
    Reason(r" (alarm_)?description +=", "A description has no effect."),
    Reason(r" error_message +=", "The text of an error message has no effect on the condition."),
    Reason(r"^terraform ", "The specification demands no version of Terraform or of the provider."),
    Reason(r'^variable "(alarm_actions|consumed_reads_threshold)"', "The specification has no such input."),
    Reason(r" nullable +=", "The condition of the variable refuses null anyway."),
    Reason(r'"high_consumed_reads"', "The specification shows this alarm as an example, outside the module's files."),
    Reason(r" resource ", "The rules judge the metric of an alarm, not the name of its resource."),
    Reason(r" alarm_name +=", "The rules judge the metric of an alarm, not its name."),
    Reason(r"metric_alarm.* tags = ", "The specification demands the tags `Name` and `Type` on tables, not on alarms."),
    Reason(r" tags = merge", "The demanded tags `Name` and `Type` stay. No rule demands that an input has an effect."),
    Reason(r" Name = ", "The tag must exist and may have any value."),
    Reason(
        r'"products" { table_class',
        "Both classes are allowed, and the default is STANDARD. No rule demands that an input has an effect.",
    ),
    Reason(r'"sessions" { table_class', "Both classes are allowed, and the default is STANDARD."),
    Reason(
        r'"products" { (ttl|attribute_name = "ttl"|enabled +=)',
        "The specification calls expiry of products optional. It deletes nothing anyway, because no product has an attribute `ttl`.",
    ),
)

# Another provider makes another module.
_UNCHANGED = {"source"}
_VARIABLE = re.compile(r"var\.\w+")
_HEADER = re.compile(r'^(?P<before>\w+ .*")(?P<label>\w+)" \{$')
_ARGUMENT = re.compile(r"^(?P<before>\s*(?P<name>\w+)\s*=\s*)(?P<value>\S.*)$")


# File, line, position among the lines with the same text, and replacement.
Key: TypeAlias = tuple[str, str, int, str]


@dataclass(frozen=True)
class Edit:
    """One edit: `instead` replaces `count` lines from `line` on, counted from 1."""

    file: str
    line: int
    count: int
    instead: str = ""

    @property
    def text(self) -> str:
        """The original line."""
        return self.lines[self.line - 1]

    @property
    def lines(self) -> list[str]:
        """The original lines of the file."""
        return (MODULE / self.file).read_text().splitlines()

    @property
    def place(self) -> str:
        """The header of the block around the line, and the line."""
        header = next(line for line in reversed(self.lines[: self.line]) if line[:1].isalpha())
        return f"{header} {self.text.strip()}"

    @property
    def reason(self) -> Reason | None:
        """Why no rule has to notice the edit; None if a rule has to."""
        return next((reason for reason in NOT_DEMANDED if re.search(reason.pattern, self.place)), None)

    @property
    def key(self) -> Key:
        """The key in the record: the text and its position among equal lines, instead of the line number."""
        return (
            self.file,
            self.text.strip(),
            [line.strip() for line in self.lines[: self.line]].count(self.text.strip()),
            self.instead.strip(),
        )

    def write(self, directory: Path, only: Sequence[str] = FILES) -> None:
        """Write these files of the module, with the edit."""
        directory.mkdir()
        for file in only:
            shutil.copy(MODULE / file, directory)
        lines = self.lines
        lines[self.line - 1 : self.line - 1 + self.count] = [self.instead] if self.instead else []
        (directory / self.file).write_text("\n".join(lines) + "\n")


class Entry(Struct, frozen=True, array_like=True):
    """The record of an edit: the error if Terraform refuses it, and the rules that notice it in the plan and in the files."""

    edit: Key
    refused: str
    in_plan: tuple[str, ...]
    in_files: tuple[str, ...]

    @property
    def rules(self) -> set[str]:
        """The rules that notice the edit."""
        return {*self.in_plan, *self.in_files}


def edits() -> list[Edit]:
    """All edits: each line removed (with its block), and each argument and name changed. Comments and brackets have no edits."""
    return [edit for file in FILES for edit in _of_file(file)]


def recorded() -> list[Entry]:
    """All records, by key."""
    return msgspec.json.decode(RECORDED.read_bytes(), type=list[Entry])


def unnoticed(entries: Iterable[Entry]) -> list[Edit]:
    """The edits that Terraform accepts and no rule notices."""
    keys = {entry.edit for entry in entries if not entry.refused and not entry.rules}
    return [edit for edit in edits() if edit.key in keys]


def keep(entries: Iterable[Entry]) -> None:
    """Write the records, one edit per line."""
    RECORDED.write_text("[\n" + ",\n".join(msgspec.json.encode(entry).decode() for entry in entries) + "\n]\n")


def _of_file(file: str) -> Iterator[Edit]:
    lines = (MODULE / file).read_text().splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#") or re.fullmatch(r"\s*[\])}]+", line):
            continue
        closed = next(later for later in range(number, len(lines) + 1) if _depth(lines[number - 1 : later]) <= 0)
        yield Edit(file, number, closed - number + 1)
        if header := _HEADER.match(line):
            yield Edit(file, number, 1, f'{header["before"]}{header["label"]}_other" {{')
        argument = _ARGUMENT.match(line)
        if argument and argument["name"] not in _UNCHANGED and (closed == number or argument["value"] in OTHERS):
            yield Edit(file, number, 1, argument["before"] + _other(argument["name"], argument["value"]))


def _depth(lines: list[str]) -> int:
    text = re.sub(r'"[^"]*"', "", "".join(lines))
    return sum(text.count(bracket) for bracket in "{([") - sum(text.count(bracket) for bracket in "})]")


def _other(name: str, value: str) -> str:
    if name == "condition":
        # A validation condition must refer to its variable.
        return f"can({_VARIABLE.findall(value)[0]})"
    if value in OTHERS:
        return OTHERS[value]
    if value.startswith('"'):
        return value[:-1] + '-other"'
    if value.isdigit():
        return str(int(value) + 1)
    return '"other"' if value.startswith("aws_") else "null"
