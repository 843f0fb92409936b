"""Makes the plans of provider 6: `make plans PROVIDER=6`, or `make plan RULE=no-stream PROVIDER=6` for one rule.

They are the plans of `make plans`, made with the provider that `terraform init` finds for `~> 6.0`; the environment decides which one
it is. With a network it is the published one. Without a network it must be in a mirror that Terraform's CLI configuration names, and may
have fewer resource types: what it refuses is printed and not recorded. Changes are planned after an apply, against moto for a
provider that calls the cloud. Changes that are made in the cloud outside Terraform are planned with provider 5 alone.
"""

# ruff: noqa: T201

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.recording import changes, guarded, make_plans
from tests.recording.demands import DEMANDS, plan_of_demand
from tests.support import provider_6
from tests.support.cloud import cloud
from tests.support.fixtures import Fixture, NoFixture, change_fixtures, fixtures_of, planned_fixtures
from tests.support.paths import EXAMPLES, PLANS, REFERENCE, ROOT, SOURCES, SPECIFICATION
from tests.support.terraform import TerraformError, installed, recording


def of_fixtures(fixtures: Iterable[Fixture], address: str, ready: Path) -> Iterator[tuple[Path, Callable[[], bytes]]]:
    """The path of each fixture's plan, and what makes it."""
    for fixture in fixtures:
        if fixture.before:
            yield fixture.plan, partial(make_plans.plan_of_change_fixture, fixture, address, ready)
        else:
            yield fixture.plan, partial(make_plans.plan_of_fixture, fixture, ready)


def of_the_rest(ready: Path) -> Iterator[tuple[Path, Callable[[], bytes]]]:
    """The path of each plan that is no rule's fixture and needs no apply, and what makes it."""
    yield EXAMPLES / "plan.json", partial(make_plans.plan_of_root, (EXAMPLES / "main.tf").read_text(), ready)
    yield SOURCES / "plan.json", partial(make_plans.plan_of_sources, ready)
    yield PLANS / "specification.json", partial(make_plans.plan_of_module, SPECIFICATION, ready)
    yield PLANS / "reference.json", partial(make_plans.plan_of_module, REFERENCE, ready, make_plans.TOPIC)
    for demand in DEMANDS:
        yield demand.plan, partial(plan_of_demand, demand, ready)


def of_changes(ready: Path) -> Iterator[tuple[Path, bytes]]:
    """The plans on top of the two applied configurations, by path."""
    inside = tuple(change for change in guarded.CHANGES if not change.needs_the_cloud)
    for name, made in (*make_plans.plans_of_changes(ready, changes.CHANGES), *make_plans.plans_of_guarded(ready, inside)):
        if name != "state.json":
            yield PLANS / name, made


def made(each: tuple[Path, Callable[[], bytes]]) -> tuple[Path, bytes | None]:
    """The path and the plan, None where the provider refuses the configuration: it lacks a type, or accepts less than version 5."""
    path, make = each
    print(path.relative_to(ROOT), flush=True)
    try:
        return path, make()
    except TerraformError as error:
        reason = str(error).strip().splitlines()[-1]
        print(f"{path.relative_to(ROOT)} is not recorded: the provider refuses its configuration: {reason}", flush=True)
        return path, None


def main(rule: str = "") -> None:
    """Make all plans again, or those of one rule's fixtures."""
    fixtures = [fixture for fixture in fixtures_of(rule) if fixture.is_planned] if rule else [*change_fixtures(), *planned_fixtures()]
    with ExitStack() as stack:
        ready = installed(Path(stack.enter_context(tempfile.TemporaryDirectory())), version=6)
        address = stack.enter_context(cloud()) if any(fixture.before for fixture in fixtures) else ""
        wanted = [*of_fixtures(fixtures, address, ready), *(() if rule else of_the_rest(ready))]
        plans = {path: plan for path, plan in stack.enter_context(ThreadPoolExecutor(2)).map(made, wanted) if plan}
        plans |= {} if rule else dict(of_changes(ready))
    kept = provider_6.plans() if rule else {}
    provider_6.write({**kept, **{path: recording(plan) for path, plan in plans.items()}})
    print(f"wrote {provider_6.RECORDED.relative_to(ROOT)}: {len(plans)} plans made")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (NoFixture, TerraformError) as problem:
        sys.exit(str(problem))
