"""Plans of any number of instances of the specification's module, made from a real plan of two.

`python -m benchmarks.plans` records that plan again with the real Terraform.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.terraform import PROVIDER, Root

RECORDED = Path(__file__).parent / "inputs" / "two_instances.plan.json"
SPECIFICATION = Path(__file__).parents[1] / "tests" / "modules" / "specification"

# Point-in-time recovery is off in one of ten instances, and in the first of the two recorded ones.
ONE_IN = 10

_ROOT = (
    PROVIDER
    + """
module "dynamodb" {
  source                        = "./module"
  for_each                      = { instance000000 = false, instance000001 = true }
  environment_name              = each.key
  enable_point_in_time_recovery = each.value
  tags                          = { Project = "shop" }
}
"""
)


def write_plan(path: Path, instances: int, others: int = 0) -> Path:
    """Write a plan of that many instances, and that many other resources. An existing file is kept."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("w", encoding="utf-8") as file:
            file.writelines(_written(instances, others))
        unfinished.rename(path)
    return path


def _written(instances: int, others: int) -> Iterator[str]:
    plan = json.loads(RECORDED.read_bytes())
    children = plan["planned_values"]["root_module"]["child_modules"]
    values, changes = _by_instance(children, "address"), _by_instance(plan["resource_changes"], "module_address")
    yield "{"
    for position, (name, part) in enumerate(plan.items()):
        yield f"{',' if position else ''}{_compact(name)}:"
        if name == "planned_values":
            yield '{"root_module":{"child_modules":['
            yield from _repeated(values, instances)
            yield "]}}"
        elif name == "resource_changes":
            yield "["
            yield from _repeated(changes, instances)
            yield from (f",{_other(number)}" for number in range(others))
            yield "]"
        else:
            yield _compact(part)
    yield "}\n"


def _by_instance(entries: list[dict[str, Any]], key: str) -> tuple[str, str]:
    """The text of each of the two recorded instances."""
    first, second = (",".join(_compact(entry) for entry in entries if f'"{_key(number)}"' in entry[key]) for number in range(2))
    return first, second


def _repeated(recorded: tuple[str, str], instances: int) -> Iterator[str]:
    for number in range(instances):
        model = 1 if number % ONE_IN else 0
        yield ("," if number else "") + recorded[model].replace(_key(model), _key(number))


def _key(number: int) -> str:
    return f"instance{number:06d}"


def _other(number: int) -> str:
    """A resource of a type that dyncheck does not know, as large as a table is."""
    address = f"aws_s3_bucket.bucket[{number}]"
    after = {f"argument_{place:02d}": {"text": f"{number}-{place}", "more": [True, None, place]} for place in range(36)}
    return _compact(
        {
            "address": address,
            "mode": "managed",
            "type": "aws_s3_bucket",
            "name": "bucket",
            "index": number,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": ["create"], "before": None, "after": after, "after_unknown": {"id": True}, "after_sensitive": {}},
        }
    )


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def record() -> None:
    """Plan two instances of the specification's module, and keep the plan."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory))
        root.write("main.tf", _ROOT)
        shutil.copytree(SPECIFICATION, root.directory / "module")
        root.init()
        plan = json.loads(root.plan("-refresh=false"))
    # These parts are not replicated, and no tool needs them for a table.
    for name in ("checks", "relevant_attributes", "timestamp"):
        plan.pop(name, None)
    RECORDED.parent.mkdir(exist_ok=True)
    RECORDED.write_text(_compact(plan) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
