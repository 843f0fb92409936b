"""Makes the playground of the documentation site: dyncheck in the browser, with all that it needs, so that it asks no other server.

Pyodide is from the npm registry, the packages that dyncheck needs are from PyPI. Both are checked against pinned hashes, and kept in
.cache/ for the next time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tools import tutorial

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "site" / "playground"
CACHE = ROOT / ".cache" / "playground"

# The runtime; its Python and its platform decide which builds of the packages fit: https://peps.python.org/pep-0783/
PYODIDE = "314.0.7"
PYODIDE_SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
PYTHON = "3.14"
# A package that is faster with compiled code, but works without, is taken from a build for Linux, and its compiled code is left out.
PLATFORMS = ("pyemscripten_2026_0_wasm32", "manylinux2014_x86_64", "manylinux_2_28_x86_64")

# These cannot do without their compiled code, and have no build for browsers: site/playground/standins has what dyncheck needs of them.
STOOD_IN = frozenset({"regex", "rpds-py"})
# Needed to install dyncheck, not to run it.
NOT_RUN = frozenset({"setuptools", "typing-extensions"})

RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")

# The same bytes for the same files.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_REQUIREMENT = re.compile(r"^(?P<name>[\w-]+)==(?:.*\\\n)+.*\n?", re.MULTILINE)


class Unobtainable(Exception):
    """A package cannot be had from its registry; the text says why."""


def make(directory: Path) -> None:
    """Write the playground into a directory. Raises `Unobtainable`."""
    write_page(directory)
    runtime, wheels = _runtime(), _wheels()
    (directory / "pyodide").mkdir()
    for name in RUNTIME:
        shutil.copy(runtime / name, directory / "pyodide")
    (directory / "pyodide" / "pyodide-lock.json").write_text(_without_packages(runtime / "pyodide-lock.json"))
    _bundle(directory / "packages.zip", wheels)
    # Modules are imported, and so not among what the worker counts.
    counted = [file for file in (*(directory / "pyodide").iterdir(), directory / "packages.zip") if file.suffix != ".mjs"]
    (directory / "manifest.json").write_text(_json({"bytes": sum(file.stat().st_size for file in counted)}))


def write_page(directory: Path) -> None:
    """Write the page alone, which says that it cannot load Python."""
    shutil.copytree(SOURCES, directory, ignore=shutil.ignore_patterns("*.py", "standins", "__pycache__"))
    shutil.copy(ROOT / "src" / "dyncheck" / "reporters" / "html" / "assets" / "report.css", directory)
    (directory / "examples.json").write_text(_json(examples()))
    (directory / "manifest.json").write_text(_json({"bytes": 1}))


def _json(value: object) -> str:
    return json.dumps(value, indent=1) + "\n"


def examples() -> list[dict[str, object]]:
    """The examples, each with a title and its files. The first one is shown when the page opens."""
    reference = {path.relative_to(ROOT / "Infrastructure").as_posix(): path.read_text() for path in _reference_files()}
    contracts = dict(tutorial.files(tutorial.PAGE.read_text()))
    shop = {
        "main.tf": (ROOT / "examples" / "shop" / "main.tf").read_text(),
        "terraform.tfvars": 'environment = "prod"\n',
        **{
            name: contracts[name]
            for name in ("contracts/every-table.yaml", "contracts/production.yaml", "contracts/orders.yaml", ".dyncheck.yaml")
        },
    }
    return [
        {"id": "reference", "title": "The reference module", "files": reference},
        {
            "id": "failing",
            "title": "A table with an error, and an alarm that cannot fire",
            "files": {"main.tf": (ROOT / "examples" / "main.tf").read_text()},
        },
        {"id": "shop", "title": "Tables of a shop, with contracts of their own", "files": shop},
        {"id": "plan", "title": "A plan as JSON", "files": {"plan.json": (ROOT / "examples" / "plan.json").read_text()}},
    ]


def fragment(files: dict[str, str]) -> str:
    """The end of a link that opens these files, as the playground writes it."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = compressor.compress(json.dumps(files).encode()) + compressor.flush()
    return f"#files={base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def _reference_files() -> Iterator[Path]:
    infrastructure = ROOT / "Infrastructure"
    yield from sorted(infrastructure.glob("*.tf"))
    yield from sorted((infrastructure / "Modules" / "dynamodb").glob("*.tf"))


def _runtime() -> Path:
    """The directory with the files of Pyodide."""
    kept = CACHE / f"pyodide-{PYODIDE}"
    if not kept.exists():
        with TemporaryDirectory() as directory:
            _run("npm", "pack", "--silent", f"pyodide@{PYODIDE}", "--pack-destination", directory)
            archive = Path(directory) / f"pyodide-{PYODIDE}.tgz"
            found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if found != PYODIDE_SHA512:
                raise Unobtainable(f"pyodide {PYODIDE} has the hash {found}; expected {PYODIDE_SHA512}")
            with tarfile.open(archive) as files:
                for name in (*RUNTIME, "pyodide-lock.json"):
                    member = files.extractfile(f"package/{name}")
                    assert member is not None
                    (Path(directory) / name).write_bytes(member.read())
            _keep([Path(directory) / name for name in (*RUNTIME, "pyodide-lock.json")], kept)
    return kept


def _wheels() -> list[Path]:
    """The packages that dyncheck needs, as requirements.lock pins them."""
    lock = (ROOT / "requirements.lock").read_text()
    requirements = "".join(found[0] for found in _REQUIREMENT.finditer(lock) if found["name"] not in STOOD_IN | NOT_RUN)
    kept = CACHE / f"wheels-{hashlib.sha256(repr((requirements, PLATFORMS, PYTHON)).encode()).hexdigest()[:12]}"
    if not kept.exists():
        with TemporaryDirectory() as directory:
            listed = Path(directory) / "requirements.txt"
            listed.write_text(requirements)
            builds = (f"--platform={platform}" for platform in PLATFORMS)
            fitting = ("--python-version", PYTHON, "--implementation", "cp", "--abi", f"cp{PYTHON.replace('.', '')}", "--abi", "none")
            what = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", str(listed))
            _run(sys.executable, "-m", "pip", "download", "--quiet", "--dest", directory, *builds, *fitting, *what)
            _keep(sorted(Path(directory).glob("*.whl")), kept)
    return sorted(kept.glob("*.whl"))


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except OSError as error:
        raise Unobtainable(f"{command[0]} cannot be run: {error}") from error
    if done.returncode:
        raise Unobtainable(f"`{' '.join(command[:4])}` failed: {done.stdout.strip()[-600:]}")


def _keep(files: list[Path], directory: Path) -> None:
    """Copy the files to a directory of the cache, which is complete once it is there."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE) as made:
        for file in files:
            shutil.copy(file, made)
        shutil.copytree(made, directory, dirs_exist_ok=True)


def _without_packages(lock: Path) -> str:
    """Pyodide's list of packages, emptied: there are none here, and none is asked for."""
    return json.dumps(json.loads(lock.read_text()) | {"packages": {}})


def _bundle(target: Path, wheels: list[Path]) -> None:
    """Pack all Python files into one archive: packages, dyncheck with its policies, and the playground's own."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(_bundled(wheels)):
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)


def _bundled(wheels: list[Path]) -> Iterator[tuple[str, bytes]]:
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist() if _runs_in_a_browser(name))
    for directory, prefix in (
        (ROOT / "src" / "dyncheck", "dyncheck/"),
        (ROOT / "policies", "dyncheck/policies/"),
        (SOURCES / "standins", ""),
    ):
        for path in directory.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"{prefix}{path.relative_to(directory).as_posix()}", path.read_bytes()
    yield "playground.py", (SOURCES / "playground.py").read_bytes()


def _runs_in_a_browser(name: str) -> bool:
    if name.endswith(("/", ".pyi", "/RECORD")):
        return False
    return not name.endswith((".so", ".pyd")) or "wasm32" in name
