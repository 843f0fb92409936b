"""Builds all files of a release from the commit: the same bytes on any machine.

They are the archives, their bills of materials, their hashed requirements, and a Homebrew formula.

Timestamps are those of the commit (https://reproducible-builds.org/specs/source-date-epoch/). The builder of the wheel uses it.
The builder of the source archive does not, so the archive is packed again.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from dyncheck.version import REPOSITORY
from tools import homebrew, sbom
from tools.long_description import with_absolute_links

ROOT = Path(__file__).parents[1]


def distribute(repository: Path, target: Path) -> list[Path]:
    """Build the files of a release of the repository's last commit into a directory, and return their paths: the archives first."""
    moment = _git(repository, "log", "-1", "--format=%ct").decode().strip()
    with tempfile.TemporaryDirectory() as made:
        source = Path(made) / "source"
        source.mkdir()
        with tarfile.open(fileobj=io.BytesIO(_git(repository, "archive", "HEAD"))) as archive:
            archive.extractall(source, filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(source)
        for path in source.rglob("*"):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        environment = os.environ | {"SOURCE_DATE_EPOCH": moment, "PYTHONHASHSEED": "0"}
        version = sbom.version(source)
        readme = source / "README.md"
        readme.write_text(with_absolute_links(readme.read_text(), REPOSITORY, f"v{version}"))
        # The wheel is built from the source archive.
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", f"{made}/dist", str(source)]
        subprocess.run(command, env=environment, umask=0o022 if os.name == "posix" else -1, check=True, stdout=subprocess.DEVNULL)
        target.mkdir(parents=True, exist_ok=True)
        built = [target / file.name for file in sorted((Path(made) / "dist").iterdir())]
        for file in built:
            shutil.copy(Path(made) / "dist" / file.name, file)
        for file in built:
            if file.name.endswith(".tar.gz"):
                _repack(file, int(moment))
        digests = {file: sha256(file.read_bytes()).hexdigest() for file in built}
        others = dict(_others(source, version, digests))
    for name, text in others.items():
        (target / name).write_text(text)
    return [*built, *(target / name for name in others)]


def _others(source: Path, version: str, digests: Mapping[Path, str]) -> Iterator[tuple[str, str]]:
    """The names and texts of what is published beside the archives."""
    for extra in sbom.extras(source):
        yield f"dyncheck-{version}{extra and f'-{extra}'}.cdx.json", sbom.bill_of_materials(extra, source)
    pins = "".join(f" \\\n    --hash=sha256:{digest}" for digest in digests.values())
    yield "requirements.txt", f"dyncheck=={version}{pins}\n{sbom.at_run_time(root=source)}"
    (archive,) = (digest for file, digest in digests.items() if file.name.endswith(".tar.gz"))
    yield "dyncheck.rb", homebrew.formula(archive, source)


def _git(repository: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(repository), *arguments], check=True, capture_output=True).stdout


def _repack(file: Path, moment: int) -> None:
    """Write the archive again without what depends on the machine: no owner, one time, sorted files."""
    plain = io.BytesIO()
    with tarfile.open(file) as old, tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as new:
        for member in sorted(old.getmembers(), key=lambda each: each.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname, member.pax_headers = moment, 0, 0, "", "", {}
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    with file.open("wb") as written, gzip.GzipFile(filename="", mode="wb", fileobj=written, mtime=moment) as packed:
        packed.write(plain.getvalue())


if __name__ == "__main__":
    for archive in distribute(ROOT, ROOT / "dist"):
        print(archive.relative_to(ROOT))
