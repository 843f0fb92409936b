"""Writes the generated files: compiled contracts, JSON Schemas, pages of keys and rules, the manual page, parts of the README and of docs/.

`make generate` writes; `python tools/generate.py --check` fails when something is out of date.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1]))

from dyncheck.catalog import contract_file
from dyncheck.catalog.contracts import INTERFACES
from dyncheck.catalog.examples import FILE
from dyncheck.catalog.rules import all_rules
from dyncheck.checking.baseline_file import BaselineFile
from dyncheck.checking.run import Settings, run
from dyncheck.cli.main import cli
from dyncheck.dynamodb import Contract
from dyncheck.interface import Interface
from dyncheck.prove.reporters.json import ProofsEntry
from dyncheck.readers.capture.calls import OPERATIONS
from dyncheck.readers.capture.document import Capture
from dyncheck.readers.hcl.functions import NAMES, support
from dyncheck.reporters.json import ReportEntry
from dyncheck.reporters.jsonl import Line
from dyncheck.reporters.layout import TextStyle
from dyncheck.reporters.text import to_text
from dyncheck.rule import Rule
from dyncheck.settings.file import CONFIGURATION
from tests.recording import record_checkov
from tests.support.fixtures import Fixture, fixtures
from tools import command_help, controls, man_page, picture, reference, rule_api, tutorial
from tools.architecture import picture as rooms

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "policies" / "tables"
MODULES = ROOT / "policies" / "modules"
SCHEMAS = ROOT / "src" / "dyncheck" / "schemas"
DOCS = ROOT / "docs"
RULES = DOCS / "rules"
CHECKOV = ROOT / "docs" / "checkov.md"
TERRAFORM_FILES = ROOT / "docs" / "terraform-files.md"
CI = ROOT / "docs" / "ci.md"
LIVE = ROOT / "docs" / "live"
COMMANDS = DOCS / "commands.md"
DECISIONS = DOCS / "decisions"
RULE_API = ROOT / "docs" / "rule-api.md"
RECORDED_API = ROOT / "tests" / "rule" / "api.txt"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
MAN_PAGE = ROOT / "man" / "dyncheck.1"
EXAMPLES = ROOT / "src" / "dyncheck" / "catalog" / FILE
EXAMPLE = "examples/plan.json"

# A resource of a fixture, its marks, and the values that only its plan has.
_RESOURCE = re.compile(r'^resource "(?P<type>\w+)" "\w+" \{(?:\}$|.*?^\})', re.MULTILINE | re.DOTALL)
_MARK = re.compile(r" *# expect: (?P<status>\w+) (?P<message>.*)$", re.MULTILINE)
_IN_THE_PLAN = re.compile(r"(= *)\S+ *# in the plan: (\S+)")


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file with its text."""
    contracts = contract_file.load(sorted(TABLES.glob("*.yaml")))
    yield ROOT / "src" / "dyncheck" / "catalog" / "shipped.py", _python(contracts)
    yield MODULES / INTERFACES, _json([msgspec.to_builtins(_interface(path)) for path in sorted(MODULES.glob("*.yaml"))])
    for name, kind, title, head in (
        ("contract", contract_file.CONTRACT, "A dyncheck table contract", _CONTRACT_HEAD),
        ("configuration", CONFIGURATION, "A dyncheck configuration, .dyncheck.yaml", _CONFIGURATION_HEAD),
    ):
        made, keys = kind.schema(), reference.keys_of(name)
        yield SCHEMAS / f"{name}.schema.json", _schema(name, reference.described(made, keys), title)
        yield DOCS / f"{name}-reference.md", reference.page(made, keys, head.replace("NOTE", _KEYS_NOTE.format(name)))
    yield SCHEMAS / "baseline.schema.json", _schema("baseline", msgspec.json.schema(BaselineFile), "A dyncheck baseline, version 1")
    report, meanings = msgspec.json.schema(ReportEntry), reference.meanings_of("report")
    yield SCHEMAS / "report.schema.json", _schema("report", reference.with_meanings(report, meanings), "A dyncheck report, version 1")
    yield DOCS / "json-report.md", reference.table_page(report, meanings, _REPORT_HEAD)
    line = reference.with_meanings(msgspec.json.schema(Line), meanings | _of_lines(meanings))
    yield SCHEMAS / "report-line.schema.json", _schema("report-line", line, "A line of a dyncheck report, version 1")
    proofs = msgspec.json.schema(ProofsEntry)
    yield SCHEMAS / "proofs.schema.json", _schema("proofs", proofs, "The proofs of a module by dyncheck, version 1")
    capture, meanings = msgspec.json.schema(Capture), reference.meanings_of("capture")
    yield SCHEMAS / "capture.schema.json", _schema("capture", reference.with_meanings(capture, meanings), "A dyncheck capture, version 1")
    for page in tutorial.PAGES:
        yield page, tutorial.with_outputs(page.read_text())
    rules = all_rules()
    yield EXAMPLES, _json({rule.id: _examples(rule.id) for rule in rules})
    yield RULES / "README.md", _index(rules)
    for rule in rules:
        yield RULES / f"{rule.id}.md", _page(rule)
    yield COMMANDS, command_help.page()
    yield DECISIONS / "README.md", _decisions()
    yield RULE_API, rule_api.page()
    # A name that was recorded stays, so that a test notices when it is removed.
    yield RECORDED_API, "".join(f"{name}\n" for name in sorted({*RECORDED_API.read_text().split(), *rule_api.names()}))
    yield ROOT / "README.md", _readme((ROOT / "README.md").read_text())
    yield MAN_PAGE, man_page.page()
    for theme, drawing in picture.pictures():
        yield DOCS / "pictures" / f"findings-{theme}.svg", drawing
    yield ARCHITECTURE, _between(ARCHITECTURE.read_text(), "picture", f"{rooms()}\n")
    yield CI, _with_examples(CI.read_text(), "ci")
    yield LIVE / "policy.json", _policy()
    live = _with_examples(LIVE.with_suffix(".md").read_text(), "live")
    live = _between(live, "policy", f"```json\n{_policy()}```\n")
    yield LIVE.with_suffix(".md"), _between(live, "keys", reference.tables(capture, meanings))
    yield TERRAFORM_FILES, _between(TERRAFORM_FILES.read_text(), "functions", _functions())


def _of_lines(meanings: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The meanings of the keys of lines, which have those of the report's objects."""
    kind = {"type": "The object on this line."}
    objects = {"Run": "Report", "Input": "Input", "Result": "Result", "Problem": "Problem"}
    return {f"{name}Line": kind | meanings[f"{entry}Entry"] for name, entry in objects.items()} | {
        "SummaryLine": kind | meanings["Summary"]
    }


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


_SHIPPED = """\
\"\"\"The contracts of policies/tables. `make generate` writes this file.\"\"\"

from dyncheck.dynamodb.contracts import {names}
from dyncheck.item_schema import ItemAttribute

CONTRACTS = ({contracts},)
"""


def _python(contracts: Sequence[Contract]) -> str:
    """The module with the contracts, as `ruff format` writes it."""
    code = ", ".join(map(_constructed, contracts))
    names = ", ".join(sorted(set(re.findall(r"\b[A-Z]\w+(?=\()", code)) - {"ItemAttribute"}))
    formatter = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "shipped.py", "-"]
    text = _SHIPPED.format(names=names, contracts=code)
    return subprocess.run(formatter, input=text, capture_output=True, text=True, check=True).stdout


def _constructed(value: Any) -> str:
    """The Python that makes a value, without what is the default."""
    if not isinstance(value, msgspec.Struct):
        if isinstance(value, dict):
            return f"{{{', '.join(f'{key!r}: {_constructed(inner)}' for key, inner in value.items())}}}"
        if isinstance(value, tuple):
            return f"({''.join(f'{_constructed(inner)}, ' for inner in value)})"
        return repr(value)
    fields = msgspec.structs.fields(value)
    found = {field.name: getattr(value, field.name) for field in fields}
    given = {field.name: found[field.name] for field in fields if field.required or found[field.name] != _default(field)}
    return f"{type(value).__name__}({', '.join(f'{name}={_constructed(inner)}' for name, inner in given.items())})"


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()


def _described(schema: Any) -> Any:
    """The schema with its descriptions on one line. They are docstrings, and their indentation depends on the version of Python."""
    if isinstance(schema, dict):
        return {
            name: " ".join(value.split()) if name == "description" and isinstance(value, str) else _described(value)
            for name, value in schema.items()
        }
    return [_described(item) for item in schema] if isinstance(schema, list) else schema


def _interface(path: Path) -> Interface:
    return msgspec.convert(yaml.safe_load(path.read_text()), Interface)


def _schema(name: str, made: dict[str, Any], title: str) -> str:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:dyncheck:schema:{name}", "title": title}
    return _json(_described(head | made))


def _examples(rule: str) -> dict[str, str]:
    """From the main fixture: the shortest resource that breaks the rule, the finding on it, and the first of its type without a mark."""
    own = [fixture.path for fixture in fixtures() if fixture.rule == rule]
    main = [path for path in own if path.stem == rule.replace("-", "_")]
    found = [match for path in main or own for match in _RESOURCE.finditer(path.read_text())]
    broken = [match for match in found if any(mark["status"] == "fail" for mark in _MARK.finditer(match[0]))]
    if not broken:
        return {}
    bad = min(broken, key=lambda match: len(match[0]))
    finding = next(mark["message"] for mark in _MARK.finditer(bad[0]) if mark["status"] == "fail")
    good = next((match[0] for match in found if match["type"] == bad["type"] and not _MARK.search(match[0])), "")
    plain = [_IN_THE_PLAN.sub(r"\1\2", _MARK.sub("", text)) for text in (bad[0], good)]
    return {"finding": finding, "bad": plain[0], "good": plain[1]}


def _index(rules: tuple[Rule, ...]) -> str:
    rows = [f"| [{rule.id}]({rule.id}.md) | {rule.severity.value} | {rule.title} |" for rule in rules]
    return "\n".join(["# Rules", "", _NOTE, "", "| id | severity | what it finds |", "| --- | --- | --- |", *rows, ""])


_DECISIONS_HEAD = """\
# Decisions

<!-- Generated from the titles of the decisions by `make generate`; edit those. -->

Why dyncheck is as it is. A decision stays as it was written; a later one may replace it.

"""


def _decisions() -> str:
    """The page that lists the decisions."""
    found = sorted(path for path in DECISIONS.glob("0*.md"))
    titles = ((path, path.read_text().partition("\n")[0].removeprefix("# ")) for path in found)
    return _DECISIONS_HEAD + "".join(f"- [{title}]({path.name})\n" for path, title in titles)


_KEYS_NOTE = "<!-- Generated from the types and from tools/keys/{}.yaml by `make generate`; edit those. -->"
_CONTRACT_HEAD = """\
# Contract reference

NOTE

A contract is a YAML file. Every key is optional. [Write contracts](contracts.md) shows how to begin.

To let an editor complete and check a contract, run `dyncheck schema contract > contract.schema.json` in its directory, and begin it with

```yaml
# yaml-language-server: $schema=contract.schema.json
```"""
_CONFIGURATION_HEAD = """\
# Configuration reference

NOTE

The configuration is the file `.dyncheck.yaml`. Every key is optional. [Configuration](configuration.md) shows how to use it.

To let an editor complete and check the file, run `dyncheck schema configuration > configuration.schema.json` in its directory, and begin it
with

```yaml
# yaml-language-server: $schema=configuration.schema.json
```"""

_REPORT_HEAD = """\
# The report as JSON

<!-- Generated from the types and from tools/keys/report.yaml by `make generate`; edit those. -->

`--format json` writes one document, `--format jsonl` the same as JSON Lines, one object a line. Both list each result; nothing is folded.

```console
$ dyncheck plan.json --output json=report.json --output jsonl=report.jsonl
$ jq -r '.results[] | select(.status == "fail") | "\\(.severity) \\(.rule) \\(.address)"' report.json
$ jq -r 'select(.type == "result" and .status == "fail").message' report.jsonl
```

Version 1 only ever gains keys, so ignore those that you do not know. `dyncheck schema report` and `dyncheck schema report-line` print the
JSON Schemas, which describe each key. The same inputs give the same bytes. In the tables, `if any` marks a key that is missing where it has
no value.

A report with many inputs is large, because it lists passes, too; it compresses to about a twentieth. To keep findings only, use
`jq -c 'select(.status != "pass")' report.jsonl`.

## JSON Lines

Each line has a `type`, and the keys of the object that it stands for:

| type | keys | lines |
| --- | --- | --- |
| `run` | those of the report, without `inputs`, `summary`, `results`, `errors` and `problems` | the first line |
| `input` | those of `inputs[]` | one for each input, before its results |
| `result` | those of `results[]` | those on required tables come after the last input |
| `problem` | those of `problems[]` | after the results |
| `summary` | those of `summary` | the last line; without it, the file is incomplete |

The lines are written when the run is complete, because waivers, the baseline and duplicate names concern all inputs together."""

_NOTE = "<!-- Generated from policies/ and tests/policies/ by `make generate`; edit those. -->"


def _page(rule: Rule) -> str:
    fix = rule.section("Fix").strip("\n")
    prose = "\n".join(line for line in fix.split("\n") if not line.startswith("    ")).strip()
    code = "\n".join(line[4:] for line in fix.split("\n") if line.startswith("    "))
    parts = [
        f"# {rule.id}",
        _NOTE,
        f"**{rule.title}.** Severity: {rule.severity.value}.",
        "## Why",
        _sentence(rule.section("Why")),
        *_example(rule),
        "## Fix",
    ]
    parts += [_sentence(prose)] if prose else []
    parts.append(f"```hcl\n{code}\n```")
    parts.append(_kind(rule))
    if rule.frameworks:
        parts += [
            "## Controls",
            "\n".join(f"- {controls.NAMES[name]}: {controls.links(name, each)}" for name, each in rule.frameworks.items()),
        ]
    cases = [case for fixture in fixtures() if fixture.rule == rule.id for case in _cases(fixture)]
    parts += ["## Cases", "The marks are the verdicts that the test suite demands; what has none passes.", *cases] if cases else []
    return "\n\n".join(parts) + "\n"


def _example(rule: Rule) -> Iterator[str]:
    """What breaks the rule, with its finding, and what does not."""
    example = _examples(rule.id)
    if not example:
        return
    yield f"## Example\n\nThis breaks the rule:\n\n```hcl\n{example['bad']}\n```"
    yield f"The finding: {_plain(example['finding'])}."
    if example["good"]:
        yield f"This does not:\n\n```hcl\n{example['good']}\n```"


def _plain(text: str) -> str:
    """A text that is no Markdown."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)


# What `dyncheck fix` does, by the kind of the fix.
_KINDS = {
    "safe": "corrects this by itself",
    "unsafe": "corrects this with `--unsafe`, because it needs a decision",
    "none": "never corrects this, because an edit would not correct what exists",
}


def _kind(rule: Rule) -> str:
    """Whether `dyncheck fix` corrects the findings of a rule."""
    how = f"[`dyncheck fix`](../fix.md) {_KINDS[rule.fix if isinstance(rule.fix, str) else 'unsafe']}."
    if isinstance(rule.fix, str):
        return how
    by_kind = {kind: [f"`{name}`" for name, each in rule.fix.items() if each == kind] for kind in _KINDS}
    return " ".join((how, *(f"It {_KINDS[kind]} for {', '.join(names)}." for kind, names in by_kind.items() if names)))


def _cases(fixture: Fixture) -> Iterator[str]:
    """The HCL of a fixture; for a change, the applied HCL before it."""
    if fixture.before:
        yield "What is applied:"
        yield f"```hcl\n{fixture.before.read_text().strip()}\n```"
        yield "What is planned on top of it:"
    yield f"```hcl\n{fixture.path.read_text().strip()}\n```"


def _sentence(text: str) -> str:
    """The text of a section as a paragraph."""
    return text[:1].upper() + text[1:]


def _readme(text: str) -> str:
    """The README with the output of the example and the help text between their marks."""
    report = to_text(run([str(ROOT / EXAMPLE)], Settings()), TextStyle()).replace(str(ROOT / EXAMPLE), EXAMPLE)
    shown = CliRunner().invoke(cli, ["check", "--help"], prog_name="dyncheck", terminal_width=100).output
    for name, body in (("example", f"$ dyncheck {EXAMPLE}\n{report}"), ("help", f"$ dyncheck check --help\n{shown}")):
        text = _between(text, name, f"```console\n{body}```\n")
    return text


def _between(text: str, name: str, body: str) -> str:
    """A document with other text between the two marks of that name."""
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = text.partition(start)
    _, found, after = rest.partition(end)
    return f"{before}{start}{body}{end}{after}" if found else text


def _policy() -> str:
    """The IAM policy that allows what a capture asks for, and nothing else."""
    permissions = sorted({operation.permission for operation in OPERATIONS} | {"ec2:DescribeRegions"})
    statement = {"Sid": "Dyncheck", "Effect": "Allow", "Action": permissions, "Resource": "*"}
    return _json({"Version": "2012-10-17", "Statement": [statement]})


def _with_examples(text: str, folder: str) -> str:
    """A page with its example files, those in the folder of its name."""
    for file in sorted((DOCS / folder).iterdir()):
        language = {".yml": "yaml", ".yaml": "yaml"}.get(file.suffix, "groovy")
        text = _between(text, f"{folder}/{file.name}", f"```{language}\n{file.read_text()}```\n")
    return text


def _functions() -> str:
    """Terraform's functions, grouped by dyncheck's support."""
    by_support: dict[str, list[str]] = {}
    for name in NAMES:
        by_support.setdefault(support(name), []).append(f"`{name}`")
    rows = (f"| {how} | {', '.join(names)} |" for how, names in sorted(by_support.items(), key=lambda row: -len(row[1])))
    head = f"Terraform has {len(NAMES)} functions (`terraform metadata functions -json`, version 1.11), each also as `core::name`."
    return "\n".join((head, "", "| support | functions |", "| --- | --- |", *rows, ""))


def _compared() -> str:
    """The results of checkov's own checks and of dyncheck on the fixtures: each pair with its number and a case."""
    counts: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for framework in record_checkov.FRAMEWORKS:
        for name, row in record_checkov.compared(framework):
            rules = ", ".join(f"[{rule}](rules/{rule}.md)" for rule in row.control.rules)
            pair = (row.control.id, rules or "-", row.checkov or "silent", row.dyncheck or "silent", row.relation.value, row.why)
            counts.setdefault(pair, {}).setdefault(framework, []).append(f"{name}: {row.address}")
    head = (
        "| check | rules | checkov | dyncheck | | plans | files | a case | why |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    lines = [head]
    for (control, rules, checkov, ours, relation, why), found in sorted(counts.items()):
        numbers = " | ".join(str(len(found.get(framework, ()))) for framework in record_checkov.FRAMEWORKS)
        case = min(case for cases in found.values() for case in cases)
        lines.append(f"| {control} | {rules} | {checkov} | {ours} | {relation} | {numbers} | {case} | {why} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the files, or with --check report outdated ones. Without a record of checkov's results, keep their table."""
    made = [*generated()]
    missing = ""
    try:
        made.append((CHECKOV, _between(CHECKOV.read_text(), "compared", _compared())))
    except record_checkov.Unrecorded as error:
        missing = str(error)
        print(missing, file=sys.stderr)
    stale = [(path, text) for path, text in made if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        for path, _ in stale:
            print(f"{path.relative_to(ROOT)} is out of date; run `make generate`.")
        return 1 if stale or missing else 0
    for path, text in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(f"wrote {path.relative_to(ROOT)}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
