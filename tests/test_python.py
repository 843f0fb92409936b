"""The package as Python programs use it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dyncheck
from dyncheck.reporters.formats import NAMES
from tests.conftest import Dyncheck
from tests.support.paths import EXAMPLES, ROOT

PLAN = EXAMPLES / "plan.json"
RECOVERY = "no-point-in-time-recovery"
THROUGHPUT = "acme/no-throughput-limit"


def failed(report: dyncheck.Report) -> list[str]:
    """The rules of the failures of a report."""
    return [result.rule for result in report.results if result.status is dyncheck.Status.FAIL]


def test_the_names_of_the_reference_are_exported() -> None:
    page = (ROOT / "docs" / "python.md").read_text()
    assert [name for name in dyncheck.__all__ if name != "__version__" and name not in page] == []
    assert all(getattr(dyncheck, name) for name in dyncheck.__all__)
    with pytest.raises(AttributeError, match="module 'dyncheck' has no attribute 'Reports'"):
        dyncheck.Reports  # noqa: B018


def test_importing_the_package_imports_nothing_else() -> None:
    script = "import sys, dyncheck; print([name for name in sys.modules if name.startswith('dyncheck.')])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "['dyncheck.version']\n"


def test_several_paths_are_one_report(tmp_path: Path) -> None:
    shutil.copy(PLAN, tmp_path / "other.json")
    report = dyncheck.check(PLAN, str(tmp_path / "other.json"), select=[RECOVERY])
    assert ([Path(each.path).name for each in report.inputs], failed(report)) == (["plan.json", "other.json"], [RECOVERY, RECOVERY])


def test_a_configuration_that_is_named_counts_and_one_that_is_found_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(PLAN, tmp_path)
    shutil.copytree(EXAMPLES / "rules", tmp_path / "rules")
    text = f"select: [{RECOVERY}, {THROUGHPUT}]\nseverities: {{{RECOVERY}: note}}\nrules: [rules]\nstrict: true\n"
    Path(".dyncheck.yaml").write_text(text)
    assert len(failed(dyncheck.check("plan.json"))) > 2
    report = dyncheck.check("plan.json", config=".dyncheck.yaml")
    assert [(result.rule, result.severity) for result in report.results if result.status is dyncheck.Status.FAIL] == [
        (THROUGHPUT, dyncheck.Severity.WARNING),
        (THROUGHPUT, dyncheck.Severity.WARNING),
        (RECOVERY, dyncheck.Severity.NOTE),
    ]
    assert failed(dyncheck.check("plan.json", config=".dyncheck.yaml", select=[RECOVERY])) == [RECOVERY]


def test_own_rules_are_described_in_every_format() -> None:
    report = dyncheck.check(PLAN, rules=[EXAMPLES / "rules"], select=[THROUGHPUT])
    (rule,) = json.loads(dyncheck.render(report, "sarif"))["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["shortDescription"]["text"]) == (THROUGHPUT, "On-demand table has no maximum throughput")
    assert all(THROUGHPUT in dyncheck.render(report, name) for name in NAMES)


def test_a_baseline_says_what_is_new(tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.json"
    earlier.write_text(dyncheck.render(dyncheck.check(PLAN, ignore=[RECOVERY]), "json"))
    report = dyncheck.check(PLAN, baseline=earlier)
    new = [result.rule for result in report.results if result.status is dyncheck.Status.FAIL and report.is_new(result)]
    assert new == [RECOVERY]


def test_a_report_is_rendered_as_the_command_line_writes_it(dyncheck_: Dyncheck) -> None:
    report = dyncheck.check("plan.json")
    for name in NAMES:
        assert dyncheck.render(report, name) == dyncheck_("plan.json", "--format", name, "--no-edits").stdout.decode(), name
    assert dyncheck.render(report) == dyncheck.render(report, "text")


@pytest.fixture
def dyncheck_(dyncheck: Dyncheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dyncheck:
    """The command line in a directory with the plan, which is also the working directory."""
    shutil.copy(PLAN, tmp_path)
    monkeypatch.chdir(tmp_path)
    return dyncheck


def test_invalid_arguments_are_refused(tmp_path: Path) -> None:
    report = dyncheck.check(PLAN)
    refused = []
    for call in (
        lambda: dyncheck.check(),
        lambda: dyncheck.check(PLAN, select=["no-recovery"]),
        lambda: dyncheck.check(PLAN, exclude=["!a"]),
        lambda: dyncheck.check(PLAN, rules=[tmp_path]),
        lambda: dyncheck.render(report, "sarf"),
    ):
        with pytest.raises(dyncheck.UsageError) as error:
            call()
        refused.append(str(error.value).replace(str(tmp_path), "DIR").partition(".")[0])
    assert refused == [
        "check() needs at least one path",
        "There is no rule 'no-recovery'",
        "Invalid exclude '!a'; expected a pattern without !, because nothing is included again",
        "DIR contains no rule",
        "There is no format 'sarf'",
    ]


def test_what_cannot_be_checked_is_an_error_with_each_reason(tmp_path: Path) -> None:
    with pytest.raises(dyncheck.InputError) as error:
        dyncheck.check(PLAN, tmp_path / "one.json", tmp_path / "two.json")
    assert [line.partition(" ")[0] for line in str(error.value).splitlines()] == [f"{tmp_path}/one.json", f"{tmp_path}/two.json"]
