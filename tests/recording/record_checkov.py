"""Records what checkov's own checks say of our fixtures, for the table in docs/checkov.md: `make recordings`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dyncheck
from dyncheck.checkov.comparison import CONTROLS, Row, compare
from dyncheck.checkov.report_file import read_report
from tests.checkov.environment import run
from tests.support.fixtures import planned_fixtures
from tests.support.paths import TESTS
from tests.support.terraform import PROVIDER, PROVIDER_WEST

DIRECTORY = TESTS / "checkov"
FRAMEWORKS = ("terraform_plan", "terraform")


def lay_out(directory: Path, framework: str) -> dict[str, Path]:
    """Every fixture in a directory of its own, as a plan or as Terraform files: its name, and the path for dyncheck."""
    inputs: dict[str, Path] = {}
    for fixture in planned_fixtures():
        place = directory / fixture.path.stem
        place.mkdir(parents=True)
        if framework == "terraform_plan":
            inputs[fixture.path.stem] = Path(shutil.copy(fixture.plan, place / "plan.json"))
        else:
            (place / "main.tf").write_text(PROVIDER + PROVIDER_WEST + fixture.planned_text)
            inputs[fixture.path.stem] = place
    return inputs


def recorded(framework: str) -> str:
    """checkov's report on all fixtures, with the paths relative and without what no comparison reads."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        lay_out(directory, framework)
        done = run("checkov", "--skip-download", "-d", ".", "--framework", framework, "-o", "json", cwd=directory)
    return written(json.loads(done.stdout))


def compared(framework: str) -> Iterator[tuple[str, Row]]:
    """The recorded verdicts of checkov against those of dyncheck today, each with the fixture's name."""
    records = read_report(str(DIRECTORY / f"{framework}.json")).records[framework]
    with tempfile.TemporaryDirectory() as name:
        for fixture, path in lay_out(Path(name), framework).items():
            said = [record for record in records if record.file.startswith(f"/{fixture}/")]
            for row in compare(said, dyncheck.check(path, allow_empty=True).results):
                yield fixture, row


def written(report: Any) -> str:
    """What a report has on the fixtures by the checks that are compared: one record a line, in an order of its own."""
    results = ",\n".join(
        f'"{name}": [{_records(report["results"][name])}]' for name in ("passed_checks", "failed_checks", "skipped_checks")
    )
    version = json.dumps({"checkov_version": report["summary"]["checkov_version"]})
    return f'{{"check_type": "{report["check_type"]}",\n"summary": {version},\n"results": {{{results}}}}}\n'


def _records(records: list[dict[str, Any]]) -> str:
    names = {fixture.path.stem for fixture in planned_fixtures()}
    checks = {control.id for control in CONTROLS}
    kept = (record for record in records if record["check_id"] in checks and record["file_path"].split("/")[1] in names)
    lines = sorted(json.dumps({name: record[name] for name in ("file_path", "check_id", "resource")}) for record in kept)
    return "".join(f"\n{line}" for line in ",\n".join(lines).split("\n")) if lines else ""


if __name__ == "__main__":
    DIRECTORY.mkdir(exist_ok=True)
    for framework in FRAMEWORKS:
        (DIRECTORY / f"{framework}.json").write_text(recorded(framework))
