"""Builds the documentation site: the pages of docs/ sorted by kind, one directory for each version, without a request to any other server.

`make site` writes build/site. Serve that directory by any web server; `python -m http.server --directory build/site` is one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

import dyncheck
from dyncheck.version import REPOSITORY, VERSION
from tools import playground

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SITE = ROOT / "site"
BUILT = ROOT / "build" / "site"
# The directory of the playground on the site.
PLAYGROUND = "play"

_LINK = re.compile(r"(?<=\]\()(?!https?:|#)([^)#\s]+)")
_DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_NODE = re.compile(r"^ *(\w+)\[(.+)\]$", re.MULTILINE)
_EDGE = re.compile(r"^ *(\w+) --> (\w+)$", re.MULTILINE)
_EXAMPLE = re.compile(r"^This breaks the rule:\n\n```hcl\n(.*?)```\n", re.MULTILINE | re.DOTALL)
_PATTERN = re.compile(r'"((?:[\w-]+/)?\*\.md)",?')
_PAGE = re.compile(r'"([\w/-]+\.md)"')


class BuildError(Exception):
    """The site cannot be built; the text says why."""


class Version(msgspec.Struct, frozen=True):
    """An entry of versions.json, which the version selector reads."""

    version: str
    title: str
    aliases: tuple[str, ...] = ()


def navigation() -> str:
    """The configuration of the site, with every page in the place of its pattern."""
    text = (SITE / "zensical.toml").read_text()
    named = set(_PAGE.findall(text))

    def expanded(found: re.Match[str]) -> str:
        pages = (path.relative_to(DOCS).as_posix() for path in sorted(DOCS.glob(found[1])))
        return "".join(f'"{page}", ' for page in pages if page not in named)

    return _PATTERN.sub(expanded, text)


def pages() -> list[str]:
    """The pages of the navigation, in its order."""
    return _PAGE.findall(navigation())


def assemble(directory: Path) -> None:
    """Write what the generator reads: the pages, the configuration and the theme. A link that leaves docs/ leads to the repository."""
    shutil.copytree(DOCS, directory / "docs")
    for page in sorted(DOCS.rglob("*.md")):
        (directory / "docs" / page.relative_to(DOCS)).write_text(_with_targets(page))
    shutil.copytree(SITE / "theme", directory / "theme")
    assets = directory / "docs" / "assets"
    assets.mkdir()
    (directory / "theme" / "site.css").rename(assets / "site.css")
    (directory / "zensical.toml").write_text(navigation())


def _with_targets(page: Path) -> str:
    """The text of a page as the site has it: no script draws its diagrams, so their edges are a table."""
    text = _LINK.sub(lambda found: _target(page, found[1]), page.read_text())
    if page.parent == DOCS / "rules":
        text = _EXAMPLE.sub(lambda found: found[0] + _link_to_playground(page.stem, found[1]), text, count=1)
    return _DIAGRAM.sub(lambda found: _edges(found[1]), text)


def _link_to_playground(rule: str, example: str) -> str:
    """A link that opens the example, where it breaks the rule by itself: without a state, a contract or another resource."""
    with TemporaryDirectory() as directory:
        (Path(directory) / "main.tf").write_text(example)
        try:
            report = dyncheck.check(directory, allow_empty=True)
        except dyncheck.InputError:
            # It refers to what it does not show.
            return ""
    if all(each.rule != rule or each.status is not dyncheck.Status.FAIL for each in report.results):
        return ""
    return f"\n[Open it in the playground](../{PLAYGROUND}/index.html{playground.fragment({'main.tf': example})})\n"


def _edges(diagram: str) -> str:
    names = dict(_NODE.findall(diagram))
    ends: dict[str, list[str]] = {}
    for start, end in _EDGE.findall(diagram):
        ends.setdefault(names.get(start, start), []).append(names.get(end, end))
    rows = (f"| {start} | {', '.join(found)} |\n" for start, found in ends.items())
    return f"| from | to |\n| --- | --- |\n{''.join(rows)}"


def _target(page: Path, link: str) -> str:
    found = (page.parent / link).resolve()
    if found.is_relative_to(DOCS):
        return link
    if found.is_relative_to(playground.SOURCES):
        return os.path.relpath(DOCS / PLAYGROUND / found.relative_to(playground.SOURCES), page.parent)
    kind = "tree" if found.is_dir() else "blob"
    return f"{REPOSITORY}/{kind}/main/{found.relative_to(ROOT).as_posix()}"


def build(site: Path = BUILT, version: str = VERSION, make_playground: Callable[[Path], None] = playground.make) -> Path:
    """Build a version of the site into `site`, beside the versions that are there. Raises `BuildError` and `playground.Unobtainable`."""
    built = site / version
    with TemporaryDirectory() as directory:
        source = Path(directory).resolve()
        assemble(source)
        _generate(source)
        make_playground(source / "site" / PLAYGROUND)
        shutil.rmtree(built, ignore_errors=True)
        shutil.copytree(source / "site", built)
    list_versions(site, version)
    return built


def _generate(source: Path) -> None:
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(source / "zensical.toml")]
    done = subprocess.run(command, cwd=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise BuildError(_why(re.sub(r"\x1b\[[\d;]*m", "", done.stdout)))


def _why(printed: str) -> str:
    """The warnings that end a strict build, without the way through the generator's code."""
    before, _, trace = printed.partition("Traceback (most recent call last):")
    warnings = before.replace("Build started", "").strip()
    return warnings or trace.strip().rpartition("\n")[2]


def list_versions(site: Path, newest: str) -> None:
    """Name the versions for the selector, the newest first, and send readers of the root to that one."""
    file = site / "versions.json"
    known = msgspec.json.decode(file.read_bytes(), type=list[Version]) if file.exists() else []
    older = [Version(each.version, each.title) for each in known if each.version != newest]
    file.write_bytes(msgspec.json.encode([Version(newest, newest, ("latest",)), *older]))
    (site / "index.html").write_text(_ROOT_PAGE.format(newest))
    # GitHub would leave out files whose names begin with a dot or an underscore.
    (site / ".nojekyll").touch()


_ROOT_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={0}/">
<link rel="icon" href="data:,">
<title>dyncheck</title>
<a href="{0}/">The documentation of dyncheck {0}</a>
"""


if __name__ == "__main__":
    try:
        print(f"wrote {build().relative_to(ROOT)}")
    except (BuildError, playground.Unobtainable) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
