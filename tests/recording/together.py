"""Plans many small configurations at once, as modules of one root: one run of Terraform instead of dozens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.terraform import PROVIDER, PROVIDER_WEST, Root

# A called module must declare a second provider; a root module need not.
_PROVIDERS = """
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.west]
    }
  }
}
"""

_CALL = """
module "%s" {
  source    = "./%s"
  providers = { aws = aws, aws.west = aws.west }
%s
}
"""


@dataclass(frozen=True)
class Module:
    """A configuration in one text, and the arguments (HCL) of its call."""

    text: str
    arguments: str = ""


@dataclass(frozen=True)
class Planned:
    """The part of a plan for one configuration: each resource change by address, and each block as written."""

    changes: dict[str, Any]
    written: dict[str, Any]


def planned(plan: bytes) -> Planned:
    """The part of a plan for its root module."""
    data = json.loads(plan)
    return Planned(
        {entry["address"]: entry["change"] for entry in data["resource_changes"]},
        {entry["address"]: entry for entry in data["configuration"]["root_module"]["resources"]},
    )


def root_of_modules(directory: Path, installed: Path, modules: Mapping[str, Module]) -> Root:
    """A root that calls all the modules, each by its name."""
    root = Root(directory, installed)
    calls = []
    for name, module in modules.items():
        (directory / name).mkdir()
        root.write(f"{name}/main.tf", module.text)
        root.write(f"{name}/providers.tf", _PROVIDERS)
        calls.append(_CALL % (name, name, module.arguments))
    root.write("main.tf", PROVIDER + PROVIDER_WEST + "".join(calls))
    root.get()
    return root


def plan_together(directory: Path, installed: Path, modules: Mapping[str, Module]) -> dict[str, Planned]:
    """Plan all modules in one run, and split the plan by module name."""
    return _apart(json.loads(root_of_modules(directory, installed, modules).plan()), modules)


def _apart(data: dict[str, Any], names: Iterable[str]) -> dict[str, Planned]:
    modules = data["configuration"]["root_module"]["module_calls"]
    for name in names:
        for entry in modules[name]["module"]["resources"]:
            # The name of a provider that the module itself configures contains the module name.
            entry["provider_config_key"] = entry["provider_config_key"].removeprefix(f"module.{name}:")
    return {
        name: Planned(
            {
                entry["address"].removeprefix(f"module.{name}."): entry["change"]
                for entry in data["resource_changes"]
                if entry.get("module_address") == f"module.{name}"
            },
            {entry["address"]: entry for entry in modules[name]["module"]["resources"]},
        )
        for name in names
    }
