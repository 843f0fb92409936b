"""`exclude` and `--exclude`: directories whose root modules are not checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dyncheck.files import Exclude
from dyncheck.readers.hcl.exclusions import Exclusions
from tests.conftest import Dyncheck
from tests.readers.hcl.configuration.test_modules import MODE, call, table, write

X = table("t", '"X"')
BROKEN = "{{ if .X }}\n"
EMPTY = "If that is intended, use --allow-empty."

# A pattern, what it excludes, and what it does not.
PATTERNS = {
    "old": (["old", "a/old", "a/b/old/c"], ["older", "a/cold", "."]),
    "old/": (["old", "a/old/b"], ["older"]),
    "a/old": (["a/old", "a/old/b"], ["old", "b/a/old", "a/older"]),
    "/old": (["old", "old/a"], ["a/old"]),
    "./old": (["old", "old/a"], ["a/old"]),
    "a/**": (["a", "a/b", "a/b/c"], ["b", "ab", "b/a"]),
    "a/*": (["a/b", "a/b/c"], ["a", "b"]),
    "*": (["a", "a/b"], ["."]),
    "**": ([".", "a", "a/b"], []),
    ".": ([".", "a", "a/b"], []),
    "**/old": (["old", "a/old", "a/b/old/c"], ["older"]),
    "a/**/old": (["a/old", "a/b/old", "a/b/c/old/d"], ["old", "a/b"]),
    "v?": (["v1", "a/vx"], ["v", "v12"]),
    "v[12]": (["v1", "v2"], ["v3", "v"]),
    "v[!1-3]": (["v4", "vx"], ["v1", "v3"]),
    "v[^1]": (["v4", "vx"], ["v1"]),
    "v[3-1]": ([], ["v1", "v2", "v"]),
    "v[1": (["v[1"], ["v1"]),
    "a*b*c": (["abc", "aXbYc"], ["ab", "abcd", "a/b/c"]),
    "a.b (c)+$": (["a.b (c)+$"], ["aXb (c)+$"]),
    "größe": (["größe"], ["grosse"]),
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_pattern_excludes_the_directories_that_fit_and_all_below_them(pattern: str) -> None:
    exclusions = Exclusions([Exclude(pattern, "/home/tree", "command line")])
    excluded, others = PATTERNS[pattern]
    found = {path: exclusions.of(f"/home/tree/{path}".removesuffix("/.")) is not None for path in (*excluded, *others)}
    assert found == {**dict.fromkeys(excluded, True), **dict.fromkeys(others, False)}
    assert exclusions.of(f"/home/{excluded[0] if excluded else 'x'}") is None


def checked(dyncheck: Dyncheck, *arguments: str, **settings: Any) -> tuple[list[str], str, int]:
    """The root modules with results, the errors, and the exit code."""
    done = dyncheck(*arguments, "--select", MODE, "--format", "json", **settings)
    return [each["path"] for each in json.loads(done.stdout or '{"inputs": []}')["inputs"]], done.stderr.decode(), done.returncode


def test_broken_file_in_an_excluded_directory_does_not_matter(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"ok/main.tf": table("t", '"PROVISIONED"'), "templates/main.tf": BROKEN, "templates/more/main.tf": BROKEN})
    inputs, errors, code = checked(dyncheck, ".")
    assert (inputs, errors.count("templates/main.tf:1:"), errors.count("templates/more/main.tf:1:"), code) == (["ok"], 1, 1, 3)
    text = dyncheck(".", "--select", MODE)
    assert (b"1 table, 0 alarms, 1 check: no findings" in text.stdout, text.returncode) == (True, 3)
    for pattern in ("templates", "templates/**", "/templates"):
        assert checked(dyncheck, ".", "--exclude", pattern) == (["ok"], "", 0)
    write(tmp_path, {".dyncheck.yaml": 'exclude: ["templates/**"]\n'})
    assert checked(dyncheck, ".") == (["ok"], "", 0)
    assert checked(dyncheck, "..", cwd=tmp_path / "ok") == (["."], "", 0)


def test_patterns_of_the_file_are_relative_to_it_and_those_of_the_command_line_to_the_working_directory(
    dyncheck: Dyncheck, tmp_path: Path
) -> None:
    write(tmp_path, {"live/a/main.tf": X, "live/b/main.tf": X, "live/c/main.tf": X, "a/main.tf": X})
    write(tmp_path, {"live/.dyncheck.yaml": "exclude: [/a]\n"})
    assert checked(dyncheck, "./live", "--exclude", "live/b", "--exclude", "/a") == (["live/c"], "", 1)
    assert checked(dyncheck, ".", "--exclude", "/b", cwd=tmp_path / "live") == (["c"], "", 1)


def test_excluded_module_is_checked_through_its_callers_only(dyncheck: Dyncheck, tmp_path: Path) -> None:
    files = {
        "live/main.tf": call("m", "../modules/one"),
        "modules/one/main.tf": X + 'provider "aws" {\n  region = "eu-west-1"\n}\n' + call("m", "../two"),
        "modules/two/main.tf": X,
        "modules/three/main.tf": X,
    }
    write(tmp_path, files)
    assert checked(dyncheck, ".") == (["live", "modules/one", "modules/three"], "", 1)
    assert checked(dyncheck, ".", "--exclude", "modules") == (["live"], "", 1)


def test_module_that_only_excluded_ones_call_is_a_root_module(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"live/main.tf": call("m", "../one"), "one/main.tf": X})
    assert checked(dyncheck, ".", "--exclude", "live") == (["one"], "", 1)


@pytest.mark.parametrize("path", [".", "old", "old/main.tf", "old/terraform.tfvars"])
def test_path_with_nothing_but_excluded_directories_is_an_error(path: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"old/main.tf": X, "old/terraform.tfvars": "", ".dyncheck.yaml": "exclude:\n  - old\n"})
    message = (
        f'dyncheck: {path} is excluded by "old" (.dyncheck.yaml:2), so there is nothing to check. '
        f"Remove the pattern, or name another path. {EMPTY}\n"
    )
    assert checked(dyncheck, path)[1:] == (message, 3)
    assert checked(dyncheck, path, "--together")[1:] == (message, 3)
    notice = "dyncheck: Every root module is excluded, so nothing was checked.\n"
    assert checked(dyncheck, path, "--allow-empty") == ([], notice, 0)


def test_excluded_path_does_not_stop_the_others(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"old/main.tf": X, "new/main.tf": X})
    inputs, errors, code = checked(dyncheck, "old", "new", "--exclude", "old")
    assert (inputs, code) == (["new"], 3)
    assert errors.startswith('dyncheck: old is excluded by "old" (command line)')


def test_changes_in_an_excluded_directory_touch_its_callers_only(dyncheck: Dyncheck, tmp_path: Path) -> None:
    files = {
        "live/main.tf": call("m", "../old/one"),
        "old/one/main.tf": X,
        "old/broken/main.tf": BROKEN,
        ".dyncheck.yaml": "exclude: [old]\n",
    }
    write(tmp_path, files)
    assert checked(dyncheck, "--changed", "--allow-empty", "old/broken/main.tf", "old/broken/x.tfvars")[2] == 0
    assert checked(dyncheck, "--changed", "--allow-empty", "old/one/main.tf") == (["live"], "", 1)


def test_proofs_of_changed_files_leave_out_excluded_directories(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"old/main.tf": BROKEN, ".dyncheck.yaml": "exclude: [old]\n"})
    done = dyncheck("prove", "--changed", "old/main.tf")
    assert (done.stderr.decode(), done.returncode) == (
        "dyncheck: No changed file is in a module with a DynamoDB table, so nothing was proved.\n",
        0,
    )


def notices(dyncheck: Dyncheck, *arguments: str, **settings: Any) -> list[str]:
    """The notices about the run."""
    report: dict[str, list[str]] = json.loads(dyncheck(*arguments, "--select", MODE, "--format", "json", **settings).stdout)
    return report.get("notices", [])


def test_pattern_that_excludes_no_directory_has_a_notice(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"live/main.tf": X, "docs/readme.md": "", ".dyncheck.yaml": "exclude: [docs, tmeplates, live/main.tf]\n"})
    unused = "The pattern {} excludes no directory. Correct it, or remove it."
    of_file = [unused.format('"tmeplates" (.dyncheck.yaml:1)'), unused.format('"live/main.tf" (.dyncheck.yaml:1)')]
    assert notices(dyncheck, ".") == of_file
    assert notices(dyncheck, ".", "--exclude", "nothing") == [unused.format('"nothing" (command line)'), *of_file]
    # The directories may be elsewhere.
    assert notices(dyncheck, "./live") == []
    assert notices(dyncheck, "./live", "--exclude", "nothing") == [unused.format('"nothing" (command line)')]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("!old", "expected a pattern without !, because nothing is included again"),
        ("../old", "expected a path without .."),
        ("a/../b", "expected a path without .."),
    ],
)
def test_invalid_pattern_is_wrong_usage(pattern: str, why: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": X})
    done = dyncheck(".", "--exclude", pattern)
    assert (done.stderr.decode(), done.returncode) == (f"dyncheck: Invalid --exclude {pattern}; {why}. See `dyncheck check --help`.\n", 2)
    write(tmp_path, {".dyncheck.yaml": f"exclude:\n  - docs\n  - {json.dumps(pattern)}\n"})
    done = dyncheck(".")
    assert f".dyncheck.yaml:3: exclude[1] is {pattern!r}; {why}\n" in done.stderr.decode()
    assert done.returncode == 2


def test_effective_settings_show_the_patterns_with_their_sources(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {".dyncheck.yaml": 'exclude:\n  - old\n  - "templates/**"\n'})
    shown = dyncheck("config", "--exclude", "docs").stdout.decode().splitlines()
    assert [line.split() for line in shown if line.startswith("exclude")] == [
        ["exclude", "docs", "command", "line"],
        ["exclude", "old", ".dyncheck.yaml:2"],
        ["exclude", "templates/**", ".dyncheck.yaml:3"],
    ]
    write(tmp_path, {"old/main.tf": X, "main.tf": X, "templates/main.tf": X})
    report = json.loads(dyncheck(".", "--format", "json").stdout)
    assert report["configuration"]["holds"] == ["exclude: old, templates/**"]
