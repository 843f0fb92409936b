"""The target that adds files and directories to a tree: no finding may disappear."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import TypeAlias
from zlib import crc32

from dyncheck.findings import Report, Status
from fuzz.documents import files_of, reported, trees, with_files
from fuzz.target import REFUSED, TAKEN

Files: TypeAlias = dict[str, bytes]

_BROKEN = b"locals {\n  {{ if .X }}\n}\n"
_TABLE = b'resource "aws_dynamodb_table" "added" {\n  billing_mode = "ADDED"\n}\n'
_VARIABLE = re.compile(rb'variable\s*"(\w+)"')
_LOCK = ".terraform.lock.hcl"


def tree_additions(data: bytes) -> bool:
    """What is added to a tree removes no finding: no fail by rule, address and file, and no unknown becomes a pass.

    Added are directories, and files that Terraform does not read in the directory of their module: files for OpenTofu, files of values
    that are not automatic, and in modules that are only called any file of values.

    Some additions change what Terraform does, or what is a root module, so the law does not cover them:

    - a tree that lists files is refused, and one whose modules call each other in a cycle, where any of them may be the one checked;
    - a module may be a root module only because it has no callers. An added caller that is sound, and no example or test, calls only
      modules with a lock file;
    - a module may be checked alone only because its callers have errors. A tree with errors gets no such caller.
    """
    files = files_of(data)
    if files is None or any(b"fileset" in content or b"fileexists" in content for content in files.values()):
        return REFUSED
    random = Random(crc32(data))
    modules = sorted({name.rpartition("/")[0] for name in files if name.endswith(".tf")})
    if not modules:
        return REFUSED
    locked = [module for module in modules if random.random() < 0.5]
    files |= {_in(module, _LOCK): b"" for module in locked}
    with_files(files)
    before = reported(["."])
    if any("Module cycle" in error for error in before.errors):
        return REFUSED
    tree = Tree(files, modules, locked, before, random)
    added: Files = {}
    kinds = random.sample(_KINDS, random.randint(1, 4))
    for kind in kinds:
        added |= kind(tree)
    with_files({**added, **files})
    if random.random() < 0.2:
        os.symlink(random.choice(modules) or ".", "added_link")
    _compare(before, reported(["."]), [kind.__name__ for kind in kinds], sorted(added))
    return TAKEN


class Tree:
    """The files of a tree, the directories of its modules, those of them with a lock file, those that are only called, and whether the
    tree has no errors.
    """

    def __init__(self, files: Files, modules: list[str], locked: list[str], before: Report, random: Random) -> None:
        self.files = files
        self.modules = modules
        self.locked = locked
        self.called = {each.path for each in before.directories if each.state == "checked through"}
        self.is_sound = not before.errors
        self.random = random

    def call(self, caller: str, called: str) -> bytes:
        """A call of a module, with some values for its variables."""
        source = os.path.relpath(called or ".", caller)
        lines = [f"  source = {json.dumps(source if source.startswith('.') else f'./{source}')}"]
        own = (content for name, content in self.files.items() if name.rpartition("/")[0] == called)
        for name in sorted({found.decode() for content in own for found in _VARIABLE.findall(content)}):
            lines.append(f"  {name} = {self.random.choice(['true', 'false', 'null', '1', '[]', '{}', json.dumps('dev')])}")
        if self.random.random() < 0.3:
            lines.append(f"  count = {self.random.choice(['0', '2', 'nothing.x'])}")
        return "\n".join(['module "added" {', *lines, "}\n"]).encode()

    def complete(self, modules: list[str]) -> list[str]:
        """The modules that do not require a provider configuration of their callers."""
        return [
            module
            for module in modules
            if not any(name.rpartition("/")[0] == module and b"aliases" in content for name, content in self.files.items())
        ]


def _in(module: str, name: str) -> str:
    return f"{module}/{name}".lstrip("/")


def example(tree: Tree) -> Files:
    # Among examples, a call counts.
    caller = tree.random.choice(("examples/added", "docs/example-added", "test/added"))
    others = [module for module in tree.modules if not module.startswith(caller.removesuffix("added"))]
    return {f"{caller}/main.tf": tree.call(caller, tree.random.choice(others))} if others else {}


def caller_of_a_root_module(tree: Tree) -> Files:
    locked = tree.complete(tree.locked) if tree.is_sound else []
    return {"added/caller/main.tf": tree.call("added/caller", tree.random.choice(locked)) + _TABLE} if locked else {}


def broken_caller(tree: Tree) -> Files:
    return {"added/broken/main.tf": tree.call("added/broken", tree.random.choice(tree.modules)) + _BROKEN}


def caller_with_broken_values(tree: Tree) -> Files:
    found = tree.complete(tree.modules)
    called = tree.call("added/values", tree.random.choice(found)) if found else _TABLE
    return {"added/values/main.tf": called, "added/values/terraform.tfvars": _BROKEN}


def other_root_module(_tree: Tree) -> Files:
    return {"added/root/main.tf": _TABLE, "added/root/inner/main.tf.json": b'{"locals": {}}'}


def values(tree: Tree) -> Files:
    module = tree.random.choice(tree.modules)
    return {"added/vars/x.tfvars": b"a = 1\n", _in(module, "added.tfvars"): b"a = 1\n", _in(module, ".terraform.tfvars"): _BROKEN}


def values_of_a_called_module(tree: Tree) -> Files:
    called = sorted(tree.called.intersection(tree.modules))
    content = tree.random.choice((b"", b"a = 1\n", _BROKEN))
    return {_in(tree.random.choice(called), tree.random.choice(("terraform.tfvars", ".a.auto.tfvars"))): content} if called else {}


def file_of_opentofu(tree: Tree) -> Files:
    name = tree.random.choice(("added.tofu", "main.tofu", "added_override.tofu"))
    return {_in(tree.random.choice(tree.modules), name): tree.random.choice((_TABLE, b"locals {}\n", _BROKEN))}


def files_of_other_tools(tree: Tree) -> Files:
    module = tree.random.choice(tree.modules)
    return {
        _in(module, "README.md"): b"",
        _in(module, "terragrunt.hcl"): b'include "root" {}\n',
        _in(module, "added.tftest.hcl"): _BROKEN,
        _in(module, "main.tf~"): _BROKEN,
        "added/unit/terragrunt.hcl": b'terraform {\n  source = "../.."\n}\n',
        "added/stack/main.tfcomponent.hcl": _BROKEN,
        "added/.terraform/modules/x/main.tf": _BROKEN,
        "added/cdktf.out/stacks/x/cdk.tf.json": b'{"provider": {"aws": [{"region": "eu-west-1"}]}}',
    }


_KINDS: tuple[Callable[[Tree], Files], ...] = (
    example,
    caller_of_a_root_module,
    broken_caller,
    caller_with_broken_values,
    other_root_module,
    values,
    values_of_a_called_module,
    file_of_opentofu,
    files_of_other_tools,
)


def _compare(before: Report, after: Report, kinds: list[str], added: list[str]) -> None:
    missing = _fails(before) - _fails(after)
    assert not missing, f"{sorted(missing)} disappeared after {kinds} added {added}"
    gone = _findings(before) - _findings(after)
    assert not gone, f"{sorted(gone)} are no findings any longer after {kinds} added {added}"


def _fails(report: Report) -> set[tuple[str, str, str]]:
    found = (each for each in report.results if each.status is Status.FAIL)
    return {(each.rule, each.address, each.location.file if each.location else "") for each in found}


def _findings(report: Report) -> set[tuple[str, str]]:
    return {(each.rule, each.address) for each in report.results if each.status is not Status.PASS}


def seeds() -> tuple[bytes, ...]:
    """Trees of several root modules, and some of one."""
    table = 'variable "mode" {\n  default = "X"\n}\nresource "aws_dynamodb_table" "t" {\n  billing_mode = var.mode\n}\n'

    def call(source: str, *lines: str) -> str:
        return "\n".join(['module "m" {', f'  source = "{source}"', *lines, "}\n"])

    made: tuple[Mapping[str, str], ...] = (
        {"live/dev/main.tf": table, "live/prod/main.tf": table},
        {"live/dev/main.tf": call("../../one", '  mode = "A"'), "live/prod/main.tf": call("../../one"), "one/main.tf": table},
        {"main.tf": table + call("./one", "  count = 0"), "one/main.tf": table, "two/main.tf": table + call("../one")},
        {"a/main.tf": table + call("../b"), "b/main.tf": table + call("../a"), "c/main.tf": table},
        {"live/main.tf": call("../one", "  count = nothing.x"), "one/main.tf": table + call("./two"), "one/two/main.tf": table},
        {"live/main.tf": call("../one"), "live/terraform.tfvars": "}", "one/main.tf": table, "tests/all/main.tf": call("../../one")},
        {"examples/one/main.tf": call("../.."), "main.tf": table + call("./modules/x"), "modules/x/main.tf": table},
        {"bad/main.tf": "}", "good/main.tf": table},
    )
    # The same tree in another writing gets other additions.
    written = [json.dumps(files, indent=number or None).encode() for files in made for number in range(12)]
    return (*written, *trees()[::6])
