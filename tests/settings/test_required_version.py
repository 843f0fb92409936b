"""`required-version` in `.dyncheck.yaml`: what it allows, and its errors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from dyncheck.settings.required_version import allows
from dyncheck.version import VERSION
from tests.conftest import Dyncheck
from tests.support.paths import PLANS

PLAN = str(PLANS / "reference.json")


def checked(dyncheck: Dyncheck, directory: Path, configuration: str) -> tuple[int, str]:
    (directory / ".dyncheck.yaml").write_text(configuration)
    done = dyncheck(PLAN, cwd=directory)
    return done.returncode, done.stderr.decode()


def test_the_version_is_made_of_numbers() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION), "required_version.py compares numbers only."


@pytest.mark.parametrize("specifier", [f"=={VERSION}", ">=0.2,<100", "~=0.2", ">=0.2.0rc1", "!=0.1.*"])
def test_a_required_version_that_is_this_one_changes_nothing(specifier: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    assert checked(dyncheck, tmp_path, f'required-version: "{specifier}"\n') == (0, "")


def test_the_required_version_is_shown_with_its_line(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / ".dyncheck.yaml").write_text("# Ours\nrequired-version: ~=0.2\n")
    assert b"\nrequired-version  ~=0.2         .dyncheck.yaml:2\n" in dyncheck("config", cwd=tmp_path).stdout


def test_another_version_is_refused(dyncheck: Dyncheck, tmp_path: Path) -> None:
    assert checked(dyncheck, tmp_path, 'strict: false\nrequired-version: ">=100"\n') == (
        2,
        f"dyncheck: .dyncheck.yaml:2: required-version is '>=100', and this is dyncheck {VERSION}. Install a version that the file allows, "
        "or use --no-project-config.\n",
    )


def test_another_version_is_refused_before_the_keys_that_only_that_version_knows(dyncheck: Dyncheck, tmp_path: Path) -> None:
    code, error = checked(dyncheck, tmp_path, 'key-of-the-future: [1]\nrequired-version: ">=100"\nselect: [rule-of-the-future]\n')
    assert (code, error.count("\n"), error.startswith("dyncheck: .dyncheck.yaml:2: required-version is '>=100', and")) == (2, 1, True)


@pytest.mark.parametrize("specifier", ["0.2", "latest", ">=0.2 <1", "~=1", ">=1.*", ">=1!0", "==0.2.0+local", ",", ">=", "===0.2.0"])
def test_what_is_no_specifier_is_refused(specifier: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    code, error = checked(dyncheck, tmp_path, f"required-version: '{specifier}'\n")
    expected = f"required-version is {specifier!r}; expected versions such as '>=0.2,<1'"
    assert (code, error.splitlines()[1:]) == (2, [f".dyncheck.yaml:1: {expected}"])


@pytest.mark.parametrize("value", ["0.2", "[1]", '""', "{a: b}"])
def test_a_value_of_another_type_is_an_error_of_the_file(value: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    code, error = checked(dyncheck, tmp_path, f"required-version: {value}\n")
    assert (code, ".dyncheck.yaml:1: required-version" in error) == (2, True)


NUMBERS = st.lists(st.integers(0, 3), min_size=1, max_size=4).map(lambda numbers: ".".join(map(str, numbers)))
SUFFIXES = st.sampled_from(["", "", "", ".*", "rc1", "a", "-beta.2", ".post1", "-1", ".dev0", "rc1.dev2", ".post1.dev3"])
OPERATORS = st.sampled_from(["~=", "==", "!=", "<=", ">=", "<", ">"])
CLAUSES = st.builds(lambda *parts: "".join(parts), OPERATORS, st.sampled_from(["", " ", " v"]), NUMBERS, SUFFIXES)


@settings(max_examples=300, deadline=None)
@given(st.lists(CLAUSES, min_size=1, max_size=3).map(",".join), st.tuples(*[st.integers(0, 3)] * 3))
def test_specifiers_mean_what_they_mean_to_packaging(specifier: str, numbers: tuple[int, int, int]) -> None:
    version = ".".join(map(str, numbers))
    try:
        expected = SpecifierSet(specifier).contains(version)
    except InvalidSpecifier:
        with pytest.raises(ValueError, match=re.escape(specifier)):
            allows(specifier, version)
    else:
        assert allows(specifier, version) is expected
