"""Runs the real Terraform, offline if a local provider is set up, for `make plans` and for the tests marked `terraform`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.support.paths import INFRASTRUCTURE

REQUIRED = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
"""

OFFLINE = """
  region                      = "%s"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
"""

PROVIDER = REQUIRED + 'provider "aws" {' + OFFLINE % "us-east-1" + "}\n"
PROVIDER_WEST = 'provider "aws" {\n  alias = "west"' + OFFLINE % "us-west-2" + "}\n"

# Values in a plan that differ between runs, and their replacement in a recording; `%d` numbers the different values.
_INVENTED = (
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://127.0.0.1"),
    (re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+"), "2026-01-01T00:00:00.000000"),
    (re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?!\.)"), "2026-01-01T00:00:00"),
    (re.compile(r"\b(?!00000000-)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "00000000-0000-0000-0000-%012d"),
    (re.compile(r"\bAROA[0-9A-Z]{17}\b"), "AROA%017d"),
)


class TerraformError(Exception):
    """Terraform failed; the message is the error it printed."""


class Root:
    """A directory that Terraform works in."""

    def __init__(self, directory: Path, installed: Path | None = None) -> None:
        self.directory = directory
        if installed:
            # Providers are installed once, because a link to the installed files is faster than another `init`.
            (directory / ".terraform").mkdir()
            (directory / ".terraform" / "providers").symlink_to(installed / ".terraform" / "providers", target_is_directory=True)
            shutil.copy(installed / ".terraform.lock.hcl", directory)

    def write(self, name: str, text: str) -> None:
        """Write one file of the configuration."""
        (self.directory / name).write_text(text)

    def run(self, *arguments: str, expect: Iterable[int] = (0,)) -> bytes:
        """The standard output of a Terraform command. Raises `TerraformError` on another exit code."""
        done = subprocess.run(
            ["terraform", f"-chdir={self.directory}", *arguments],
            env=os.environ | {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"},
            capture_output=True,
            check=False,
        )
        if done.returncode not in tuple(expect):
            raise TerraformError(f"terraform {' '.join(arguments)}:\n{done.stderr.decode()}")
        return done.stdout

    def init(self) -> None:
        """Install providers and modules."""
        self.run("init", "-input=false", "-no-color")

    def get(self) -> None:
        """Install modules, if providers are already linked."""
        self.run("get", "-no-color")

    def plan(self, *options: str, expect: Iterable[int] = (0,)) -> bytes:
        """The JSON of a new plan, as `terraform show -json` writes it."""
        self.run("plan", "-input=false", "-no-color", "-out=tfplan", *options, expect=expect)
        return self.run("show", "-json", "tfplan")

    def state(self) -> bytes:
        """The JSON of the state."""
        return self.run("show", "-json")


def installed(directory: Path, version: int = 5) -> Path:
    """A directory in which that major version of the provider is installed, to link other roots to.

    Only this root names a version: the lock file decides for the others, so their plans do not show the constraint.
    """
    directory.mkdir(parents=True, exist_ok=True)
    root = Root(directory)
    root.write("provider.tf", PROVIDER.replace('"hashicorp/aws"\n', f'"hashicorp/aws"\n      version = "~> {version}.0"\n'))
    root.init()
    return directory


def copy_of_infrastructure(directory: Path) -> Path:
    """Copy the reference module and the root that calls it, without the files that Terraform wrote."""
    return Path(shutil.copytree(INFRASTRUCTURE, directory, ignore=shutil.ignore_patterns(".terraform*")))


def recording(plan: bytes) -> bytes:
    """A plan or a state without ports, times and generated names, so that two runs give the same bytes."""
    text = plan.decode()
    written = json.dumps(json.loads(plan).get("configuration", {}).get("root_module"))
    for pattern, replacement in _INVENTED:
        found = dict.fromkeys(name for name in pattern.findall(text) if name not in written)
        places = {name: replacement % number if "%" in replacement else replacement for number, name in enumerate(found, 1)}
        text = pattern.sub(lambda match, places=places: places.get(match[0], match[0]), text)  # type: ignore[misc]
    return text.encode()


def same_plan(one: bytes, other: bytes) -> bool:
    """Whether two recordings are equal."""
    return _ordered(json.loads(one)) == _ordered(json.loads(other))


def _ordered(plan: dict[str, Any]) -> dict[str, Any]:
    # Terraform writes these in the order of a hash map.
    return plan | {"relevant_attributes": sorted(map(str, plan.get("relevant_attributes", ())))}


def keep(path: Path, made: bytes) -> bool:
    """Record a plan unless the existing recording is equal. Returns whether it was written."""
    made = recording(made)
    if path.exists() and same_plan(path.read_bytes(), made):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)
    return True


def has_terraform(environment: dict[str, str] | None = None) -> bool:
    """Whether the tests may call Terraform here."""
    values: Sequence[str] = (dict(os.environ) if environment is None else environment).get("DYNCHECK_TERRAFORM", "0")
    return values == "1" and shutil.which("terraform") is not None
