"""Small trees where the wrong directories were taken for root modules: the results that matter, and the account of the directories.

`reported_roots.jsonl.xz` has the Terraform files of each case.
"""

from __future__ import annotations

import lzma
from functools import cache
from pathlib import Path

import pytest
from msgspec.json import Decoder

from dyncheck.checking.exit_code import exit_code
from dyncheck.checking.run import Settings, run
from dyncheck.files import Exclude
from dyncheck.findings import Directory, Report, Status
from dyncheck.rule import Severity
from tests.policies.test_reported_cases import Case
from tests.readers.hcl.configuration.test_modules import inside, write
from tests.support.paths import POLICIES


@cache
def cases() -> dict[str, Case]:
    """Every case by its name."""
    text = lzma.decompress((POLICIES / "reported_roots.jsonl.xz").read_bytes())
    return {case.name: case for case in map(Decoder(Case).decode, text.splitlines())}


def report_of(name: str, directory: Path, *patterns: str) -> tuple[Report, int]:
    """The report on the files of a case, and the exit code."""
    write(directory, cases()[name].files)
    with inside(directory):
        report = run(["."], Settings(exclude=tuple(Exclude(pattern, str(directory.resolve()), "command line") for pattern in patterns)))
    return report, exit_code(report)


@pytest.mark.usefixtures("on_every_rule")
def test_a_deployed_root_module_is_checked_even_if_an_example_calls_it(tmp_path: Path) -> None:
    report, code = report_of("decoy_caller", tmp_path)
    failed = {(each.rule, each.address) for each in report.results if each.status is Status.FAIL and each.severity is Severity.ERROR}
    assert failed >= {("no-point-in-time-recovery", "aws_dynamodb_table.products"), ("unencrypted-table", "aws_dynamodb_table.products")}
    assert report.directories == (Directory("docs/example", "checked"), Directory("envs/prod", "checked", ("docs/example",)))
    assert (report.errors, code) == ((), 1)


@pytest.mark.usefixtures("on_every_rule")
def test_a_directory_of_templates_can_be_excluded(tmp_path: Path) -> None:
    report, code = report_of("exclude", tmp_path)
    assert ([checked.path for checked in report.inputs], code) == (["ok"], 3)
    for pattern in ("templates/**", "templates", "t*s"):
        report, code = report_of("exclude", tmp_path, pattern)
        assert report.directories == (
            Directory("ok", "checked"),
            Directory("templates", "excluded", reason=f'"{pattern}" (command line)'),
        )
        assert ([checked.path for checked in report.inputs], report.errors, code) == (["ok"], (), 0)


def test_every_case_is_used() -> None:
    assert cases().keys() == {"decoy_caller", "exclude"}
