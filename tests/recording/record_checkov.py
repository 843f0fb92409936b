"""Records the results of checkov's checks on the fixtures, for the table in docs/checkov.md.

`make recordings` records every fixture, `make checkov-record RULE=no-stream` those of one rule.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec import json as msgspec_json

import dyncheck
from dyncheck.checkov.comparison import CONTROLS, Row, compare
from dyncheck.checkov.report_file import Record
from tests.checkov.environment import NotInstallable, run
from tests.support.fixtures import Fixture, NoFixture, fixtures_of, planned_fixtures
from tests.support.paths import ROOT, TESTS
from tests.support.terraform import PROVIDER, PROVIDER_WEST

DIRECTORY = TESTS / "checkov" / "recorded"
FRAMEWORKS = ("terraform_plan", "terraform")

_VERDICTS = {"passed_checks": "passed", "failed_checks": "failed", "skipped_checks": "skipped"}


class Unrecorded(Exception):
    """A fixture has no current record; the message says how to make one."""


class Entry(Struct, frozen=True, order=True):
    """The verdict of one check on one resource."""

    check: str
    resource: str
    verdict: str


class Recorded(Struct, frozen=True):
    """The results of checkov on one fixture. `configuration` is the hash of the checked text."""

    checkov: str
    configuration: str
    terraform_plan: tuple[Entry, ...]
    terraform: tuple[Entry, ...]


def lay_out(directory: Path, framework: str, fixtures: Iterable[Fixture]) -> dict[str, Path]:
    """Write each fixture to a separate directory, as a plan or as Terraform files. Yields its name and the path for dyncheck."""
    inputs: dict[str, Path] = {}
    for fixture in fixtures:
        place = directory / fixture.path.stem
        place.mkdir(parents=True)
        if framework == "terraform_plan":
            inputs[fixture.path.stem] = Path(shutil.copy(fixture.plan, place / "plan.json"))
        else:
            (place / "main.tf").write_text(PROVIDER + PROVIDER_WEST + fixture.planned_text)
            inputs[fixture.path.stem] = place
    return inputs


def record(fixtures: Sequence[Fixture]) -> None:
    """Run checkov on the fixtures, and write its results for each."""
    reports = {framework: _report(framework, fixtures) for framework in FRAMEWORKS}
    DIRECTORY.mkdir(exist_ok=True)
    for fixture in fixtures:
        found = [by_fixture(reports[framework]).get(fixture.path.stem, ()) for framework in FRAMEWORKS]
        version = str(reports["terraform"]["summary"]["checkov_version"])
        file(fixture).write_text(_written(Recorded(version, configuration_of(fixture), *found)))


def _report(framework: str, fixtures: Iterable[Fixture]) -> Any:
    with tempfile.TemporaryDirectory() as name:
        lay_out(Path(name), framework, fixtures)
        done = run("checkov", "--skip-download", "-d", ".", "--framework", framework, "-o", "json", cwd=Path(name))
    return json.loads(done.stdout)


def by_fixture(report: Any) -> dict[str, tuple[Entry, ...]]:
    """The results of the compared checks in a report, for each directory of `lay_out`."""
    checks = {control.id for control in CONTROLS}
    found: dict[str, list[Entry]] = {}
    for name, verdict in _VERDICTS.items():
        for each in report["results"][name] if "results" in report else ():
            if each["check_id"] in checks:
                entries = found.setdefault(each["file_path"].split("/")[1], [])
                entries.append(Entry(each["check_id"], each["resource"], verdict))
    return {name: tuple(sorted(entries)) for name, entries in found.items()}


def file(fixture: Fixture) -> Path:
    """The file with the record of a fixture."""
    return DIRECTORY / f"{fixture.path.stem}.json"


def configuration_of(fixture: Fixture) -> str:
    """The hash of a fixture without its comments."""
    lines = (line.partition("#")[0].strip() for line in fixture.planned_text.splitlines())
    return sha256("\n".join(filter(None, lines)).encode()).hexdigest()[:16]


def recorded(fixture: Fixture) -> Recorded:
    """The record of a fixture. Raises `Unrecorded` when there is none, or when the fixture has changed since."""
    again = f"Run `make checkov-record RULE={fixture.rule}`."
    path = file(fixture)
    if not path.exists():
        raise Unrecorded(f"{path.relative_to(ROOT)} is missing: nothing is known of what checkov says of {fixture.path.name}. {again}")
    found = msgspec_json.decode(path.read_bytes(), type=Recorded)
    if found.configuration != configuration_of(fixture):
        raise Unrecorded(f"{path.relative_to(ROOT)} is older than {fixture.path.name}. {again}")
    return found


def compared(framework: str) -> Iterator[tuple[str, Row]]:
    """The recorded verdicts of checkov compared with the current ones of dyncheck, by fixture name."""
    fixtures = {fixture.path.stem: fixture for fixture in planned_fixtures()}
    records_by_name = {name: getattr(recorded(fixture), framework) for name, fixture in fixtures.items()}
    with tempfile.TemporaryDirectory() as directory:
        for name, path in lay_out(Path(directory), framework, fixtures.values()).items():
            records = [Record(entry.check, entry.resource, entry.verdict, f"/{name}") for entry in records_by_name[name]]
            for row in compare(records, dyncheck.check(path, allow_empty=True).results):
                yield name, row


def _written(made: Recorded) -> str:
    """A record with one entry per line."""
    heads = [f'"{name}": {json.dumps(getattr(made, name))}' for name in ("checkov", "configuration")]
    return "{" + ",\n".join([*heads, *(f'"{name}": [{_lines(getattr(made, name))}]' for name in FRAMEWORKS)]) + "}\n"


def _lines(entries: Iterable[Entry]) -> str:
    return ",".join(f"\n{msgspec_json.encode(entry).decode()}" for entry in entries)


def main(rules: Sequence[str]) -> None:
    """Record the fixtures of these rules; all fixtures if no rule is named."""
    chosen = [fixture for rule in rules for fixture in fixtures_of(rule)] or planned_fixtures()
    record([fixture for fixture in chosen if fixture.is_planned and not fixture.before])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except NoFixture as error:
        sys.exit(str(error))
    except NotInstallable as reason:
        sys.exit(f"checkov cannot be installed here: {reason}. Say so in the pull request; a maintainer adds the record.")
