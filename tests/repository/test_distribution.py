"""The published files: reproducible, complete, and without other files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tools.distribute import distribute


@pytest.fixture(name="repository", scope="module")
def _repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the files of the working tree as its only commit."""
    repository = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(repository)], check=True)
    for command in (["rm", "-rq", "--cached", "."], ["--work-tree", str(ROOT), "add", "--all"]):
        subprocess.run(["git", "-C", str(repository), *command], check=True)
    date = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "a"), ("EMAIL", "a@b.example"))}
    subprocess.run(["git", "-C", str(repository), "commit", "--quiet", "--allow-empty", "-m", "a"], check=True, env=os.environ | date)
    return repository


@pytest.fixture(name="built", scope="module")
def _built(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return distribute(repository, tmp_path_factory.mktemp("first"))


def test_two_builds_give_the_same_bytes(repository: Path, built: list[Path], tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        again = distribute(repository, tmp_path)
    finally:
        os.umask(before)
    assert [file.name for file in again] == [file.name for file in built]
    assert [file.read_bytes() for file in again] == [file.read_bytes() for file in built]


def test_the_wheel_contains_all_files_that_a_run_needs(built: list[Path]) -> None:
    (wheel,) = (file for file in built if file.suffix == ".whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*") if path.is_file()}
    policies = {f"dyncheck/policies/{path.relative_to(ROOT / 'policies').as_posix()}" for path in (ROOT / "policies").rglob("*")}
    wanted = {name for name in package | policies if "__pycache__" not in name and Path(name).suffix}
    assert names == wanted


def test_the_bill_of_materials_has_exactly_the_requirements_of_the_wheel(built: list[Path]) -> None:
    (file,) = (file for file in built if file.suffix == ".json")
    bill = json.loads(file.read_text())
    (wheel,) = (file for file in built if file.suffix == ".whl")
    assert file.name == f"dyncheck-{bill['metadata']['component']['version']}.cdx.json"
    assert wheel.name.startswith(file.name.removesuffix(".cdx.json"))
    lock = (ROOT / "requirements.lock").read_text()
    pins = {pin for pin in re.findall(r"^([\w.-]+==[^\s;]+)", lock, re.MULTILINE) if not pin.startswith("setuptools==")}
    assert {f"{part['name']}=={part['version']}" for part in bill["components"]} == pins
    for part in bill["components"]:
        section = lock[lock.index(f"\n{part['name']}=={part['version']} ") if part != bill["components"][0] else 0 :]
        digests = re.findall("sha256:([0-9a-f]{64})", re.split(r"\n(?=\S)", section.lstrip())[0])
        assert [each["content"] for reference in part["externalReferences"] for each in reference["hashes"]] == digests
    needed = {part["bom-ref"].partition("@")[0] for part in bill["components"] if part["bom-ref"] in bill["dependencies"][0]["dependsOn"]}
    required = metadata(zipfile.ZipFile(wheel))
    assert needed == {f"pkg:pypi/{re.split('[^a-z0-9]', name.lower())[0]}" for name in required}


def metadata(wheel: zipfile.ZipFile) -> list[str]:
    """The requirements of a wheel, without its extras."""
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    lines = wheel.read(name).decode().splitlines()
    return [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ") and "extra ==" not in line]


def test_the_installed_wheel_gives_the_same_report(built: list[Path], tmp_path: Path) -> None:
    (wheel,) = (file for file in built if file.suffix == ".whl")
    zipfile.ZipFile(wheel).extractall(tmp_path)
    arguments = ["examples/plan.json", "--format", "html"]
    script = "from dyncheck.cli.main import main; main()"
    here = subprocess.run([sys.executable, "-m", "dyncheck", *arguments], cwd=ROOT, capture_output=True, check=False)
    there = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {script}; assert 0", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (there.stdout, there.stderr, there.returncode) == (here.stdout, b"", 1)


def test_boto3_is_only_required_by_its_extra(built: list[Path]) -> None:
    (wheel,) = (file for file in built if file.suffix == ".whl")
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    lines = archive.read(name).decode().splitlines()
    assert [line for line in lines if "boto3" in line] == ['Requires-Dist: boto3<2,>=1.42; extra == "live"']
    assert not [required for required in metadata(archive) if "boto" in required]
