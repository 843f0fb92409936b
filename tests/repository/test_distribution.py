"""The published files: reproducible, complete, and without other files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.tags import compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

from dyncheck.version import REPOSITORY, VERSION
from tests.support.paths import ROOT
from tests.support.pre_commit import copy_of_this_repository, only_from
from tools import homebrew
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
    needed = {name for name in package | policies if "__pycache__" not in name and Path(name).suffix}
    assert names == needed | {f"dyncheck-{VERSION}.data/data/share/man/man1/dyncheck.1"}


@pytest.mark.parametrize("extra", ["", "live", "fleet", "server", "checkov"])
def test_each_bill_of_materials_has_exactly_the_requirements_of_the_wheel(extra: str, built: list[Path]) -> None:
    (file,) = (file for file in built if file.name == f"dyncheck-{VERSION}{extra and '-' + extra}.cdx.json")
    bill = json.loads(file.read_text())
    assert bill["metadata"]["component"]["version"] == VERSION
    lock = "\n" + (ROOT / f"requirements{extra and '-' + extra}.lock").read_text()
    pins = {pin for pin in re.findall(r"^([\w.-]+==[^\s;]+)", lock, re.MULTILINE) if not pin.startswith("setuptools==")}
    assert {f"{part['name']}=={part['version']}" for part in bill["components"]} == pins
    for part in bill["components"]:
        section = lock[lock.index(f"\n{part['name']}=={part['version']} ") :]
        digests = re.findall("sha256:([0-9a-f]{64})", re.split(r"\n(?=\S)", section.lstrip())[0])
        assert [each["content"] for reference in part["externalReferences"] for each in reference["hashes"]] == digests
    needed = {part["bom-ref"].partition("@")[0] for part in bill["components"] if part["bom-ref"] in bill["dependencies"][0]["dependsOn"]}
    required = metadata(wheel_of(built), extra)
    assert needed == {f"pkg:pypi/{re.split('[^a-z0-9]', name.lower())[0]}" for name in required}


def wheel_of(built: list[Path]) -> zipfile.ZipFile:
    return zipfile.ZipFile(next(file for file in built if file.suffix == ".whl"))


def test_every_extra_has_its_bill(built: list[Path]) -> None:
    lines = header(wheel_of(built)).splitlines()
    extras = {line.removeprefix("Provides-Extra: ") for line in lines if line.startswith("Provides-Extra: ")}
    bills = {file.name for file in built if file.name.endswith(".cdx.json")}
    assert bills == {f"dyncheck-{VERSION}.cdx.json", *(f"dyncheck-{VERSION}-{extra}.cdx.json" for extra in extras)}


def header(wheel: zipfile.ZipFile) -> str:
    """The metadata of a wheel, with its description."""
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return wheel.read(name).decode()


def metadata(wheel: zipfile.ZipFile, extra: str = "") -> list[str]:
    """The requirements of a wheel, those of one of its extras included."""
    required = [line.removeprefix("Requires-Dist: ") for line in header(wheel).splitlines() if line.startswith("Requires-Dist: ")]
    return [name for name in required if "extra ==" not in name or (extra and f'extra == "{extra}"' in name)]


def test_the_hashed_requirements_install_this_wheel(built: list[Path]) -> None:
    (file,) = (file for file in built if file.name == "requirements.txt")
    own, *others = re.split(r"\n(?=\S)", file.read_text().rstrip())
    digests = sorted(sha256(archive.read_bytes()).hexdigest() for archive in built if archive.suffix in (".whl", ".gz"))
    assert (own.partition(" ")[0], sorted(re.findall("sha256:([0-9a-f]{64})", own))) == (f"dyncheck=={VERSION}", digests)
    lock = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text().rstrip())
    assert others == [pin for pin in lock if not pin.startswith("setuptools==")]


@pytest.mark.thorough
def test_what_is_tried_on_each_system_installs_and_runs(built: list[Path], wheels: Path, tmp_path: Path) -> None:
    copy_of_this_repository(tmp_path / "checkout")
    shutil.copytree(built[0].parent, tmp_path / "checkout" / "dist")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PIP_FIND_LINKS")}
    environment |= only_from(wheels) | {"PATH": f"{tmp_path / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([tmp_path / "checkout" / ".ci" / "try"], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"dyncheck {VERSION}\n")


def test_the_release_publishes_all_files(built: list[Path]) -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
    uploads = [step["with"]["path"].split() for step in workflow["jobs"]["build"]["steps"] if "upload" in step.get("uses", "")]
    names = [f"dist/{file.name}" for file in built]
    assert [name for name in names if sum(fnmatch(name, pattern) for patterns in uploads for pattern in patterns) != 1] == []
    # The first upload goes to PyPI, which takes archives only.
    assert {name for name in names for pattern in uploads[0] if fnmatch(name, pattern)} == set(names[:2])


def test_the_formula_installs_the_sources_of_the_lock(built: list[Path]) -> None:
    (file,) = (file for file in built if file.name == "dyncheck.rb")
    (archive,) = (file for file in built if file.suffix == ".gz")
    urls = dict(re.findall(r'url "(\S+)"\n *sha256 "([0-9a-f]{64})"', file.read_text()))
    assert urls.pop(f"{REPOSITORY}/releases/download/v{VERSION}/{archive.name}") == sha256(archive.read_bytes()).hexdigest()
    lock = (ROOT / "requirements.lock").read_text()
    assert [url for url, digest in urls.items() if digest not in lock] == [], "Run `make lock`."
    names = re.findall(r'resource "(\S+)" do', file.read_text())
    pins = dict(re.findall(r"^([\w.-]+)==(?:\S+)(?: ; (.*?))? \\$", lock, re.MULTILINE))
    on_python = {name for name, marker in pins.items() if name != "setuptools" and marker != "python_full_version < '3.13'"}
    assert sorted(names) == sorted(on_python)


def test_the_description_links_to_the_files_of_this_version(built: list[Path]) -> None:
    description = header(wheel_of(built)).partition("\n\n")[2]
    assert re.findall(r"\]\((?!https?:|#)([^)]+)\)", re.sub(r"```.*?```", "", description, flags=re.DOTALL)) == []
    assert re.findall(r'(?:src|srcset)="(?!https:)([^"]+)"', description) == []
    linked = re.findall(rf"{re.escape(REPOSITORY)}/blob/v{re.escape(VERSION)}/([^)#]+)", description)
    assert len(linked) > 10
    assert [path for path in linked if not (ROOT / path).exists()] == []


# What the releases of CPython and the machines of users are; the tags of a wheel name them.
MACHINES = {
    "Linux": ("manylinux_2_28_x86_64", "manylinux_2_28_aarch64"),
    "Alpine": ("musllinux_1_2_x86_64", "musllinux_1_2_aarch64"),
    "macOS": ("macosx_14_0_arm64",),
    "Windows": ("win_amd64",),
}


@pytest.mark.parametrize("python", [(3, 10), (3, 11), (3, 12), (3, 13), (3, 14)], ids=lambda python: ".".join(map(str, python)))
@pytest.mark.parametrize("system", MACHINES)
def test_every_dependency_has_a_wheel(system: str, python: tuple[int, int]) -> None:
    hashes = (ROOT / "requirements.lock").read_text()
    version = ".".join(map(str, python))
    for machine in MACHINES[system]:
        tags = {*cpython_tags(python, platforms=[*platforms(machine)]), *compatible_tags(python, platforms=[*platforms(machine)])}
        for package in homebrew.files_of():
            if package["marker"] and not Marker(package["marker"]).evaluate({"python_full_version": f"{version}.0"}):
                continue
            found = [wheel for wheel, digest in package["wheels"].items() if parse_wheel_filename(wheel)[3] & tags and digest in hashes]
            assert found, f"{package['name']} has no wheel for Python {version} on {machine}, or the lock does not know it."


def platforms(machine: str) -> Iterator[str]:
    """The platforms whose wheels a machine takes: those of older C libraries and systems too."""
    if numbers := re.fullmatch(r"(manylinux|musllinux)_(\d+)_(\d+)_(\w+)", machine):
        yield from (f"{numbers[1]}_{numbers[2]}_{minor}_{numbers[4]}" for minor in range(int(numbers[3]), -1, -1))
        if numbers[1] == "manylinux":
            yield f"manylinux2014_{numbers[4]}"
    elif machine.startswith("macosx"):
        yield from mac_platforms((14, 0), machine.rpartition("_")[2])
    else:
        yield machine


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
    lines = header(wheel_of(built)).splitlines()
    assert [line for line in lines if "boto3" in line] == ['Requires-Dist: boto3<2,>=1.42; extra == "live"']
    assert not [required for required in metadata(wheel_of(built)) if "boto" in required]
