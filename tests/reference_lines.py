"""Every line of the reference module, removed and changed one at a time: which rule notices, on plans of the real Terraform.

    python -m tests.reference_lines     records `reference_lines.json` again

All the edited modules are called from one root, twice each: with nothing but a name, and with every input set. So there is one plan
of them all. What Terraform refuses it says before there is a plan; those edits are left out of the root, and recorded as refused.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dyncheck
import dyncheck.errors
from dyncheck.findings import Status
from tests.terraform import PROVIDER, Root, installed

TESTS = Path(__file__).parent
MODULE = TESTS.parent / "Infrastructure" / "Modules" / "dynamodb"
RECORDED = TESTS / "reference_lines.json"
FILES = ("main.tf", "outputs.tf", "variables.tf")

INPUTS = """
  billing_mode               = "PROVISIONED"
  read_capacity              = 7
  write_capacity             = 8
  enable_deletion_protection = true
  table_class                = "STANDARD_INFREQUENT_ACCESS"
  tags                       = { Team = "shop" }
  alarm_actions              = ["arn:aws:sns:us-east-1:123456789012:alarms"]
  consumed_reads_threshold   = 1000
"""

# What a value becomes, where not just any other one is of its kind.
OTHERS = {
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
    "null": "1",
    "number": "string",
    "string": "number",
    "true": "false",
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

# What no rule has to notice, by file and what is found in the block's header and the line, and why.
NOT_DEMANDED = (
    ("", r"description\b", "A description has no effect."),
    ("variables.tf", r"error_message\b", "The specification leaves the words of a refusal open."),
    ("main.tf", r"alarm_description\b", "A description has no effect."),
    ("main.tf", r"alarm_name\b", "No demand is on the name of an alarm; that there is one, Terraform sees to."),
    ("main.tf", r"high_consumed_reads", "The specification knows no such alarm; it is off unless the caller gives a threshold."),
    ("main.tf", r"tags = var\.tags$", "The demands on tags are on those of the tables, `Name` and `Type`."),
    ("main.tf", r"table_class\b", "Both classes are allowed, and STANDARD is what is left out."),
    ("main.tf", r"Name = ", "The tag `Name` has to be there; which name is left open."),
    ("main.tf", r"ttl \{|attribute_name = \"ttl\"|enabled        = false", "Expiry of products is called optional."),
    ("main.tf", r"period  |evaluation_periods  ", "Without it the alarm is more sensitive, or is refused."),
    (
        "main.tf",
        r"resource \"aws_dynamodb_table\"",
        "`--require products` and `--require sessions` ask for the tables; a run that does not may leave one out.",
    ),
    ("main.tf", r"type = \"S\"$", "Terraform refuses it where it plans; dyncheck says so of the files."),
)

_ARGUMENT = re.compile(r"^(?P<before>\s*\w+\s*=\s*)(?P<value>[^{(]*|\S.*[^{(])$")


@dataclass(frozen=True)
class Edit:
    """One edit: of the lines from `line` on, counted from 1, `count` are removed, and `instead` is put in their place."""

    file: str
    line: int
    count: int
    instead: str = ""

    @property
    def text(self) -> str:
        """The line as it is."""
        return self.lines[self.line - 1]

    @property
    def lines(self) -> list[str]:
        """The lines of the file as they are."""
        return (MODULE / self.file).read_text().splitlines()

    @property
    def place(self) -> str:
        """The header of the block around the line, and the line."""
        header = next(line for line in reversed(self.lines[: self.line]) if line[:1].isalpha())
        return f"{header} {self.text.strip()}"

    @property
    def reason(self) -> str:
        """Why no rule has to notice the edit, empty when one has to."""
        return next((why for file, pattern, why in NOT_DEMANDED if self.file.startswith(file) and re.search(pattern, self.place)), "")

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What the record knows it by: the text, and which of the lines with the same text it is, not the number of the line."""
        return (self.file, self.text.strip(), self.lines[: self.line - 1].count(self.text) + 1, self.instead.strip())

    def write(self, directory: Path) -> None:
        """Write the module with the edit."""
        shutil.copytree(MODULE, directory)
        lines = self.lines
        lines[self.line - 1 : self.line - 1 + self.count] = [self.instead] if self.instead else []
        (directory / self.file).write_text("\n".join(lines) + "\n")


def edits() -> list[Edit]:
    """Every line removed, with its block where it opens one, and every argument changed; comments and closing brackets are no lines."""
    return [edit for file in FILES for edit in _of_file(file)]


def _of_file(file: str) -> Iterator[Edit]:
    lines = (MODULE / file).read_text().splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#") or re.fullmatch(r"\s*[\])}]+", line):
            continue
        closed = next(later for later in range(number, len(lines) + 1) if _depth(lines[number - 1 : later]) <= 0)
        yield Edit(file, number, closed - number + 1)
        if (argument := _ARGUMENT.match(line)) and closed == number:
            value = argument["value"]
            yield Edit(file, number, 1, argument["before"] + OTHERS.get(value, _other(value)))


def _depth(lines: list[str]) -> int:
    text = re.sub(r'"[^"]*"', "", "".join(lines))
    return sum(text.count(bracket) for bracket in "{([") - sum(text.count(bracket) for bracket in "})]")


def _other(value: str) -> str:
    if value.startswith('"'):
        return value[:-1] + '-other"'
    if value.isdigit():
        return str(int(value) + 1)
    if " ? " in value:
        return "null"
    return "null" if not value.startswith("aws_") else '"other"'


def main() -> None:
    """Record what notices each edit."""
    made = edits()
    with tempfile.TemporaryDirectory() as directory, tempfile.TemporaryDirectory() as ready:
        root = Root(Path(directory), installed(Path(ready)))
        root.write("provider.tf", PROVIDER)
        names = ["unedited"]
        shutil.copytree(MODULE, Path(directory) / "unedited")
        for position, edit in enumerate(made):
            edit.write(Path(directory) / f"e{position}")
            names.append(f"e{position}")
        refused = _refused(root, Path(ready), names)
        (Path(directory) / "plan.json").write_bytes(root.run("show", "-json", "tfplan"))
        said = noticed(Path(directory) / "plan.json", names)
        entries = []
        for position, edit in enumerate(made):
            name = f"e{position}"
            rules = sorted({*said.get(name, ()), *noticed_in_the_module(edit)})
            entries.append({"key": edit.key, "refused": refused.get(name, ""), "rules": rules})
    RECORDED.write_text("[\n" + ",\n".join(map(json.dumps, entries)) + "\n]\n")
    print(f"{len(entries)} edits: {len(refused)} refused by Terraform, {sum(1 for entry in entries if entry['rules'])} noticed by a rule")


def _refused(root: Root, ready: Path, names: list[str]) -> dict[str, str]:
    """What Terraform says of the edits that it refuses; the root has all the others, and they are planned, at the end."""
    refused: dict[str, str] = {}
    # What `terraform init` writes; it would stop at the first module that cannot be parsed.
    modules = [{"Key": f"{kind}_{name}", "Source": f"./{name}", "Dir": name} for name in names for kind in ("plain", "full")]
    (root.directory / ".terraform").unlink()
    shutil.copytree(ready / ".terraform", root.directory / ".terraform", symlinks=True)
    (root.directory / ".terraform" / "modules").mkdir()
    (root.directory / ".terraform" / "modules" / "modules.json").write_text(
        json.dumps({"Modules": [{"Key": "", "Source": "", "Dir": "."}, *modules]})
    )
    while True:
        blocks = [calls(name) for name in names if name not in refused]
        root.write("main.tf", "".join(blocks))
        said: list[dict[str, Any]] = json.loads(root.run("validate", "-json", expect=(0, 1)))["diagnostics"]
        errors = [each for each in said if each["severity"] == "error"]
        if not errors:
            lines = root.run("plan", "-json", "-input=false", "-out=tfplan", expect=(0, 1)).splitlines()
            errors = [each["diagnostic"] for each in map(json.loads, lines) if each.get("diagnostic", {}).get("severity") == "error"]
        if not errors:
            return refused
        found = {}
        for each in errors:
            where = re.search(r"module\.(?:plain|full)_(\w+)", each.get("address", "")) or re.match(
                r"(e\d+)/", each.get("range", {}).get("filename", "")
            )
            where = where or re.search(r"(?:plain|full)_(e\d+)\b", json.dumps(each))
            assert where, each
            found[where[1]] = each["summary"]
        assert found.keys() - refused.keys()
        print(f"refused: {found}", flush=True)
        refused |= found


def calls(name: str) -> str:
    """The two calls of an edited module, in a root beside it."""
    return "".join(
        f'module "{kind}_{name}" {{\n  source = "./{name}"\n  environment_name = "{kind}-{name}"\n{inputs}}}\n'
        for kind, inputs in (("plain", ""), ("full", INPUTS))
    )


def noticed(plan: Path, names: list[str]) -> dict[str, set[str]]:
    """The rules that say of an edited module's plan what they do not say of the unedited one's."""
    said: dict[str, set[tuple[str, str, str]]] = {name: set() for name in names}
    for result in dyncheck.check(plan).results:
        match = re.match(r"module\.(plain|full)_(\w+?)\.(.*)", result.address)
        if match and result.status in (Status.FAIL, Status.UNKNOWN):
            said[match[2]].add((result.rule, match[1] + match[3], re.sub(r"(plain|full)-\w+?-", "", result.message)))
    return {name: {rule for rule, *_ in found - said["unedited"]} for name, found in said.items()}


def noticed_in_the_module(edit: Edit) -> set[str]:
    """The rules on modules as such that say of the edited one what they do not say of the unedited one."""
    with tempfile.TemporaryDirectory() as directory:
        edit.write(Path(directory) / "dynamodb")
        try:
            report = dyncheck.check(Path(directory) / "dynamodb", select=["interface-drift", "unguarded-input", "violated-condition"])
        except dyncheck.errors.InputError:
            return set()
        return {result.rule for result in report.results if result.status is Status.FAIL}


if __name__ == "__main__":
    main()
