"""Fixtures that all tests share, and the conditions of the tests that need Terraform."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tests.support.dynamodb_local import dynalite, dynamodb_local
from tests.support.emulator import Emulator
from tests.support.forked import CommandLine, command_line, needs_its_own_python
from tests.support.github_runner import installed_by_the_action
from tests.support.npm import NotInstallable
from tests.support.pre_commit import copy_of_this_repository, only_from
from tests.support.rules import every_rule, fix_the_rules, with_rules
from tests.support.terraform import Root, copy_of_infrastructure, has_terraform, installed

Dyncheck = Callable[..., "subprocess.CompletedProcess[bytes]"]

# Settings of the machine that would change the output.
_UNWANTED = {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}


def pytest_configure(config: pytest.Config) -> None:
    """Fix the rules before any test module is imported, and the generated examples: only the thorough run looks for new ones."""
    fix_the_rules()
    settings.register_profile("fixed", derandomize=True)
    settings.load_profile("default" if "thorough" in config.option.markexpr else "fixed")


@pytest.fixture
def on_every_rule() -> Iterator[None]:
    """Run a test with all rules, for tests of the rules' own fixtures."""
    with with_rules(*every_rule()):
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect thorough tests unless `-m` names them, and skip tests that need Terraform if Terraform is not set up."""
    if "thorough" not in config.option.markexpr:
        incomplete = [item for item in items if item.get_closest_marker("thorough")]
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=incomplete)
    if has_terraform():
        return
    for item in items:
        if item.get_closest_marker("terraform"):
            item.add_marker(pytest.mark.skip(reason="no Terraform with an AWS provider here (DYNCHECK_TERRAFORM is not 1)"))


@pytest.fixture(scope="session")
def forked() -> Iterator[CommandLine]:
    """The command line, imported once for all tests of a process."""
    with command_line() as ready:
        yield ready


@pytest.fixture
def dyncheck(tmp_path: Path, forked: CommandLine) -> Dyncheck:
    """Run the command line in an empty directory, in a clean environment."""

    def run(
        *arguments: str | Path, stdin: bytes = b"", cwd: Path = tmp_path, processors: int = 0, **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        kept = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
        given = [os.fspath(argument) for argument in arguments]
        if not needs_its_own_python(environment):
            return forked.run(given, stdin=stdin, cwd=cwd, environment=kept | environment, processors=processors)
        assert not processors, "A separate Python process sees the real number of processors."
        command = [sys.executable, "-m", "dyncheck", *given]
        return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, env=kept | environment, check=False)

    return run


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A directory that all processes of the test run share for slow preparations; a process that writes there takes a lock."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def engine(shared: Path) -> Iterator[Emulator]:
    """DynamoDB Local, one for all processes. A test takes an account of its own."""
    with contextlib.ExitStack() as stack:
        try:
            emulator = stack.enter_context(dynamodb_local(shared))
        except NotInstallable as reason:
            pytest.skip(f"no DynamoDB Local here: {reason}")
        yield emulator


@pytest.fixture(scope="session")
def messages(shared: Path) -> Iterator[Emulator]:
    """dynalite, one for all processes, which has the messages of the service."""
    with contextlib.ExitStack() as stack:
        try:
            emulator = stack.enter_context(dynalite(shared))
        except NotInstallable as reason:
            pytest.skip(f"no dynalite here: {reason}")
        yield emulator


@pytest.fixture(scope="session")
def wheels(shared: Path) -> Path:
    """Wheels of dyncheck and of the packages in `requirements.lock`, built once for all processes."""
    built = shared / "wheels"
    with FileLock(shared / "wheels.lock"):
        if not built.exists():
            copy = copy_of_this_repository(shared / "to-build")
            wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(built)]
            subprocess.run([*wheel, "--require-hashes", "--requirement", str(copy / "requirements.lock")], check=True, capture_output=True)
            subprocess.run([*wheel, "--no-deps", str(copy)], check=True, capture_output=True, env={**os.environ, **only_from(built)})
    return built


@pytest.fixture(scope="session")
def installed_dyncheck(shared: Path, wheels: Path) -> dict[str, str]:
    """dyncheck in a separate environment, as the GitHub action installs it: `home` is the environment, `bin` its programs."""
    return installed_by_the_action(shared, only_from(wheels))


@pytest.fixture(scope="session")
def ready(shared: Path) -> Path:
    """A directory in which Terraform has installed the provider, once for all processes."""
    directory = shared / "ready"
    with FileLock(shared / "ready.lock"):
        return directory if (directory / ".terraform.lock.hcl").exists() else installed(directory)


@pytest.fixture(scope="session")
def infrastructure(shared: Path, ready: Path) -> Root:
    """A copy of Infrastructure with its plan in `plan.json`, made once for all processes. A test that changes a file makes its own copy."""
    directory = shared / "Infrastructure"
    with FileLock(shared / "Infrastructure.lock"):
        if not (directory / "plan.json").exists():
            root = Root(copy_of_infrastructure(directory), ready)
            root.get()
            plan = root.plan()
            (directory / "plan.json").write_bytes(plan)
    return Root(directory)
