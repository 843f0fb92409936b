"""dyncheck reads the files that the real Terraform reads, in its order, and the installed modules that it takes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.readers.hcl.file_sets import directories
from tests.readers.hcl.file_sets.directories import Directory
from tests.readers.hcl.file_sets.drawing import drawn
from tests.recording.record_file_sets import of_terraform
from tests.support.samples import parts

_BYTES = "dyncheck refuses a string that is not Unicode"

# What this Terraform refuses and dyncheck reads, and what another program or Terraform after `terraform init` would read.
REFUSED_ONLY_NOW = {
    "modules: manifest empty": "module.m.terraform_data.x = x x",
    # OpenTofu installed the module, and dyncheck does not know that Terraform will be the one to plan.
    "modules: a/b/c against registry.opentofu.org/a/b/c": "module.m.terraform_data.inst = inst .terraform/modules/m",
    # OpenTofu and later versions of Terraform take expressions as sources.
    "modules: source with interpolation": "module.m.terraform_data.x = x x",
    "modules: source a function": "module.m.terraform_data.x = x x",
}

# Directories that dyncheck refuses and Terraform takes, and why.
DIFFERENCES = {
    "content: surrogate in UTF-8": _BYTES,
    "content: beyond Unicode": _BYTES,
    "content-json: invalid UTF-8": _BYTES,
    "content-json: lone surrogate escape": _BYTES,
}
RECORDED = directories.recorded()


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case.name)
def test_directory_is_read_as_terraform_reads_it(case: Directory, tmp_path: Path) -> None:
    found = directories.answer(case, tmp_path.resolve())
    if case.name in DIFFERENCES:
        assert found.startswith("error: ")
        assert not case.is_refused
    elif case.name in REFUSED_ONLY_NOW:
        assert case.is_refused
        assert found == REFUSED_ONLY_NOW[case.name]
    else:
        assert directories.agrees(case, found), found


def test_every_difference_is_recorded() -> None:
    assert DIFFERENCES.keys() | REFUSED_ONLY_NOW.keys() <= {case.name for case in RECORDED}


@pytest.mark.terraform
@pytest.mark.parametrize("part", parts(20))
def test_directories_that_were_never_recorded(part: int, tmp_path: Path) -> None:
    for number in range(25 * part, 25 * part + 25):
        case = of_terraform(drawn(Random(f"fresh-{number}"), f"fresh-{number}"))
        top = tmp_path / str(number)
        top.mkdir()
        found = directories.answer(case, top.resolve())
        assert directories.agrees(case, found), f"{case}\ndyncheck: {found}"


@pytest.mark.terraform
def test_recorded_answers_are_those_of_terraform() -> None:
    sample = RECORDED[::10]
    assert [of_terraform(case) for case in sample] == list(sample), "Run `make recordings`, and review what it changes."
