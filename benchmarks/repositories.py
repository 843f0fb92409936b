"""Repositories of any number of modules like the specification's, and of root modules that call ten of them each."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from benchmarks.plans import SPECIFICATION

PER_ROOT = 10

_RECOVERY = re.compile(r"( *# [^\n]*\n)? *point_in_time_recovery \{\n.*?\n  \}\n", re.DOTALL)
_NAME = re.compile(r'"\$\{var\.environment_name\}-(products|sessions)"')

_ROOT = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

variable "environment_name" {
  type    = string
  default = "dev"
}
"""

_CALL = """
module "service%(number)05d" {
  source           = "../../modules/service%(number)05d"
  environment_name = var.environment_name
  tags             = { Project = "shop", Unit = "unit%(unit)d" }
}
"""


def write_repository(directory: Path, modules: int) -> Path:
    """Write a repository of that many modules, three files each; recovery is off in one of ten. An existing repository is kept."""
    complete = directory / ".complete"
    if complete.exists():
        return directory
    shutil.rmtree(directory, ignore_errors=True)
    for number in range(modules):
        module = directory / "modules" / f"service{number:05d}"
        module.mkdir(parents=True)
        for file in sorted(SPECIFICATION.glob("*.tf")):
            text = file.read_text(encoding="utf-8")
            (module / file.name).write_text(_varied(text, number) if file.name == "main.tf" else text, encoding="utf-8")
    for start in range(0, modules, PER_ROOT):
        root = directory / "roots" / f"root{start // PER_ROOT:04d}"
        root.mkdir(parents=True)
        calls = (_CALL % {"number": number, "unit": number % 7} for number in range(start, min(start + PER_ROOT, modules)))
        (root / "main.tf").write_text(_ROOT + "".join(calls), encoding="utf-8")
    complete.touch()
    return directory


def _varied(text: str, number: int) -> str:
    named = _NAME.sub(rf'"${{var.environment_name}}-{number:05d}-\1"', text)
    return _RECOVERY.sub("", named) if number % 10 == 0 else named
