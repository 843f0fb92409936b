"""Draws directories of odd file names: which files a program reads, in which order, and which of them override."""

from __future__ import annotations

import json
from random import Random

from tests.readers.hcl.file_sets.directories import Directory

_STEMS = (
    *("a", "b", "A", "Z", "main", "1", "ü", "a b", "a.b", "-a", "_", "a-override", "Override", "OVERRIDE", "a_Override", "override_a"),
    *("aoverride", "a.override", "terraform", "a.tf", "a.tfvars", "a.tofu", "a.tftest", "a\nb", "日"),
)
_OVERRIDES = ("override", "a_override", "B_override", "Z_override", "_override", "ab_override", "a._override", "z_override", "a.b_override")
_ENDS = (".tf", ".tf.json")
# Terraform reads none of these.
_OTHER_ENDS = (
    *(".tofu", ".tofu.json", ".TF", ".Tf", ".tf.JSON", ".tf~", ".tf#", ".tf ", ".tf.bak", ".tf.jsonc", ".json", ".hcl", ".tf.json~"),
    *(".tftest.hcl", ".tfquery.hcl", ".tfmock.hcl", ".tfstack.hcl", ".tfvars.tofu"),
)
_BEFORE = ("", "", "", "", "", "#", "~", ".", " ", "..", ".#", "@")
_VALUES = (
    *("terraform.tfvars", "terraform.tfvars.json", "a.auto.tfvars", "a.auto.tfvars.json", "b.auto.tfvars", "Z.auto.tfvars", ".auto.tfvars"),
    *(".x.auto.tfvars", "#x.auto.tfvars", " .auto.tfvars", "ü.auto.tfvars.json", ".auto.tfvars.json", "a..auto.tfvars", "a_auto.tfvars"),
    *("Terraform.tfvars", ".terraform.tfvars", "a.tfvars", "A.AUTO.TFVARS", "a.auto.tfvars~", "#a.auto.tfvars#", "tofu.tfvars", "a.auto"),
    *("terraform.tfvars.bak", "a.auto.TFVARS.json", "terraform.auto.tfvars", "a.auto.tofuvars", "b/a.auto.tfvars", "b/terraform.tfvars"),
)
_BASE = """\
locals {
  t = "base"
}
variable "v" {
  default = "base"
}
output "t" {
  value = local.t
}
output "v" {
  value = var.v
}
"""


def drawn(random: Random, name: str) -> Directory:
    """A directory whose outputs say which of its files count."""
    files = {"base.tf": _BASE}
    links: dict[str, str] = {}
    directories: list[str] = []
    for number in range(random.randint(1, 7)):
        _add_configuration(random, number, files, links, directories)
    for number in range(random.randint(0, 5)):
        file = random.choice(_VALUES)
        files[file] = json.dumps({"v": f"v{number}"}) if file.endswith("json") else f'v = "v{number}"\n'
    if random.random() < 0.05:
        _add_odd_values(random, files, links, directories)
    options = ("-var", "v=option") if random.random() < 0.1 else ()
    environment = {"TF_VAR_v": "environment"} if random.random() < 0.3 else {}
    links = {link: target for link, target in links.items() if link not in files}
    return Directory(name, files, "plan:outputs", "", links, tuple(directories), options, environment)


def _add_configuration(random: Random, number: int, files: dict[str, str], links: dict[str, str], directories: list[str]) -> None:
    is_override = random.random() < 0.4
    stem = random.choice(_OVERRIDES if is_override else _STEMS)
    end = random.choice(_ENDS if random.random() < 0.7 else _OTHER_ENDS)
    name = random.choice(_BEFORE) + stem + end
    if name in files or name in links or name in directories:
        return
    if random.random() < 0.02:
        # Then Terraform refuses the directory if it reads the file.
        is_override = not is_override
    content = _content(number, is_override, name.endswith("json"))
    if end in _OTHER_ENDS and random.random() < 0.5:
        content = "}"
    kind = random.random()
    if kind < 0.06:
        directories.append(name)
        files[f"{name}/a.tf"] = content
    elif kind < 0.15:
        files[f"linked/{number}"] = content
        links[name] = f"linked/{number}"
    elif kind < 0.17:
        links[name] = random.choice(("nowhere", "linked"))
        directories.append("linked")
    else:
        files[name] = content


def _content(number: int, is_override: bool, is_json: bool) -> str:
    if is_json:
        return json.dumps({"locals": {"t": f"o{number}"}} if is_override else {"output": {f"f{number}": {"value": f"f{number}"}}})
    return f'locals {{\n  t = "o{number}"\n}}\n' if is_override else f'output "f{number}" {{\n  value = "f{number}"\n}}\n'


def _add_odd_values(random: Random, files: dict[str, str], links: dict[str, str], directories: list[str]) -> None:
    name = random.choice(("terraform.tfvars", "terraform.tfvars.json", "y.auto.tfvars", ".y.auto.tfvars.json"))
    if name in files:
        return
    if random.random() < 0.5:
        links[name] = "nowhere"
    else:
        directories.append(name)
