"""Makes the plans and states in this directory with the real Terraform: `make plans`.

Plans of the rules' fixtures need no cloud. The change plans are made on top of an apply against moto, a local stand-in for AWS.
A file is rewritten only when the new plan says something else.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests import changes
from tests.fixtures import Fixture, fixtures
from tests.terraform import PROVIDER, PROVIDER_WEST, REQUIRED, Root, installed, keep

TESTS = Path(__file__).parent
REFERENCE = TESTS.parent / "Infrastructure" / "Modules" / "dynamodb"
SPECIFICATION = TESTS / "modules" / "specification"
PLANS = TESTS / "plans"
EXAMPLES = TESTS.parent / "examples"

_MODULE = 'module "dynamodb" {\n  source           = "./Modules/dynamodb"\n  environment_name = "dev"\n%s}\n'
_TOPIC = '  alarm_actions    = ["arn:aws:sns:us-east-1:123456789012:alarms"]\n'


def plan_of_fixture(fixture: Fixture, ready: Path) -> bytes:
    """The plan that Terraform makes of a fixture today."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory), ready)
        root.write("provider.tf", PROVIDER + PROVIDER_WEST)
        root.write("main.tf", fixture.path.read_text())
        return fixture.with_impossible_values(root.plan())


def plan_of_module(module: Path, arguments: str = "", *options: str) -> bytes:
    """The plan of a root that calls a module as `module.dynamodb`."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory))
        root.write("main.tf", PROVIDER + _MODULE % arguments)
        shutil.copytree(module, root.directory / "Modules" / "dynamodb", ignore=shutil.ignore_patterns(".terraform*"))
        root.init()
        return root.plan(*options)


@contextmanager
def cloud() -> Iterator[str]:
    """The address of a moto server that lives as long as the context."""
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert server.stdout
        address = next(match[0] for line in server.stdout if (match := re.search(r"http://127\.0\.0\.1:\d+", line)))
        _wait_for(f"{address}/moto-api/")
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer")


@contextmanager
def applied(address: str) -> Iterator[Root]:
    """A root with the base configuration applied against the cloud at that address."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory))
        shutil.copytree(REFERENCE, root.directory / "Modules" / "dynamodb", ignore=shutil.ignore_patterns(".terraform*"))
        root.write("provider.tf", REQUIRED + changes.provider(address))
        root.write("main.tf", changes.BASE)
        root.init()
        root.run("apply", "-auto-approve", "-input=false", "-no-color")
        yield root


def plan_of_change(root: Root, change: changes.Change) -> bytes:
    """The plan of a change on top of what is applied in `root`, which stays as it is."""
    root.write("main.tf", change.configuration)
    if change.needs_init:
        root.init()
    return root.plan(*change.options, expect=change.exits)


def main() -> None:
    """Make all plans again."""
    with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(2) as pool:
        ready = installed(Path(directory))
        every = fixtures()
        for fixture, plan in zip(every, pool.map(lambda fixture: plan_of_fixture(fixture, ready), every), strict=True):
            _keep(fixture.plan, plan)
    _keep(PLANS / "specification.json", plan_of_module(SPECIFICATION))
    _keep(PLANS / "reference.json", plan_of_module(REFERENCE, _TOPIC))
    with cloud() as address, applied(address) as root:
        _keep(PLANS / "state.json", root.state())
        for change in changes.CHANGES:
            _keep(PLANS / f"change_{change.name}.json", plan_of_change(root, change))


def _keep(path: Path, made: bytes) -> None:
    if keep(path, made):
        print(f"wrote {path.relative_to(TESTS.parent)}")


if __name__ == "__main__":
    main()
