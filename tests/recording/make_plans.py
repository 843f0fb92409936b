"""Makes the plans and states of the tests with the real Terraform: `make plans`, or `make plan RULE=no-stream` for one rule.

Plans of the rules' fixtures need no cloud. Plans of changes need an apply against moto, which simulates AWS locally.
A file is rewritten only if the new plan differs.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.recording import changes, guarded
from tests.recording.written_state import add_to_state
from tests.support.cloud import cloud
from tests.support.fixtures import Fixture, NoFixture, change_fixtures, fixtures_of, planned_fixtures
from tests.support.paths import EXAMPLES, PLANS, REFERENCE, ROOT, SOURCES, SPECIFICATION, TOGETHER
from tests.support.terraform import PROVIDER, PROVIDER_WEST, REQUIRED, Root, TerraformError, installed, keep

_MODULE = 'module "dynamodb" {\n  source           = "./Modules/dynamodb"\n  environment_name = "dev"\n%s}\n'
TOPIC = '  alarm_actions    = ["arn:aws:sns:us-east-1:123456789012:alarms"]\n'

# Terraform writes this plan, without the table that it could not plan.
UNFINISHED = """
resource "aws_dynamodb_table" "products" {
  name         = "dev-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "unused"
    type = "S"
  }
}
"""


def plan_of_fixture(fixture: Fixture, ready: Path) -> bytes:
    """The plan that Terraform makes of a fixture today."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory), ready)
        root.write("provider.tf", PROVIDER + PROVIDER_WEST)
        root.write("main.tf", fixture.path.read_text())
        return fixture.with_impossible_values(root.plan())


def plan_of_change_fixture(fixture: Fixture, address: str, ready: Path) -> bytes:
    """The plan that Terraform makes of a fixture after an apply of its `before` configuration in the cloud at that address."""
    assert fixture.before
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory), ready)
        root.write("provider.tf", REQUIRED + providers_of_both_regions(address))
        root.write("main.tf", fixture.before.read_text())
        root.run("apply", "-auto-approve", "-input=false", "-no-color")
        root.write("main.tf", fixture.path.read_text())
        if fixture.added_to_state is None:
            return root.plan()
        add_to_state(root.directory / "terraform.tfstate", fixture.added_to_state)
        return root.plan("-refresh=false")


def providers_of_both_regions(address: str) -> str:
    """The provider blocks of the fixtures on changes, for the cloud at that address."""
    places = (("us-east-1", ""), ("us-west-2", "west"))
    return "".join(changes.provider(address, region, alias, changes.WITH_KEYS) for region, alias in places)


def plan_of_root(text: str, ready: Path, expect: tuple[int, ...] = (0,)) -> bytes:
    """The plan of a root of one file, its providers included."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory), ready)
        root.write("main.tf", text)
        return root.plan(expect=expect)


def plan_of_module(module: Path, ready: Path, arguments: str = "", *options: str) -> bytes:
    """The plan of a root that calls a module as `module.dynamodb`."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory), ready)
        root.write("main.tf", PROVIDER + _MODULE % arguments)
        shutil.copytree(module, root.directory / "Modules" / "dynamodb", ignore=shutil.ignore_patterns(".terraform*"))
        root.get()
        return root.plan(*options)


@contextmanager
def applied(address: str, ready: Path) -> Iterator[Root]:
    """A root with the applied base configuration, in the cloud at that address."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory), ready)
        shutil.copytree(REFERENCE, root.directory / "Modules" / "dynamodb", ignore=shutil.ignore_patterns(".terraform*"))
        root.write("provider.tf", REQUIRED + changes.provider(address))
        root.write("main.tf", changes.BASE)
        root.get()
        root.run("apply", "-auto-approve", "-input=false", "-no-color")
        yield root


def plans_of_changes(ready: Path, wanted: tuple[changes.Change, ...] = changes.CHANGES) -> Iterator[tuple[str, bytes]]:
    """The state after an apply of the base configuration, and the plan of each change to it, by file name."""
    with cloud() as address, applied(address, ready) as root, ThreadPoolExecutor(2) as pool:
        yield "state.json", root.state()
        names = [f"change_{change.name}.json" for change in wanted]
        yield from zip(names, pool.map(lambda change: _plan_of_change(root, change), wanted), strict=True)


def _plan_of_change(root: Root, change: changes.Change) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        copy = Root(Path(shutil.copytree(root.directory, Path(directory, "root"), symlinks=True)))
        copy.write("main.tf", change.configuration)
        if change.moves_modules:
            copy.get()
        return copy.plan(*change.options, expect=change.exits)


def plans_of_guarded(ready: Path, wanted: tuple[guarded.Guarded, ...] = guarded.CHANGES) -> Iterator[tuple[str, bytes]]:
    """The plan of each change to the protections of tables, by file name."""
    with tempfile.TemporaryDirectory() as directory, cloud() as address:
        Path(directory, "root", "toggled").mkdir(parents=True)
        root = Root(Path(directory, "root"), ready)
        root.write("provider.tf", REQUIRED + changes.provider(address, services=changes.WITH_KEYS))
        root.write("toggled/main.tf", guarded.TOGGLE)
        root.write("main.tf", guarded.BASE)
        root.get()
        root.run("apply", "-auto-approve", "-input=false", "-no-color")
        for change in wanted:
            copy = Root(Path(shutil.copytree(root.directory, Path(directory, change.name), symlinks=True)))
            for command in change.commands:
                copy.run(*command)
            if change.outside:
                change.outside(address)
            copy.write("main.tf", change.configuration)
            yield f"guarded_{change.name}.json", copy.plan(*change.options)


def plan_of_sources(ready: Path) -> bytes:
    """The plan of the configuration in `tests/sources`, made with its tfvars file."""
    with tempfile.TemporaryDirectory() as directory:
        copy = shutil.copytree(SOURCES, Path(directory, "root"), ignore=shutil.ignore_patterns("plan.json", ".terraform*"))
        root = Root(Path(copy), ready)
        root.get()
        return root.plan("-var-file=prod.tfvars")


def main() -> None:
    """Make all plans again."""
    with tempfile.TemporaryDirectory() as directory:
        ready = installed(Path(directory))
        keep_plans_of([*change_fixtures(), *planned_fixtures()], ready)
        _keep(EXAMPLES / "plan.json", plan_of_root((EXAMPLES / "main.tf").read_text(), ready))
        for configuration in TOGETHER.glob("*/main.tf"):
            _keep(configuration.with_name("plan.json"), plan_of_root(configuration.read_text(), ready))
        _keep(PLANS / "errored.json", plan_of_root(PROVIDER + UNFINISHED, ready, expect=(1,)))
        _keep(SOURCES / "plan.json", plan_of_sources(ready))
        _keep(PLANS / "specification.json", plan_of_module(SPECIFICATION, ready))
        _keep(PLANS / "reference.json", plan_of_module(REFERENCE, ready, TOPIC))
        for name, made in (*plans_of_changes(ready), *plans_of_guarded(ready)):
            _keep(PLANS / name, made)


def plan_rule(rule: str) -> None:
    """Make the plans of one rule's fixtures again."""
    found = [fixture for fixture in fixtures_of(rule) if fixture.is_planned]
    if not found:
        print(f"The fixture of {rule} has no plan: the rule is about Terraform files alone.")
        return
    with tempfile.TemporaryDirectory() as directory:
        if not keep_plans_of(found, installed(Path(directory))):
            print("The plan has not changed.")


def keep_plans_of(fixtures: Sequence[Fixture], ready: Path) -> bool:
    """Write the plans of the fixtures that have changed. Returns whether any has."""
    written = []
    with ThreadPoolExecutor(2) as pool:
        changed = [fixture for fixture in fixtures if fixture.before]
        if changed:
            with cloud() as address:
                plans = pool.map(lambda fixture: plan_of_change_fixture(fixture, address, ready), changed)
                written += [_keep(fixture.plan, plan) for fixture, plan in zip(changed, plans, strict=True)]
        others = [fixture for fixture in fixtures if not fixture.before]
        plans = pool.map(lambda fixture: plan_of_fixture(fixture, ready), others)
        written += [_keep(fixture.plan, plan) for fixture, plan in zip(others, plans, strict=True)]
    return any(written)


def _keep(path: Path, made: bytes) -> bool:
    written = keep(path, made)
    if written:
        print(f"wrote {path.relative_to(ROOT)}", flush=True)
    return written


if __name__ == "__main__":
    try:
        plan_rule(sys.argv[1]) if sys.argv[1:] else main()
    except (NoFixture, TerraformError) as error:
        sys.exit(str(error))
    except FileNotFoundError as error:
        sys.exit(f"{error.filename} is not installed. Install Terraform, or ask for the plan in the pull request.")
